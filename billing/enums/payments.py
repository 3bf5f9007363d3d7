"""Words of payments: what is asked of a gateway, what it says, what follows (upstage/15.2, 19)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AgreementMode(TextChoices):
    """How a member pays for what is used (upstage/17.1)."""

    PREPAID = "prepaid", _("prepaid")
    POSTPAID = "postpaid", _("postpaid")


class PaymentPurpose(TextChoices):
    PURCHASE = "purchase", _("purchase of credits")
    INVOICE = "invoice", _("invoice")


class PaymentStatus(TextChoices):
    CREATED = "created", _("created")
    PENDING = "pending", _("pending")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")


# The gateway is asked while a payment is pending; only what it said for certain moves it on.
PAYMENT_MOVES: dict[str, frozenset[str]] = {
    PaymentStatus.CREATED: frozenset({PaymentStatus.PENDING}),
    PaymentStatus.PENDING: frozenset({PaymentStatus.SUCCEEDED, PaymentStatus.FAILED}),
}


class Failure(TextChoices):
    """Why money did not move, as gateways say it; whatever else they say stays as it is."""

    CARD_DECLINED = "card_declined", _("the bank declined it")
    INSUFFICIENT_FUNDS = "insufficient_funds", _("there is not enough money on the card")
    EXPIRED_CARD = "expired_card", _("the card has expired")
    AUTHENTICATION_REQUIRED = "authentication_required", _("the bank wants each payment confirmed")
    EXPIRED_OR_CANCELED = "expired_or_canceled_card", _("the card is no longer in use")
    REFUND_FAILED = "refund_failed", _("the bank did not take it back")

    @classmethod
    def in_words(cls, code: str) -> str:
        """The failure as a sentence has it, in the language that is active now."""
        return str(cls(code).label) if code in cls.values else code


class RepaymentStatus(TextChoices):
    CREATED = "created", _("created")
    PENDING = "pending", _("pending")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")


# As a payment: asked for while it is pending, and only what the gateway said for certain moves it on.
REPAYMENT_MOVES: dict[str, frozenset[str]] = {
    RepaymentStatus.CREATED: frozenset({RepaymentStatus.PENDING}),
    RepaymentStatus.PENDING: frozenset({RepaymentStatus.SUCCEEDED, RepaymentStatus.FAILED}),
}


class SetupStatus(TextChoices):
    BEGUN = "begun", _("begun")
    DONE = "done", pgettext_lazy("registration of a card", "done")
    FAILED = "failed", _("failed")


SETUP_MOVES: dict[str, frozenset[str]] = {SetupStatus.BEGUN: frozenset({SetupStatus.DONE, SetupStatus.FAILED})}


class EventAbout(TextChoices):
    """What a gateway tells of by itself."""

    CHARGE = "charge", _("payment")
    REFUND = "refund", _("repayment")
    SETUP = "setup", _("registration of a card")
    DISPUTE = "dispute", _("dispute")
    OTHER = "other", _("something else")


class EventOutcome(TextChoices):
    """What an event of a gateway did here."""

    APPLIED = "applied", pgettext_lazy("event of a gateway", "applied")
    KNOWN = "known", _("known before")
    IGNORED = "ignored", _("nothing of ours")
    DIFFERS = "differs", _("does not fit; staff were asked")


class DisputeStatus(TextChoices):
    OPEN = "open", pgettext_lazy("dispute", "open")
    WON = "won", _("won")
    LOST = "lost", _("lost")


class DisputeReason(TextChoices):
    """Why a holder disputes a charge, as gateways say it; whatever else they say stays as it is."""

    FRAUDULENT = "fraudulent", _("the holder says they did not pay it")
    DUPLICATE = "duplicate", _("charged twice")
    CREDIT_NOT_PROCESSED = "credit_not_processed", _("a refund did not arrive")
    NOT_RECEIVED = "product_not_received", _("the service was not rendered")
    UNACCEPTABLE = "product_unacceptable", _("the service was not as agreed")
    CANCELED = "subscription_canceled", _("charged after it was cancelled")
    UNRECOGNIZED = "unrecognized", _("the holder does not know the charge")
    GENERAL = "general", _("no reason given")

    @classmethod
    def in_words(cls, code: str) -> str:
        """The reason as a table has it, in the language that is active now."""
        return str(cls(code).label) if code in cls.values else code


# A bank may decide once more, either way.
DISPUTE_MOVES: dict[str, frozenset[str]] = {
    DisputeStatus.OPEN: frozenset({DisputeStatus.WON, DisputeStatus.LOST}),
    DisputeStatus.WON: frozenset({DisputeStatus.LOST}),
    DisputeStatus.LOST: frozenset({DisputeStatus.WON}),
}


class LossAnswer(TextChoices):
    """What is done about money that a bank took back."""

    CREDITS_TAKEN = "credits_taken", _("its unused credits are taken back")
    CLAIMED = "claimed", _("it is claimed from the member")
    WRITTEN_OFF = "written_off", _("it is written off")


class PurchaseStatus(TextChoices):
    PENDING = "pending", _("pending")
    PAID = "paid", _("paid")
    FAILED = "failed", _("failed")


PURCHASE_MOVES: dict[str, frozenset[str]] = {
    PurchaseStatus.PENDING: frozenset({PurchaseStatus.PAID, PurchaseStatus.FAILED}),
}
