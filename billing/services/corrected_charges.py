"""The charges that corrections take something off: what is not settled yet is settled first (upstage/8.3, 18.1).

Locked as settlements lock: batches, then all their members, then accounts.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import Member
from billing.models import Charge, UsageBatch, UsageCorrection, UsageEvent, UsageTally
from billing.services import settlement
from upstage_console.kernel.calendars import kst_date


def charge_of(event: UsageEvent, *, by: Any, at: datetime) -> Charge:
    """The charge of an event, whose member stays locked. Of a price with steps the member's other uses settle too."""
    waits = Q(pk__in=_waiting(event.member_id)) if event.steps else Q()
    _settle(UsageBatch.objects.filter(Q(pk=event.batch_id) | waits if waits else Q(pk=event.batch_id)), event, by, at)
    event.batch.refresh_from_db(fields=["settlement"])
    return charge_of_settled(event)


def charge_of_settled(event: UsageEvent) -> Charge:
    """The charge of an event whose batch is settled."""
    charge: Charge = Charge.objects.select_related("price").get(
        member=event.member_id, settlement=event.batch.settlement_id, meter=event.meter_id, price=event.price_id,
        api_key=event.api_key_id, day=kst_date(event.occurred_at),
    )  # fmt: skip
    return charge


def settle_waiting(row: UsageCorrection, *, by: Any, at: datetime) -> None:
    """Before a correction of steps is applied, what else its member has used is charged."""
    if row.steps is not None:
        _settle(UsageBatch.objects.filter(pk__in=_waiting(row.member_id)), row, by, at)


def _waiting(member_id: int) -> Any:
    return UsageTally.objects.filter(member=member_id).values("batch")


def _settle(wanted: Any, of: UsageEvent | UsageCorrection, by: Any, at: datetime) -> None:
    """Lock the batches in order, then everybody in those that are not settled, and settle them."""
    batches: Sequence[UsageBatch] = [batch for batch in wanted.locked() if batch.settlement_id is None]
    members = UsageTally.objects.filter(batch__in=batches).values("member")
    list(Member.objects.filter(Q(pk=of.member_id) | Q(pk__in=members)).locked().values_list("pk"))
    for batch in batches:
        settlement.settle_batches([batch], by=by, at=at)
