"""Other uses of a month, once a correction frees cheaper places in the steps of a price (upstage/18.1, 20.3, I-5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from billing.enums import CorrectionStatus
from billing.models import Charge, Price, UsageCorrection, UsageEvent, UsageSteps
from billing.queries import objections
from billing.rules import steps
from billing.services import corrected_charges
from upstage_console.kernel.calendars import month_bounds, month_of
from upstage_console.kernel.clauses import enforces

Last = UsageEvent | UsageCorrection
Month = tuple[datetime, datetime]


@dataclass(frozen=True)
class Moved:
    """A use that costs less from now on: as it was last, and where it lies once it has moved."""

    event: UsageEvent
    last: Last
    places: tuple[Decimal, ...]
    amount: Decimal

    @property
    def saves(self) -> Decimal:
        """What it costs less."""
        amount: Decimal = self.last.amount - self.amount
        return amount

    @property
    def charge(self) -> Charge:
        """The charge it is part of."""
        return corrected_charges.charge_of_settled(self.event)


@enforces("upstage/18.1", "upstage/20.3")
def moved(row: UsageCorrection) -> list[Moved]:
    """The uses that move to what a correction is about to free, the one taken last first; its member is locked.

    None where the price has no steps or nobody paid more than what is free costs. A use whose own correction waits for
    its second person stays where it is, and so does one that is not settled yet: it was taken this very moment. So does
    one of whose charge an objection has left less than it would save: that has gone back already.
    """
    if row.steps is None:
        return []
    price = row.charge.price
    listed: Price = price.base or price
    room = _room(row, listed)
    return list(_moved(row, listed, room)) if steps.may_refill(listed.prices, room) else []


def _moved(row: UsageCorrection, listed: Price, room: tuple[Decimal, ...]) -> Iterator[Moved]:
    month = month_bounds(row.charge.day)
    known, left = _corrected(row, month), _left(row, month)
    for event in _uses(row, listed, month):
        if not steps.may_refill(listed.prices, room):
            return
        last = known.get(event.event_id, event)
        if last is None:
            continue
        places, free = steps.refill(listed.prices, last.steps or (), room)
        one = Moved(event, last, places, steps.cost(event.price.prices, places, event.price.per))
        if one.saves > 0 and _may_save(one, left):
            room = free
            yield one


def _left(row: UsageCorrection, month: Month) -> dict[int, Decimal]:
    """What the correction leaves of the charges of which an objection gave something back, by their keys."""
    left = objections.left_after_objections(row.member_id, *month)
    if row.charge_id in left:
        left[row.charge_id] -= row.amount_before - row.amount
    return left


def _may_save(one: Moved, left: dict[int, Decimal]) -> bool:
    """Whether enough is left of its charge, where an objection gave something back; if so it is less from now on."""
    if not left or (charge := one.charge.pk) not in left:
        return True
    if left[charge] < one.saves:
        return False
    left[charge] -= one.saves
    return True


def _room(row: UsageCorrection, listed: Price) -> tuple[Decimal, ...]:
    """What is free in each step of the month once the correction is applied."""
    sums = UsageSteps.objects.filter(member=row.member_id, listed=listed, month=month_of(row.charge.day))
    used = [sum(each) for each in zip(*sums.values_list("quantities", flat=True), strict=True)]
    after = [
        each - before + kept for each, before, kept in zip(used, row.steps_before or (), row.steps or (), strict=True)
    ]
    return tuple(
        width - each for width, each in zip(steps.widths([step.starts for step in listed.steps]), after, strict=True)
    )


def _uses(row: UsageCorrection, listed: Price, month: Month) -> Iterator[UsageEvent]:
    found = UsageEvent.objects.filter(
        Q(price=listed.pk) | Q(price__base=listed.pk), member=row.member_id, occurred_at__gte=month[0],
        occurred_at__lt=month[1], steps__isnull=False, batch__settlement__isnull=False,
    )  # fmt: skip
    return found.select_related("price", "batch").order_by("-batch_id", "-occurred_at", "-event_id").iterator()


def _corrected(row: UsageCorrection, month: Month) -> dict[str, Last | None]:
    """What corrections of the month have made of uses, by their ids; None of those that wait, as the one
    that is about to be applied."""
    made = UsageCorrection.objects.filter(
        member=row.member_id, occurred_at__gte=month[0], occurred_at__lt=month[1]
    ).exclude(Q(status=CorrectionStatus.DROPPED) | Q(objection__isnull=False))
    return {one.event_id: one if one.status == CorrectionStatus.APPLIED else None for one in made.order_by("pk")}
