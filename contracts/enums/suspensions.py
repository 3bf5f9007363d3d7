"""Words of stopping or limiting a contract's service (rift/4.4, 7.3)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SuspensionGround(TextChoices):
    """Why a service may be stopped."""

    UNPAID = "unpaid", _("unpaid (7.3)")
    BREACH = "breach", _("breach of the contract (4.4)")


class SuspensionScope(TextChoices):
    """How much of a service stands still."""

    FULL = "full", _("the whole service")
    FUNCTIONS = "functions", _("some functions")


class SuspensionNoticeStatus(TextChoices):
    """What became of a notice that a service will be stopped or limited."""

    TOLD = "told", _("told")
    USED = "used", pgettext_lazy("suspension", "carried out")
    DROPPED = "dropped", _("dropped")


SUSPENSION_NOTICE_MOVES: dict[str, frozenset[str]] = {
    SuspensionNoticeStatus.TOLD: frozenset({SuspensionNoticeStatus.USED, SuspensionNoticeStatus.DROPPED}),
}


class SuspensionStatus(TextChoices):
    """Whether a service stands still."""

    RUNNING = "running", _("in effect")
    ENDED = "ended", _("ended")


SUSPENSION_MOVES: dict[str, frozenset[str]] = {SuspensionStatus.RUNNING: frozenset({SuspensionStatus.ENDED})}
