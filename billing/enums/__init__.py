"""The words of billing, and the moves its states may make."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.enums.recharging import (
    CYCLE_MOVES,
    LIVE_PLANS,
    PLAN_MOVES,
    STEP_MOVES,
    TABLE_MOVES,
    TOP_UP_MOVES,
    CycleStatus,
    PlanStatus,
    PurchaseMode,
    StepKind,
    StepStatus,
    TableStatus,
    TopUpEnd,
    TopUpStatus,
)

__all__ = [
    "CYCLE_MOVES",
    "CycleStatus",
    "LIVE_PLANS",
    "PLAN_MOVES",
    "PlanStatus",
    "PurchaseMode",
    "STEP_MOVES",
    "StepKind",
    "StepStatus",
    "TABLE_MOVES",
    "TOP_UP_MOVES",
    "TableStatus",
    "TopUpEnd",
    "TopUpStatus",
]


class Category(TextChoices):
    """Kinds of individual services (upstage/8.1)."""

    API = "api", _("API")
    PLAYGROUND = "playground", _("Playground")


class Stage(TextChoices):
    """How finished a service is: demos and betas are free, for a time, without warranty (upstage/10, 12-2.6)."""

    GENERAL = "general", _("general")
    DEMO = "demo", _("demo")
    BETA = "beta", _("beta")


class AddOnKind(TextChoices):
    """How an add-on changes a price (upstage/18.1)."""

    PERCENT = "percent", _("percent of the price")
    PER_UNIT = "per_unit", _("amount per unit")


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


class InvoiceKind(TextChoices):
    MONTHLY = "monthly", _("monthly")
    SINGLE = "single", _("single")
    CLAIM = "claim", _("penalty or damages")


FEES = (InvoiceKind.MONTHLY, InvoiceKind.SINGLE)
"""The invoices of service fees; a penalty and damages are invoiced apart from them (upstage/18.6, 25)."""


class InvoiceStatus(TextChoices):
    ISSUED = "issued", _("issued")
    PAID = "paid", _("paid")


INVOICE_MOVES: dict[str, frozenset[str]] = {InvoiceStatus.ISSUED: frozenset({InvoiceStatus.PAID})}


class TaxInvoiceStatus(TextChoices):
    """A tax invoice is prepared by the system, and issued by staff with the tax office's service."""

    PREPARED = "prepared", _("to be issued")
    ISSUED = "issued", pgettext_lazy("tax invoice", "issued")


TAX_INVOICE_MOVES: dict[str, frozenset[str]] = {
    TaxInvoiceStatus.PREPARED: frozenset({TaxInvoiceStatus.ISSUED}),
}


class LineKind(TextChoices):
    USAGE = "usage", _("usage")
    ADJUSTMENT = "adjustment", _("late usage of an earlier month")
    FEE = "fee", _("fee")
    CLAIM = "claim", _("penalty or damages")


class NoRefund(TextChoices):
    """Why the rules refund nothing of a purchase; the codes are those of refusals (upstage/16)."""

    ABOVE_LIMIT = "balance_above_limit", _("the balance is above the limit")
    USED = "credits_used", _("its credits are used")
    EXPIRED = "credits_expired", _("its credits have expired")
    REFUNDED = "already_refunded", _("it was refunded already")
    NOTHING_LEFT = "nothing_left", _("nothing is left")


class RefundOrigin(TextChoices):
    """Why a refund is looked at: the rules grant it in full, or people decide (upstage/16)."""

    RULES = "rules", _("granted by the terms")
    LEAVING = "leaving", _("above the limit, after leaving")
    STAFF = "staff", _("started by staff")


class RefundWay(TextChoices):
    """Where the money goes, as the member prefers (upstage/20.4)."""

    ORIGINAL = "original", _("to the original payment method")
    OFFSET = "offset", _("set off against next month's fees")


class RefundStatus(TextChoices):
    UNDER_REVIEW = "under_review", _("under review")
    APPROVED = "approved", _("approved")
    PENDING = "pending", pgettext_lazy("refund", "on its way")
    PAID = "paid", pgettext_lazy("refund", "paid back")
    FAILED = "failed", pgettext_lazy("refund", "could not be paid back")
    REJECTED = "rejected", _("rejected")


