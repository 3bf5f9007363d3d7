"""The words for members and their states."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MemberKind(TextChoices):
    INDIVIDUAL = "individual", _("individual")
    FIRM = "firm", _("firm")


class MemberStatus(TextChoices):
    APPLIED = "applied", _("applied")
    HELD = "held", _("held")
    ACTIVE = "active", _("active")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")
    DISQUALIFIED = "disqualified", _("disqualified")
    ERASED = "erased", _("erased")


class Language(TextChoices):
    KOREAN = "ko", _("Korean")
    ENGLISH = "en", _("English")


# Every move a membership can make (rules.md, section 1); anything else is refused.
MEMBER_MOVES: dict[str, frozenset[str]] = {
    MemberStatus.APPLIED: frozenset({MemberStatus.ACTIVE, MemberStatus.HELD, MemberStatus.REJECTED}),
    MemberStatus.HELD: frozenset({MemberStatus.ACTIVE, MemberStatus.REJECTED}),
    MemberStatus.ACTIVE: frozenset({MemberStatus.WITHDRAWN, MemberStatus.DISQUALIFIED}),
    MemberStatus.WITHDRAWN: frozenset({MemberStatus.ACTIVE, MemberStatus.ERASED}),
    MemberStatus.DISQUALIFIED: frozenset({MemberStatus.ACTIVE, MemberStatus.ERASED}),
}


class DepartureStatus(TextChoices):
    """How far a withdrawal has come (upstage/3.2)."""

    RUNNING = "running", _("running")
    ERRORED = "errored", _("stopped by an error")
    COMPLETED = "completed", _("completed")


class RejoinStatus(TextChoices):
    """A request to come back within the grace period (upstage/3.5.1)."""

    REQUESTED = "requested", _("requested")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")


class ChangeStatus(TextChoices):
    """A request to change what only staff can change (upstage/6.5)."""

    REQUESTED = "requested", _("requested")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")


DEPARTURE_MOVES: dict[str, frozenset[str]] = {
    DepartureStatus.RUNNING: frozenset({DepartureStatus.ERRORED, DepartureStatus.COMPLETED}),
    DepartureStatus.ERRORED: frozenset({DepartureStatus.RUNNING}),
}

REJOIN_MOVES: dict[str, frozenset[str]] = {
    RejoinStatus.REQUESTED: frozenset({RejoinStatus.APPROVED, RejoinStatus.DECLINED}),
}

CHANGE_MOVES: dict[str, frozenset[str]] = {
    ChangeStatus.REQUESTED: frozenset({ChangeStatus.APPROVED, ChangeStatus.DECLINED}),
}
