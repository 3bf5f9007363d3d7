"""Demands of authorities for a customer's data: minimal, on a legal basis, decided by two people (rift/11.3).

The customer is told when it is approved; where the law forbids that, once the law allows it again, which is a task.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from contracts.enums import DISCLOSURE_MOVES, DemandBasis, DisclosureStatus
from contracts.errors import NoBasis, NothingGiven, NoticeBarred, NoticeMissing, NotMinimal
from contracts.models import Contract, Customer, Disclosure, DisclosureItem
from contracts.rules import disclosures as rules
from contracts.rules.disclosures import Item
from contracts.services import deadlines, disclosure_letters
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, InvalidDates, NotAllowed, NotFound, SamePerson
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import is_visible

CLAUSE: Final = "rift/11.3"
TASK: Final = "disclosure"
RELEASE: Final = "disclosure_release"
NOTICE: Final = "disclosure_notice"


@dataclass(frozen=True)
class Bar:
    """The law that forbids telling the customer, and until the end of which day."""

    basis: str
    until: date


@dataclass(frozen=True)
class Demand:
    """What an authority demands: by which number, on what basis, which data, until when; what little would be given."""

    authority: str
    reference: str
    basis_kind: DemandBasis
    basis: str
    received_on: date
    items: Sequence[Item]
    answer_by: date | None = None
    contract_id: str = ""
    bar: Bar | None = None


@enforces(CLAUSE)
@transaction.atomic
def propose(customer_id: str, demand: Demand, *, by: Any, at: datetime, reason: str = "") -> Disclosure:
    """Write down a demand with what would be given of it; a second person decides.

    Refuses `not_found`, `no_basis`, `not_minimal`, `invalid_dates` for a demand to come or a bar that is over, and
    `already_done` for a demand that is written down.
    """
    customer: Customer = Customer.objects.locked().get_public(customer_id)
    _check(demand, at)
    if customer.disclosures.filter(authority=demand.authority.strip(), reference=demand.reference.strip()).exists():
        raise AlreadyDone(clauses=[CLAUSE])
    row: Disclosure = Disclosure.objects.create(
        customer=customer, contract=_contract(customer, demand.contract_id), authority=demand.authority.strip(),
        reference=demand.reference.strip(), basis_kind=demand.basis_kind, basis=demand.basis.strip(),
        received_on=demand.received_on, answer_by=demand.answer_by, proposed_by=audit.actor(by), proposed_at=at,
        bar_basis=demand.bar.basis.strip() if demand.bar else "", barred_until=demand.bar.until if demand.bar else None,
    )  # fmt: skip
    DisclosureItem.objects.bulk_create(
        DisclosureItem(customer=customer, disclosure=row, data=item.data, is_given=item.is_given, extent=item.extent,
                       why=item.why)
        for item in demand.items
    )  # fmt: skip
    _told("proposed", row, by, at, reason)
    _open(TASK, row, _answer_by(row, at), at, "수사기관 등의 자료 요구 결정", "Decide on a demand of an authority")
    return row


def _check(demand: Demand, at: datetime) -> None:
    today = kst_date(at)
    if not all(is_visible(one) for one in (demand.authority, demand.reference, demand.basis)):
        raise NoBasis
    if demand.bar is not None and not is_visible(demand.bar.basis):
        raise NoBasis
    wide = rules.not_minimal(demand.items)
    if wide or not demand.items:
        raise NotMinimal(facts={"data": ", ".join(str(one.label) for one in wide)})
    if demand.received_on > today or (demand.bar is not None and demand.bar.until < today):
        until = demand.bar.until if demand.bar else today
        raise InvalidDates(facts={"starts_on": demand.received_on, "ends_on": until}, clauses=[CLAUSE])


def _contract(customer: Customer, contract_id: str) -> Contract | None:
    if not contract_id:
        return None
    found: Contract | None = customer.contracts.filter(public_id=contract_id).first()
    if found is None:
        raise NotFound
    return found


def _answer_by(row: Disclosure, at: datetime) -> datetime:
    own = deadlines.last_instant("disclosure_days", on=row.received_on, at=at)
    return own if row.answer_by is None else min(own, day_end(row.answer_by))


@enforces(CLAUSE)
@transaction.atomic
def approve(disclosure_id: str, *, by: Any, at: datetime, reason: str = "") -> Disclosure:
    """As the second person: the data may be given. The customer is told now, or once the law allows it.

    Refuses `not_found`, `already_done`, `not_allowed`, `same_person`, `nothing_given`.
    """
    row = _taken(disclosure_id)
    if row.proposed_by == by:
        raise SamePerson(clauses=[CLAUSE])
    if not row.items.filter(is_given=True).exists():
        raise NothingGiven
    move(row, DisclosureStatus.APPROVED, allowed=DISCLOSURE_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE],
         decided_by=audit.actor(by), decided_at=at)  # fmt: skip
    _told("approved", row, by, at, reason)
    _close(row, TASK, by, at, "approved")
    _open(RELEASE, row, _answer_by(row, at), at, "승인된 자료 제공", "Give out what was approved")
    if row.barred_until is not None:
        _open_notice(row, at)
    else:
        _tell(row, at)
    return row


@enforces(CLAUSE)
@transaction.atomic
def refuse(disclosure_id: str, *, reason: str, by: Any, at: datetime) -> Disclosure:
    """As the second person: nothing is given, and why.

    Refuses `not_found`, `already_done`, `not_allowed`, `same_person`.
    """
    row = _taken(disclosure_id)
    if row.proposed_by == by:
        raise SamePerson(clauses=[CLAUSE])
    move(row, DisclosureStatus.REFUSED, allowed=DISCLOSURE_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE],
         decided_by=audit.actor(by), decided_at=at)  # fmt: skip
    _told("refused", row, by, at, reason)
    _close(row, TASK, by, at, "refused")
    return row


@transaction.atomic
def drop(disclosure_id: str, *, reason: str, by: Any, at: datetime) -> Disclosure:
    """The authority no longer demands it. A customer who may not be told yet is told later all the same.

    Refuses `not_found`, `already_done`, `not_allowed` for what was given out or refused.
    """
    row = _taken(disclosure_id)
    move(row, DisclosureStatus.DROPPED, allowed=DISCLOSURE_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE])
    _told("dropped", row, by, at, reason)
    for kind in (TASK, RELEASE):
        _close(row, kind, by, at, "dropped")
    return row


@enforces(CLAUSE)
@transaction.atomic
def release(disclosure_id: str, handed: str, *, by: Any, at: datetime, reason: str = "") -> Disclosure:
    """Write down that the approved data was given out: to whom, how, and what proves it.

    Refuses `not_found`, `already_done`, `not_allowed` for what was not approved, `notice_required` before the customer
    was told, unless the law forbids it still.
    """
    row = _taken(disclosure_id)
    if row.status == DisclosureStatus.APPROVED and not rules.may_release(
        is_told=row.told_at is not None, barred_until=row.barred_until, on=kst_date(at)
    ):
        raise NoticeMissing
    move(row, DisclosureStatus.RELEASED, allowed=DISCLOSURE_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE],
         released_by=audit.actor(by), released_at=at, handed=handed.strip())  # fmt: skip
    _told("released", row, by, at, reason)
    _close(row, RELEASE, by, at, "given out")
    return row


@enforces(CLAUSE)
@transaction.atomic
def tell(disclosure_id: str, *, by: Any, at: datetime, reason: str = "") -> Disclosure:
    """Tell the customer what the law kept from it, once the law allows it.

    Refuses `not_found`, `already_done`, `not_allowed` for what nobody approved, `notice_barred`.
    """
    row = _taken(disclosure_id)
    if row.told_at is not None:
        raise AlreadyDone(clauses=[CLAUSE])
    if row.decided_at is None or row.status == DisclosureStatus.REFUSED:
        raise NotAllowed(clauses=[CLAUSE])
    if not rules.may_tell(row.barred_until, on=kst_date(at)):
        raise NoticeBarred(facts={"until": row.barred_until})
    _tell(row, at)
    _told("told", row, by, at, reason)
    _close(row, NOTICE, by, at, "told")
    return row


@enforces(CLAUSE)
@transaction.atomic
def extend_bar(disclosure_id: str, bar: Bar, *, by: Any, at: datetime, reason: str = "") -> Disclosure:
    """The law keeps the notice back for longer; the task moves with it.

    Refuses `not_found`, `already_done` once told, `no_basis`, `invalid_dates` for a day that is no later.
    """
    row = _taken(disclosure_id)
    if row.told_at is not None:
        raise AlreadyDone(clauses=[CLAUSE])
    if not is_visible(bar.basis):
        raise NoBasis
    if row.barred_until is None or bar.until <= row.barred_until:
        raise InvalidDates(facts={"starts_on": row.barred_until or kst_date(at), "ends_on": bar.until})
    row.bar_basis, row.barred_until = bar.basis.strip(), bar.until
    row.save(update_fields=["bar_basis", "barred_until"])
    last = _notice_by(row, at)
    DueItem.objects.filter(kind=NOTICE, key=row.public_id, closed_at__isnull=True).update(
        due_at=last, warn_at=day_end(bar.until), state=DueItem.State.OPEN
    )
    _told("bar_extended", row, by, at, reason)
    return row


def _open_notice(row: Disclosure, at: datetime) -> None:
    assert row.barred_until is not None  # noqa: S101 – the caller asked
    due.open_item(
        NOTICE, row, clause=CLAUSE, due_at=_notice_by(row, at), warn_at=day_end(row.barred_until), at=at,
        title_ko=f"유예된 통지: {row}", title_en=f"Delayed notice: {row}",
    )  # fmt: skip


def _notice_by(row: Disclosure, at: datetime) -> datetime:
    """The customer is told within the days for such demands, counted from the day after the bar."""
    assert row.barred_until is not None  # noqa: S101 – the callers asked
    return deadlines.last_instant("disclosure_days", on=row.barred_until, at=at)


def _tell(row: Disclosure, at: datetime) -> None:
    row.told_at = at
    row.save(update_fields=["told_at"])
    disclosure_letters.told(row, at=at)


def _open(kind: str, row: Disclosure, last: datetime, at: datetime, ko: str, en: str) -> None:
    """Tasks about demands name the demand, never the customer: who sees the queue need not know of it."""
    due.open_item(
        kind, row, clause=CLAUSE, due_at=last, warn_at=at, at=at, title_ko=f"{ko}: {row}", title_en=f"{en}: {row}"
    )


def _close(row: Disclosure, kind: str, by: Any, at: datetime, outcome: str) -> None:
    if DueItem.objects.filter(kind=kind, key=row.public_id, closed_at__isnull=True).exists():
        due.close_item(kind, row.public_id, by=by, at=at, outcome=outcome)


def _told(what: str, row: Disclosure, by: Any, at: datetime, reason: str) -> None:
    """One line of history; it is about the customer only once the customer knows."""
    about = row.customer if row.told_at else ""
    facts = {"authority": row.authority, "reference": row.reference, "barred_until": row.barred_until or ""}
    audit.record(f"disclosure.{what}", row, by=by, at=at, about=about, reason=reason, clauses=[CLAUSE], facts=facts)


def _taken(disclosure_id: str) -> Disclosure:
    found: Disclosure = Disclosure.objects.get_public(disclosure_id)
    Customer.objects.filter(pk=found.customer_id).locked().get()
    row: Disclosure = Disclosure.objects.select_related("customer__firm", "contract").locked().get_public(disclosure_id)
    return row