# What the rules grant passes the review in the same moment. What the bank could not pay back is paid by hand.
REFUND_MOVES: dict[str, frozenset[str]] = {
    RefundStatus.UNDER_REVIEW: frozenset({RefundStatus.APPROVED, RefundStatus.REJECTED}),
    RefundStatus.APPROVED: frozenset({RefundStatus.PENDING, RefundStatus.PAID}),
    RefundStatus.PENDING: frozenset({RefundStatus.PAID, RefundStatus.FAILED}),
    RefundStatus.FAILED: frozenset({RefundStatus.PAID}),
}


class HandPaymentStatus(TextChoices):
    PROPOSED = "proposed", _("proposed")
    PAID = "paid", pgettext_lazy("refund", "paid back")
    DROPPED = "dropped", _("dropped")


HAND_PAYMENT_MOVES: dict[str, frozenset[str]] = {
    HandPaymentStatus.PROPOSED: frozenset({HandPaymentStatus.PAID, HandPaymentStatus.DROPPED}),
}


class FeeObjectionStatus(TextChoices):
    UNDER_REVIEW = "under_review", _("under review")
    APPROVED = "approved", pgettext_lazy("objection", "upheld")
    REJECTED = "rejected", pgettext_lazy("objection", "not upheld")


FEE_OBJECTION_MOVES: dict[str, frozenset[str]] = {
    FeeObjectionStatus.UNDER_REVIEW: frozenset({FeeObjectionStatus.APPROVED, FeeObjectionStatus.REJECTED}),
}


class ArchiveStatus(TextChoices):
    SEALED = "sealed", _("being exported")
    EXPORTED = "exported", _("exported and verified")
    ARCHIVED = "archived", _("archived")
    DESTROYED = "destroyed", _("destroyed")


# A file that is not what was written goes back to be written anew, as long as the table still has the rows.
ARCHIVE_MOVES: dict[str, frozenset[str]] = {
    ArchiveStatus.SEALED: frozenset({ArchiveStatus.EXPORTED}),
    ArchiveStatus.EXPORTED: frozenset({ArchiveStatus.ARCHIVED, ArchiveStatus.SEALED}),
    ArchiveStatus.ARCHIVED: frozenset({ArchiveStatus.DESTROYED}),
}


class CorrectionStatus(TextChoices):
    PROPOSED = "proposed", _("proposed")
    APPLIED = "applied", _("applied")
    DROPPED = "dropped", _("dropped")


CORRECTION_MOVES: dict[str, frozenset[str]] = {
    CorrectionStatus.PROPOSED: frozenset({CorrectionStatus.APPLIED, CorrectionStatus.DROPPED}),
}


class ProposalStatus(TextChoices):
    """What one person proposes and another decides."""

    PROPOSED = "proposed", _("proposed")
    APPROVED = "approved", _("approved")
    DROPPED = "dropped", _("dropped")


PROPOSAL_MOVES: dict[str, frozenset[str]] = {
    ProposalStatus.PROPOSED: frozenset({ProposalStatus.APPROVED, ProposalStatus.DROPPED}),
}


class ClaimKind(TextChoices):
    """What the company claims of a member (upstage/18.6, 25)."""

    PENALTY = "penalty", _("penalty for improper use")
    DAMAGES = "damages", _("damages")


class HeadKind(TextChoices):
    """The parts of a claim against a member (upstage/25.2)."""

    PENALTY = "penalty", _("penalty")
    DAMAGE = "damage", _("damage")
    LEGAL_FEES = "legal_fees", _("legal fees")
    EXPENSES = "expenses", _("expenses")


class Fault(TextChoices):
    """How far the company is to blame; for the last two no limit holds (rules.md, I-6)."""

    ORDINARY = "ordinary", _("ordinary negligence")
    GROSS = "gross", _("gross negligence")
    INTENT = "intent", _("intent")
