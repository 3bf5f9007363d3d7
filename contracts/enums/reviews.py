"""Words of reviews before a contract is accepted (rift/4.2, 4.3)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReviewKind(TextChoices):
    """What is looked at, in this order (rift/4.2)."""

    CREDIT = "credit", _("credit")
    SECURITY = "security", _("information security")
    CONFLICT = "conflict", _("conflict with other customers")


class ReviewStatus(TextChoices):
    """How a review stands."""

    OPEN = "open", _("open")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    LAPSED = "lapsed", _("lapsed")


REVIEW_MOVES: dict[str, frozenset[str]] = {
    ReviewStatus.OPEN: frozenset({ReviewStatus.APPROVED, ReviewStatus.REJECTED, ReviewStatus.LAPSED}),
    ReviewStatus.APPROVED: frozenset({ReviewStatus.LAPSED}),
    ReviewStatus.REJECTED: frozenset({ReviewStatus.LAPSED}),
}
"""A review lapses when the contract it looked at goes back to its drafter."""


class RefusalGround(TextChoices):
    """Why a contract may be refused (rift/4.3)."""

    UNDER_14 = "under_14", _("an individual under 14")
    FALSE_INFORMATION = "false_information", _("false information")
    UNLAWFUL = "unlawful", _("unlawful purpose")
    INFEASIBLE = "infeasible", _("technically or legally not feasible")
    REVIEW = "review", _("outcome of a review (4.2)")
