"""Words of what needs the other side's permission (rift/10.2, 13, 14.1, 19)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ApprovalKind(TextChoices):
    """What a customer does only with the company's prior written approval (rift/10.2, 19)."""

    RESALE = "resale", _("resale")
    LEASE = "lease", _("lease")
    DELEGATION = "delegation", _("delegation")
    ASSIGNMENT = "assignment", _("assignment of rights or duties")
    PLEDGE = "pledge", _("pledge of rights")


OF_SERVICE = (ApprovalKind.RESALE, ApprovalKind.LEASE, ApprovalKind.DELEGATION)
"""rift/10.2: approved for the firm, the service and the time that are named."""
OF_CONTRACT = (ApprovalKind.ASSIGNMENT, ApprovalKind.PLEDGE)
"""rift/19: consented to once, for the firm that is named."""


class ApprovalStatus(TextChoices):
    """How a request stands."""

    REQUESTED = "requested", _("requested")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("permission", "withdrawn")
    ENDED = "ended", _("ended early")


APPROVAL_MOVES: dict[str, frozenset[str]] = {
    ApprovalStatus.REQUESTED: frozenset({ApprovalStatus.APPROVED, ApprovalStatus.REFUSED, ApprovalStatus.WITHDRAWN}),
    ApprovalStatus.APPROVED: frozenset({ApprovalStatus.ENDED}),
}


class ReferenceKind(TextChoices):
    """What of a customer is shown to others only with its consent (rift/13, 14.1)."""

    NAME = "name", _("name as a customer")
    LOGO = "logo", _("logo")
    TRADEMARK = "trademark", _("trademark")
    SCREENSHOT = "screenshot", _("screenshots")
    INTERVIEW = "interview", _("reference interview")
    CASE_STUDY = "case_study", _("case study")
    SEMINAR = "seminar", _("seminar")
    CAMPAIGN = "campaign", _("joint promotion")


class ReferenceStatus(TextChoices):
    """How a question for consent stands; whether a consent has run out is told by the day."""

    ASKED = "asked", _("asked")
    GRANTED = "granted", _("granted")
    DECLINED = "declined", _("declined")
    DROPPED = "dropped", _("no longer asked")
    WITHDRAWN = "withdrawn", pgettext_lazy("permission", "withdrawn")


REFERENCE_MOVES: dict[str, frozenset[str]] = {
    ReferenceStatus.ASKED: frozenset({ReferenceStatus.GRANTED, ReferenceStatus.DECLINED, ReferenceStatus.DROPPED}),
    ReferenceStatus.GRANTED: frozenset({ReferenceStatus.WITHDRAWN}),
}


class SuccessionKind(TextChoices):
    """Why somebody else takes the company's place (rift/19)."""

    MERGER = "merger", _("merger")
    ACQUISITION = "acquisition", _("acquisition")
    SPLIT = "split", _("split")
