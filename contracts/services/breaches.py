"""Written demands to cure a material breach, by either side; the time runs from receipt (rift/15.2)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from contracts.enums import BREACH_MOVES, BreachStatus, ByTwoStatus, EndReason, Side
from contracts.errors import NoticeGiven
from contracts.models import Breach, Contract
from contracts.queries.governing import governing
from contracts.queries.standing import require_concluded, require_running
from contracts.rules import endings as rules
from contracts.services import drafting, files, letters, suspending
from contracts.services.files import Given
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.errors import AlreadyDone, InvalidDates, NotAllowed
from upstage_console.kernel.models import DueItem, Holiday
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import day

CLAUSE: Final = "rift/15.2"
TASK: Final = "cure_end"
IN_PORTAL: Final = "포털에 제출 · submitted in the portal"
"""The proof of delivery of a demand that the customer wrote here."""


@dataclass(frozen=True)
class Delivery:
    """When a demand was received, and what proves it."""

    on: date
    how: str = ""
    file: Given | None = None


@enforces(CLAUSE)
@transaction.atomic
def demand(
    contract_id: str, side: Side, what: str, *, delivery: Delivery | None, by: Any, at: datetime, reason: str = ""
) -> Breach:
    """Write down a demand of one side that the other cures a breach; its time runs once it was received.

    Refuses `not_found`, `not_concluded`, `not_active`, `invalid_dates` for a receipt to come.
    """
    contract = drafting.locked(contract_id)
    require_running(contract, on=kst_date(at))
    row: Breach = Breach.objects.create(
        customer_id=contract.customer_id, contract=contract, side=side, what=what, demanded_at=at
    )
    audit.record("breach.demanded", row, by=by, at=at, about=contract.customer, reason=reason, clauses=[CLAUSE],
                 facts={"side": side})  # fmt: skip
    if side == Side.COMPANY:
        _tell(
            contract,
            row,
            _("Demand to cure a breach of “%(contract)s”"),
            _("What is to be cured: %(what)s"),
            "demand",
            at,
        )
    if delivery is not None:
        _received(contract, row, delivery, reason, by, at)
    return row


@enforces(CLAUSE)
@transaction.atomic
def received(breach_id: str, delivery: Delivery, *, by: Any, at: datetime, reason: str = "") -> Breach:
    """Write down when a demand was received. Refuses `not_found`, `already_done`, `invalid_dates`."""
    contract, row = _taken(breach_id)
    if row.received_on is not None or row.status != BreachStatus.RUNNING:
        raise AlreadyDone(clauses=[CLAUSE])
    _received(contract, row, delivery, reason, by, at)
    return row


@enforces(CLAUSE)
@transaction.atomic
def demand_in_portal(contract_id: str, what: str, *, by: Any, at: datetime) -> Breach:
    """The customer demands in the portal that the company cures a breach: received in this instant, which is its proof.

    What was written, by whom and when is kept as a file with its hash. Refuses as `demand` does, and `already_done`
    where the same is demanded and not cured.
    """
    contract = drafting.locked(contract_id)
    running = contract.breaches.filter(side=Side.CUSTOMER, status=BreachStatus.RUNNING)
    if running.filter(what=what).exists():
        raise AlreadyDone(clauses=[CLAUSE])
    written = f"{contract.title} ({contract.public_id})\n{by.email}\n{at.isoformat()}\n\n{what}\n"
    given = Given(f"demand-{at:%Y%m%d-%H%M%S}.txt", "text/plain", written.encode())
    delivery = Delivery(kst_date(at), IN_PORTAL, given)
    row = demand(contract_id, Side.CUSTOMER, what, delivery=delivery, by=by, at=at)
    _tell(
        contract,
        row,
        _("We received your demand to cure a breach of “%(contract)s”"),
        _("What is to be cured: %(what)s. It is to be cured until the end of %(until)s; from the day after it you may "
          "terminate in writing."),
        "received",
        at,
    )  # fmt: skip
    return row


@enforces(CLAUSE)
@transaction.atomic
def prove(breach_id: str, given: Given, *, by: Any, at: datetime, reason: str = "") -> Breach:
    """Keep the file that proves the receipt of a demand; what is kept stays.

    Refuses `not_found`, `not_allowed` before a receipt was written down, `already_done`, `no_evidence`.
    """
    contract, row = _taken(breach_id)
    if row.received_on is None:
        raise NotAllowed(clauses=[CLAUSE])
    if row.evidence_id is not None:
        raise AlreadyDone(clauses=[CLAUSE])
    row.evidence = files.keep(contract, given, by=by, at=at)
    row.save(update_fields=["evidence"])
    audit.record("breach.proved", row, by=by, at=at, about=contract.customer, reason=reason, clauses=[CLAUSE],
                 facts={"sha256": row.evidence.sha256})  # fmt: skip
    return row


def _received(contract: Contract, row: Breach, delivery: Delivery, reason: str, by: Any, at: datetime) -> None:
    if delivery.on > kst_date(at):
        raise InvalidDates(facts={"starts_on": delivery.on, "ends_on": kst_date(at)}, clauses=[CLAUSE])
    found = governing(contract, "cure_days", on=delivery.on)
    assert found is not None  # noqa: S101 – the terms themselves say it
    until = rules.cure_until(delivery.on, int(found.value), Holiday.objects.calendar())
    row.received_on, row.delivery, row.cure_until = delivery.on, delivery.how, until
    row.why = _why(delivery.on, int(found.value), until, found.reason).as_json()
    row.evidence = files.keep(contract, delivery.file, by=by, at=at) if delivery.file else None
    row.save(update_fields=["received_on", "delivery", "cure_until", "why", "evidence"])
    audit.record("breach.received", row, by=by, at=at, about=contract.customer, reason=reason, clauses=[CLAUSE],
                 facts={"received_on": delivery.on, "cure_until": until})  # fmt: skip
    due.open_item(
        TASK, row, about=contract.customer, clause=CLAUSE, due_at=day_end(until), at=at,
        warn_at=day_end(until) - timedelta(days=3), title_ko=f"시정 기간의 끝: {contract.title}",
        title_en=f"End of the time to cure: {contract.title}",
    )  # fmt: skip


def _why(on: date, days: int, until: date, because: Reason) -> Reason:
    said = {language: (day(on, language), day(until, language)) for language in ("ko", "en")}
    return Reason(
        (CLAUSE,), f"도달일 {said['ko'][0]} + {days}일 → {said['ko'][1]}. {because.ko}",
        f"Received on {said['en'][0]} + {days} days → {said['en'][1]}. {because.en}",
        {"received_on": on, "days": days, "cure_until": until},
    )  # fmt: skip


@enforces(CLAUSE)
@transaction.atomic
def cure(breach_id: str, *, by: Any, at: datetime, reason: str = "") -> Breach:
    """Write down that a breach was cured; in time or before the other side terminated, the right to do so lapses.

    Refuses `not_found`, `already_done`, and `notice_given` once the customer gave notice for want of a cure.
    """
    contract, row = _taken(breach_id)
    notices_given = contract.terminations.filter(status=ByTwoStatus.PROPOSED, side=Side.CUSTOMER)
    if row.side == Side.CUSTOMER and notices_given.filter(ground=EndReason.BREACH).exists():
        raise NoticeGiven
    move(row, BreachStatus.CURED, allowed=BREACH_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE], cured_at=at)
    audit.record("breach.cured", row, by=by, at=at, about=contract.customer, reason=reason, clauses=[CLAUSE])
    close_task(row, by=by, at=at, outcome="cured")
    suspending.look_again(contract, by=by, at=at)
    _tell(
        contract,
        row,
        _("The breach of “%(contract)s” counts as cured"),
        _("What is to be cured: %(what)s"),
        "cured",
        at,
    )
    return row


def close_task(row: Breach, *, by: Any, at: datetime, outcome: str) -> None:
    """Close what waits for the end of the time to cure."""
    if DueItem.objects.filter(kind=TASK, key=row.public_id, closed_at__isnull=True).exists():
        due.close_item(TASK, row.public_id, by=by, at=at, outcome=outcome)


def _taken(breach_id: str) -> tuple[Contract, Breach]:
    found: Breach = Breach.objects.select_related("contract").get_public(breach_id)
    contract = drafting.locked(found.contract.public_id)
    require_concluded(contract)
    row: Breach = Breach.objects.locked().get_public(breach_id)
    return contract, row


def _tell(contract: Contract, row: Breach, subject: Any, body: Any, stage: str, at: datetime) -> None:
    text = notices.compose(subject, body, contract=contract.title, what=row.what, until=row.cure_until)
    key = f"{stage}:{row.public_id}"
    letters.tell([letters.Letter(contract.customer_id, contract.pk, "breach", text, key, [CLAUSE])], at=at)
