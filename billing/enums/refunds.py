"""Words of refunds and objections to fees (upstage/16, 20)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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
