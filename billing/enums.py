"""The words of billing, and the moves its states may make."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Category(TextChoices):
    """Kinds of individual services (upstage/8.1)."""

    API = "api", _("API")
    PLAYGROUND = "playground", _("Playground")


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


class InvoiceStatus(TextChoices):
    ISSUED = "issued", _("issued")
    PAID = "paid", _("paid")


INVOICE_MOVES: dict[str, frozenset[str]] = {InvoiceStatus.ISSUED: frozenset({InvoiceStatus.PAID})}


class LineKind(TextChoices):
    USAGE = "usage", _("usage")
    ADJUSTMENT = "adjustment", _("late usage of an earlier month")
    FEE = "fee", _("fee")


class NoRefund(TextChoices):
    """Why the rules refund nothing of a purchase; the codes are those of refusals (upstage/16)."""

    ABOVE_LIMIT = "balance_above_limit", _("the balance is above the limit")
    USED = "credits_used", _("its credits are used")
    EXPIRED = "credits_expired", _("its credits have expired")
    NOTHING_LEFT = "nothing_left", _("nothing is left")


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
