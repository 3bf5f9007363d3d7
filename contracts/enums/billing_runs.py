"""Words of billing runs (rift/7.2)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RunStatus(TextChoices):
    """How far a billing run is: first it is counted, and only what staff then start is issued."""

    COUNTING = "counting", _("being counted")
    COUNTED = "counted", _("counted")
    ISSUING = "issuing", _("being issued")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


RUN_MOVES: dict[str, frozenset[str]] = {
    RunStatus.COUNTING: frozenset({RunStatus.COUNTED, RunStatus.DROPPED}),
    RunStatus.COUNTED: frozenset({RunStatus.ISSUING, RunStatus.DROPPED}),
    RunStatus.ISSUING: frozenset({RunStatus.DONE}),
}

UNDER_WAY = (RunStatus.COUNTING, RunStatus.ISSUING)
