"""The words of bonus tiers, auto-recharge and topping up."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PurchaseMode(TextChoices):
    """How credits are bought; each mode has tiers of its own (upstage/15.2)."""

    ONCE = "once", _("once")
    MONTHLY = "monthly", _("every month")
    ANNUAL = "annual", _("every year")


class TableStatus(TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    DROPPED = "dropped", _("dropped")


TABLE_MOVES: dict[str, frozenset[str]] = {
    TableStatus.DRAFT: frozenset({TableStatus.PUBLISHED, TableStatus.DROPPED}),
}


class PlanStatus(TextChoices):
    """An auto-recharge runs until it is cancelled or the membership ends; after too many failures it waits."""

    ACTIVE = "active", pgettext_lazy("auto-recharge", "running")
    PAUSED = "paused", pgettext_lazy("auto-recharge", "paused")
    CANCELLED = "cancelled", pgettext_lazy("auto-recharge", "cancelled")
    ENDED = "ended", pgettext_lazy("auto-recharge", "ended with the membership")


PLAN_MOVES: dict[str, frozenset[str]] = {
    PlanStatus.ACTIVE: frozenset({PlanStatus.PAUSED, PlanStatus.CANCELLED, PlanStatus.ENDED}),
    PlanStatus.PAUSED: frozenset({PlanStatus.ACTIVE, PlanStatus.CANCELLED, PlanStatus.ENDED}),
}


LIVE_PLANS = (PlanStatus.ACTIVE, PlanStatus.PAUSED)


class CycleStatus(TextChoices):
    """One cycle is charged once, or not at all."""

    OPEN = "open", pgettext_lazy("cycle", "being charged")
    PAID = "paid", pgettext_lazy("cycle", "charged")
    FAILED = "failed", pgettext_lazy("cycle", "failed")
    STOPPED = "stopped", pgettext_lazy("cycle", "not charged")
    DROPPED = "dropped", pgettext_lazy("cycle", "given up")
    MISSED = "missed", pgettext_lazy("cycle", "passed over")


CYCLE_MOVES: dict[str, frozenset[str]] = {
    CycleStatus.OPEN: frozenset({CycleStatus.PAID, CycleStatus.FAILED, CycleStatus.STOPPED, CycleStatus.DROPPED}),
}


class StepKind(TextChoices):
    """What happens to an auto-recharge, as its history tells."""

    SET = "set", pgettext_lazy("auto-recharge", "switched on")
    CHANGED = "changed", pgettext_lazy("auto-recharge", "changed")
    RESUMED = "resumed", pgettext_lazy("auto-recharge", "taken up again")
    PAUSED = "paused", pgettext_lazy("auto-recharge", "paused")
    CANCELLED = "cancelled", pgettext_lazy("auto-recharge", "cancelled")
    ENDED = "ended", pgettext_lazy("auto-recharge", "ended with the membership")


class StepStatus(TextChoices):
    """A change waits where staff approve changes (upstage/15-3.1)."""

    WAITING = "waiting", _("waits for approval")
    APPLIED = "applied", _("applied")
    REFUSED = "refused", _("not approved")
    WITHDRAWN = "withdrawn", _("replaced by a later one")


STEP_MOVES: dict[str, frozenset[str]] = {
    StepStatus.WAITING: frozenset({StepStatus.APPLIED, StepStatus.REFUSED, StepStatus.WITHDRAWN}),
}


class TopUpStatus(TextChoices):
    ON = "on", pgettext_lazy("top-up", "on")
    OFF = "off", pgettext_lazy("top-up", "off")


TOP_UP_MOVES: dict[str, frozenset[str]] = {TopUpStatus.ON: frozenset({TopUpStatus.OFF})}


class TopUpEnd(TextChoices):
    """Why a top-up is off."""

    MEMBER = "member", _("switched off by the member")
    REPLACED = "replaced", _("replaced by another")
    DECLINED = "declined", _("the card did not pay")
    LEFT = "left", _("the membership ended")
