"""The words for conduct: cases, sanctions, objections, restrictions (upstage/7, 11, 26)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RestrictionKind(TextChoices):
    """Why something is closed to an active member."""

    SUSPENSION = "suspension", _("temporary suspension")
    TERMINATION = "termination", _("permanent termination of use")
    STOP = "stop", _("suspension without prior notice")
    UNPAID = "unpaid", _("suspension for unpaid fees")
    DORMANT = "dormant", _("dormant")
    LOCKED = "locked", _("locked until identity is verified")
    INFORMATION = "information", _("information is missing")
    PAID_ENDED = "paid_ended", _("paid services have ended")


class RestrictionScope(TextChoices):
    """What a restriction stops; purchases it always stops."""

    ALL = "all", _("all services")
    PAID = "paid", _("paid services")


class SanctionKind(TextChoices):
    """A measure against a member: the ladder of 26.1, the stop of 11.1, the loss of membership of 3.3."""

    WARNING = "warning", _("warning")
    SUSPENSION = "suspension", _("temporary suspension")
    TERMINATION = "termination", _("permanent termination of use")
    STOP = "stop", _("suspension without prior notice")
    LOSS = "loss", _("loss of membership")


class SanctionStatus(TextChoices):
    PROPOSED = "proposed", _("waits for a second person")
    DROPPED = "dropped", _("not approved")
    IN_FORCE = "in_force", _("in force")
    ENDED = "ended", _("ended")
    LIFTED = "lifted", _("lifted")
    OVERTURNED = "overturned", _("overturned")


class Source(TextChoices):
    """How the facts behind a measure came to be known."""

    OWN = "own", _("our own findings")
    REPORT = "report", _("a report by a person")
    TRUSTED = "trusted", _("a report by a trusted body")
    AUTHORITY = "authority", _("a request by an authority")


class ObjectionStatus(TextChoices):
    SUBMITTED = "submitted", _("under review")
    UPHELD = "upheld", _("upheld")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("taken back")


class CaseKind(TextChoices):
    """What a case of the staff is about."""

    CONDUCT = "conduct", _("conduct of a member")
    INCIDENT = "incident", _("access failure or leak")
    RIGHTS = "rights", _("infringement of rights")
    OUTPUT = "output", _("unlawful output")
    THEFT = "theft", _("stolen account")


class CaseStatus(TextChoices):
    OPEN = "open", _("open")
    DECIDED = "decided", _("decided")
    DISMISSED = "dismissed", _("dismissed")


LADDER = (SanctionKind.WARNING, SanctionKind.SUSPENSION, SanctionKind.TERMINATION)
"""The stages of upstage/26.1, in their order."""

SANCTION_MOVES: dict[str, frozenset[str]] = {
    SanctionStatus.PROPOSED: frozenset({SanctionStatus.IN_FORCE, SanctionStatus.DROPPED}),
    SanctionStatus.IN_FORCE: frozenset({SanctionStatus.ENDED, SanctionStatus.LIFTED, SanctionStatus.OVERTURNED}),
    SanctionStatus.ENDED: frozenset({SanctionStatus.OVERTURNED}),
    SanctionStatus.LIFTED: frozenset({SanctionStatus.OVERTURNED}),
}

OBJECTION_MOVES: dict[str, frozenset[str]] = {
    ObjectionStatus.SUBMITTED: frozenset({ObjectionStatus.UPHELD, ObjectionStatus.REJECTED, ObjectionStatus.WITHDRAWN}),
}

CASE_MOVES: dict[str, frozenset[str]] = {
    CaseStatus.OPEN: frozenset({CaseStatus.DECIDED, CaseStatus.DISMISSED}),
}
