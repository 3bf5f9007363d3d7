"""Words of meetings and their minutes (rift/9.2)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MeetingKind(TextChoices):
    """What both sides meet for."""

    REPORT = "report", _("regular report")
    OPERATIONS = "operations", _("operations meeting")
    CONSULTING = "consulting", _("consulting on site")
    TRAINING = "training", _("training of administrators")


class MeetingStatus(TextChoices):
    """Whether a meeting took place; it did where there are minutes of it."""

    PLANNED = "planned", _("planned")
    HELD = "held", pgettext_lazy("meeting", "held")
    CALLED_OFF = "called_off", _("called off")


MEETING_MOVES: dict[str, frozenset[str]] = {
    MeetingStatus.PLANNED: frozenset({MeetingStatus.HELD, MeetingStatus.CALLED_OFF}),
}


class MinutesStatus(TextChoices):
    """How a version of minutes stands."""

    PROPOSED = "proposed", _("to be confirmed")
    CONFIRMED = "confirmed", _("confirmed by both sides")
    OBJECTED = "objected", _("objected to")
    REPLACED = "replaced", _("replaced by a later version")


MINUTES_MOVES: dict[str, frozenset[str]] = {
    MinutesStatus.PROPOSED: frozenset({MinutesStatus.CONFIRMED, MinutesStatus.OBJECTED, MinutesStatus.REPLACED}),
}
"""What both sides confirmed is final; what one objects to is written anew."""
