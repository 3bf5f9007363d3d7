"""What both sides do together, as the customer sees it: deliverables to inspect, minutes to confirm (rift/5.2, 9.2)."""

from dataclasses import dataclass
from datetime import date

from contracts.enums import DeliveryStatus, Side
from contracts.models import Contract, Deliverable, Delivery, DeliveryFile, Meeting, Minutes
from contracts.queries.deliverables import deliverables_of, latest_of, standing_of
from contracts.queries.meetings import awaits, current_of
from upstage_console.kernel.clauses import Reason
from upstage_console.kernel.errors import NotFound


@dataclass(frozen=True)
class DeliverableShown:
    """A deliverable with its last hand-over, how that stands on a day, and why it is inspected until then."""

    row: Deliverable
    latest: Delivery | None
    standing: DeliveryStatus | None
    why: Reason | None
    files: tuple[DeliveryFile, ...]

    @property
    def is_to_inspect(self) -> bool:
        """Whether the customer is to decide."""
        return self.standing == DeliveryStatus.DELIVERED


@dataclass(frozen=True)
class MeetingShown:
    """A meeting with the latest version of its minutes, and whether the customer is to confirm them."""

    row: Meeting
    minutes: Minutes | None
    is_to_confirm: bool


def deliverables_shown(contract: Contract, *, on: date) -> list[DeliverableShown]:
    """The deliverables of a contract, by a fixed number of statements."""
    rows = list(deliverables_of(contract))
    files: dict[int, list[DeliveryFile]] = {}
    for one in DeliveryFile.objects.filter(delivery__deliverable__contract=contract).select_related("file"):
        files.setdefault(one.delivery_id, []).append(one)
    return [_deliverable(row, files, on) for row in rows]


def _deliverable(row: Deliverable, files: dict[int, list[DeliveryFile]], on: date) -> DeliverableShown:
    latest = latest_of(row)
    if latest is None:
        return DeliverableShown(row, None, None, None, ())
    why = Reason.from_json(latest.why) if latest.why else None
    return DeliverableShown(row, latest, standing_of(latest, on=on), why, tuple(files.get(latest.pk, ())))


def delivery_of(contract: Contract, delivery_id: str) -> Delivery:
    """A hand-over under a contract. Refuses `not_found`."""
    rows = Delivery.objects.filter(deliverable__contract=contract).select_related("deliverable")
    found: Delivery = rows.get_public(delivery_id)
    return found


def meeting_shown(row: Meeting) -> MeetingShown:
    """A meeting that was fetched with its minutes."""
    minutes = current_of(row)
    return MeetingShown(row, minutes, minutes is not None and awaits(minutes) == Side.CUSTOMER)


def minutes_of(contract: Contract, minutes_id: str) -> Minutes:
    """Minutes of a contract that the customer is to confirm. Refuses `not_found`, also where it is not asked."""
    rows = Minutes.objects.filter(meeting__contract=contract).select_related("meeting").prefetch_related("answers")
    found: Minutes = rows.get_public(minutes_id)
    if awaits(found) != Side.CUSTOMER:
        raise NotFound
    return found
