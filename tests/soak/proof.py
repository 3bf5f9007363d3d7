"""From the ledger: what was answered is what is kept – nothing lost, nothing twice, nothing of a refusal."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from accounts.models import Member
from billing.models import Charge, UsageEvent
from credits import queries
from credits.models import Entry, Lot
from credits.rules.burning import burn_order
from tests.soak.clients import TAKEN, Answer, Calls
from tests.soak.gateway import Gateway
from upstage_console.kernel.models import IdempotencyRecord


def charges_alone(member: Member, calls: Calls, gateway: Gateway) -> None:
    """All of it, where nobody but these callers moved the member's credits."""
    answers = calls.done().values()
    repeats_are_one(calls)
    charges_are_kept_once(member, answers)
    refusals_left_nothing(member, calls, gateway)
    left = burned_in_the_order_of_the_terms(member)
    bodies = [answer["body"] for answer in answers if answer["body"]["lots"]]
    assert all(Decimal(body["balance"]) == left[_number(body["id"])] for body in bodies)


def everybody_was_answered(calls: Calls, *refusals: str) -> None:
    """Each program has an answer, and what was refused was refused in words that are expected here."""
    assert calls.codes() <= set(refusals), next(one for one in calls.answers if one["status"] not in TAKEN)


def repeats_are_one(calls: Calls) -> None:
    """What was taken was answered in the same words every time; of all its answers at most one is no replay."""
    for key, answers in calls.by_key().items():
        taken = [one for one in answers if one["status"] in TAKEN]
        assert all(one["body"] == taken[0]["body"] for one in taken), key
        assert sum(not one["replayed"] for one in taken) <= 1, key


def charges_are_kept_once(member: Member, answers: Iterable[Answer]) -> None:
    """The charges of the member are those that were answered: each once, with its amounts and its lots."""
    told = {answer["body"]["id"]: answer["body"] for answer in answers}
    rows = {row.public_id: row for row in Charge.objects.filter(member=member)}
    assert rows.keys() == told.keys()
    paid = _entries_by_charge(member)
    for name, body in told.items():
        row, entries = rows[name], paid.pop(_number(name), [])
        assert [row.amount, row.burned, row.owed] == [Decimal(body[part]) for part in ("amount", "burned", "owed")]
        assert [(one.lot.public_id, -one.amount) for one in entries] == [
            (lot["lot"], Decimal(lot["amount"])) for lot in body["lots"]
        ]
    assert not paid


def refusals_left_nothing(member: Member, calls: Calls, gateway: Gateway) -> None:
    """Events and answers are kept for what was taken, and for nothing else."""
    events = list(UsageEvent.objects.filter(member=member).values_list("event_id", flat=True))
    assert sorted(events) == sorted(gateway.name(key) for key in calls.done())
    kept = IdempotencyRecord.objects.filter(scope=gateway.public_id).values_list("key", flat=True)
    assert sorted(kept) == sorted(calls.done())


def burned_in_the_order_of_the_terms(member: Member) -> dict[UUID, Decimal]:
    """Told again from the first entry: every use took of the lot that burned next, and no more than was in it.

    By charge, what the lots that lived then still held after it.
    """
    lots = {lot.pk: lot for lot in Lot.objects.filter(member=member)}
    left: dict[int, Decimal] = {}
    after: dict[UUID, Decimal] = {}
    for entry in Entry.objects.filter(member=member).order_by("sequence"):
        live = [lots[pk] for pk in left if left[pk] and lots[pk].expires_at > entry.at]
        if entry.charge is not None:
            assert min(live, key=lambda lot: burn_order(queries.parcel(lot))).pk == entry.lot_id, entry.sequence
            after[entry.charge] = sum((left[lot.pk] for lot in live), entry.amount)
        left[entry.lot_id] = left.get(entry.lot_id, Decimal(0)) + entry.amount
        assert left[entry.lot_id] == entry.lot_remaining >= 0
        assert entry.balance == sum(left.values())
    return after


def _entries_by_charge(member: Member) -> dict[UUID, list[Entry]]:
    found: dict[UUID, list[Entry]] = defaultdict(list)
    for entry in queries.entries(member.pk).filter(charge__isnull=False).order_by("sequence"):
        found[entry.charge].append(entry)
    return found


def _number(charge: str) -> UUID:
    return UUID(hex=charge.partition("_")[2])
