"""What a member stands to lose: at the pace of use, and because free credits burn before paid ones (15.3, 15.4)."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from credits.rules.burning import PAID, Parcel, in_burn_order
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.figures import grouped
from upstage_console.kernel.money import credit
from upstage_console.kernel.wording import day

A_DAY = Decimal(timedelta(days=1) // timedelta(microseconds=1))


@dataclass(frozen=True)
class Waiting:
    """A paid lot that burns only after free credits: when `needed` is used by its last day, none is lost."""

    lot: str
    free: Decimal
    needed: Decimal
    why: Reason


@enforces("upstage/15.3", "upstage/15.4")
def lost_at_pace(parcels: Iterable[Parcel], a_day: Decimal, at: datetime) -> dict[str, Decimal]:
    """What would be left in each lot at its last instant, were `a_day` used every day from `at` on in burn order.

    Nothing is bought meanwhile, and nothing else is given. One pass: within a kind the first to burn expires first.
    """
    live = in_burn_order(parcels, at)
    queues = [_queue(live, is_paid=False), _queue(live, is_paid=True)]
    lost, now = {parcel.name: Decimal(0) for parcel in live}, at
    for expires_at in sorted({parcel.expires_at for parcel in live}):
        _use(queues, a_day * _days(now, expires_at))
        for queue in queues:
            while queue and queue[0][0].expires_at == expires_at:
                parcel, left = queue.popleft()
                lost[parcel.name] = credit(left)
        now = expires_at
    return lost


def _queue(live: Sequence[Parcel], *, is_paid: bool) -> deque[tuple[Parcel, Decimal]]:
    return deque((parcel, parcel.remaining) for parcel in live if (parcel.kind == PAID) is is_paid)


def _use(queues: Sequence[deque[tuple[Parcel, Decimal]]], amount: Decimal) -> None:
    """Take from the lots in their order; what is used up is no longer there to be lost."""
    for queue in queues:
        while queue and amount:
            parcel, left = queue[0]
            taken = min(left, amount)
            amount -= taken
            if taken == left:
                queue.popleft()
            else:
                queue[0] = (parcel, left - taken)


def _days(start: datetime, end: datetime) -> Decimal:
    """How many days lie between two instants, parts of a day too."""
    return Decimal((end - start) // timedelta(microseconds=1)) / A_DAY


@enforces("upstage/15.3", "upstage/15.6")
def waiting(parcels: Iterable[Parcel], at: datetime, until: datetime) -> list[Waiting]:
    """The paid lots that expire by `until` while free credits are there to burn first, the first to expire first."""
    live = in_burn_order(parcels, at)
    free = sum((parcel.remaining for parcel in live if parcel.kind != PAID), Decimal(0))
    found, needed = [], Decimal(0)
    for parcel in live:
        needed += parcel.remaining
        if free and parcel.kind == PAID and parcel.expires_at <= until:
            found.append(Waiting(parcel.name, free, needed, _why(parcel, free, needed)))
    return found


def _why(parcel: Parcel, free: Decimal, needed: Decimal) -> Reason:
    between = needed - free - parcel.remaining
    sum_ko = f"무상 {grouped(free)}" + (f" + 먼저 소멸하는 유상 {grouped(between)}" if between else "")
    sum_en = f"{grouped(free)} free" + (f" + {grouped(between)} paid that expire earlier" if between else "")
    left, total = grouped(parcel.remaining), grouped(needed)
    return Reason(
        ("upstage/15.3", "upstage/15.4"),
        f"무상 크레딧이 유상보다 먼저 차감됩니다. {day(parcel.expires_on, 'ko')} 24:00까지 {sum_ko} + 이 크레딧 {left} "
        f"= {total} 전부를 쓰면 이 유상 크레딧은 소멸하지 않습니다.",
        f"Free credits burn before paid ones. If {sum_en} + {left} of this lot = {total} are used by the end of "
        f"{day(parcel.expires_on, 'en')}, none of it is lost.",
        {"lot": parcel.name, "free": free, "needed": needed, "remaining": parcel.remaining},
    )
