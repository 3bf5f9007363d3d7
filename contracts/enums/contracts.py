"""Words of contracts, their fees and their conclusion (rift/4.1, 7.1, 15.1)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ContractStatus(TextChoices):
    """What was decided about a contract; whether it has begun or expired is told by the day."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    REJECTED = "rejected", _("rejected")
    VOIDED = "voided", _("voided")
    CONCLUDED = "concluded", _("concluded")
    SUSPENDED = "suspended", _("suspended")
    TERMINATED = "terminated", _("terminated")


CONTRACT_MOVES: dict[str, frozenset[str]] = {
    ContractStatus.DRAFT: frozenset({ContractStatus.IN_REVIEW, ContractStatus.REJECTED, ContractStatus.VOIDED}),
    ContractStatus.IN_REVIEW: frozenset(
        {ContractStatus.DRAFT, ContractStatus.REJECTED, ContractStatus.VOIDED, ContractStatus.CONCLUDED}
    ),
    ContractStatus.CONCLUDED: frozenset({ContractStatus.SUSPENDED, ContractStatus.TERMINATED}),
    ContractStatus.SUSPENDED: frozenset({ContractStatus.CONCLUDED, ContractStatus.TERMINATED}),
}

OPEN_STATES = (ContractStatus.DRAFT, ContractStatus.IN_REVIEW)
"""Before conclusion, and still able to come to it."""

BOUND_STATES = (ContractStatus.CONCLUDED, ContractStatus.SUSPENDED, ContractStatus.TERMINATED)
"""Concluded once, whatever came of it."""


class ContractStanding(TextChoices):
    """How a contract stands on a day."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    REJECTED = "rejected", _("rejected")
    VOIDED = "voided", _("voided")
    CONCLUDED = "concluded", _("concluded, not begun")
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    EXPIRED = "expired", _("expired")
    TERMINATED = "terminated", _("terminated")


class FeeKind(TextChoices):
    """What a fee is charged for (rift/7.1)."""

    FLAT = "flat", _("flat monthly fee")
    SEAT = "seat", _("monthly fee per user")
    PROJECT = "project", _("fixed price of a project")
    USAGE = "usage", _("price per use")
    STARTUP = "startup", _("start-up fee")


class ConclusionKind(TextChoices):
    """How a contract came into being (rift/4.1)."""

    WRITTEN = "written", _("in writing")
    E_SIGNATURE = "e_signature", _("by electronic signature")
    EMAIL = "email", _("by e-mail approval")
