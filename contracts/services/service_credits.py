"""Credits for shortfalls: proposed with a report, decided by a second person, put on invoices (rift/5.2, 8.1).

For whoever issues invoices: `queries.service_levels.open_credits` names what is open, `rules.service_credits.allot`
says how much of each an invoice takes, and `apply_all` takes it, in the caller's transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from billing.models import FirmCreditNote, FirmInvoice
from contracts.enums import CREDIT_MOVES, ServiceCreditStatus
from contracts.errors.service_levels import CreditSpent, NotClaimed
from contracts.models import ServiceCredit, ServiceCreditUse, ServiceLevelReport
from contracts.rules import service_credits as rules
from contracts.services import service_letters
from contracts.services.deadlines import last_instant
from contracts.services.drafting import locked
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, SamePerson
from upstage_console.kernel.inserting import insert_all
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.money import Money
from upstage_console.kernel.transitions import move, move_all
from upstage_console.kernel.wording import money

CLAUSES: Final = ["rift/5.2", "rift/8.1"]
TASK: Final = "service_credit"


def propose(report: ServiceLevelReport, amount: Decimal, *, by: Any, at: datetime) -> ServiceCredit:
    """Propose what an approved report gives back, in the caller's transaction; a second person decides."""
    calendar, today = Holiday.objects.calendar(), kst_date(at)
    days = report.level.claim_days
    credit: ServiceCredit = ServiceCredit.objects.create(
        customer_id=report.customer_id, contract=report.contract, report=report, month=report.month, amount=amount,
        left=amount, currency=report.contract.currency, proposed_by=audit.actor(by), proposed_at=at,
        claim_until=None if days is None else rules.claim_until(today, days, calendar),
    )  # fmt: skip
    _open_task(credit, last_instant("service_credit_days", on=today, at=at), at)
    facts = {"amount": amount, "month": report.month}
    audit.record("service_credit.proposed", credit, by=by, at=at, about=credit.customer, clauses=CLAUSES, facts=facts)
    return credit


def _open_task(credit: ServiceCredit, last: datetime, at: datetime) -> None:
    name, month = credit.contract.title, f"{credit.month:%Y-%m}"
    amounts = [money(credit.amount, credit.currency, language) for language in ("ko", "en")]
    due.open_item(
        TASK, credit, about=credit.customer, clause="rift/8.1", due_at=last, warn_at=at, at=at,
        title_ko=f"서비스 수준 공제 결정: {name} {month} {amounts[0]}",
        title_en=f"Decide on a service credit: {name}, {month}, {amounts[1]}",
    )  # fmt: skip


@enforces("rift/8.1")
@transaction.atomic
def claim(credit_id: str, *, by: Any, at: datetime) -> ServiceCredit:
    """The customer claims a credit, where its contract asks for that: until the last day's 24:00.

    Refuses `not_found`, and `already_done` also where it is too late.
    """
    credit = _locked(credit_id)
    is_late = credit.claim_until is None or kst_date(at) > credit.claim_until
    if is_late or credit.claimed_at is not None or credit.status != ServiceCreditStatus.PROPOSED:
        raise AlreadyDone(clauses=CLAUSES)
    credit.claimed_at = at
    credit.save(update_fields=["claimed_at"])
    audit.record("service_credit.claimed", credit, by=by, at=at, about=credit.customer, clauses=CLAUSES)
    return credit


@enforces("rift/8.1")
@transaction.atomic
def approve(credit_id: str, *, reason: str, by: Any, at: datetime) -> ServiceCredit:
    """As the second person: the next invoice takes it, and the customer is told.

    Refuses `not_found`, `already_done`, `same_person`, `not_claimed` where a claim is asked for and missing.
    """
    credit = _locked(credit_id)
    if credit.status != ServiceCreditStatus.PROPOSED:
        raise AlreadyDone(clauses=CLAUSES)
    if credit.proposed_by == by:
        raise SamePerson(clauses=CLAUSES)
    if credit.claim_until is not None and credit.claimed_at is None:
        raise NotClaimed(facts={"until": credit.claim_until})
    move(credit, ServiceCreditStatus.APPROVED, allowed=CREDIT_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES,
         approved_by=audit.actor(by), approved_at=at)  # fmt: skip
    _decided(credit, "service_credit.approved", reason, by, at)
    service_letters.credit_given(credit, at=at)
    return credit


@transaction.atomic
def drop(credit_id: str, *, reason: str, by: Any, at: datetime) -> ServiceCredit:
    """Do not give it, such as where a report is to be measured again. Refuses `not_found`, `already_done`."""
    credit = _locked(credit_id)
    if credit.status != ServiceCreditStatus.PROPOSED:
        raise AlreadyDone(clauses=CLAUSES)
    move(credit, ServiceCreditStatus.DROPPED, allowed=CREDIT_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES,
         closed_at=at)  # fmt: skip
    _decided(credit, "service_credit.dropped", reason, by, at)
    return credit


def _decided(credit: ServiceCredit, deed: str, reason: str, by: Any, at: datetime) -> None:
    audit.record(deed, credit, by=by, at=at, about=credit.customer, reason=reason, clauses=CLAUSES,
                 facts={"amount": credit.amount})  # fmt: skip
    due.close_item(TASK, credit.public_id, by=by, at=at, outcome=reason or deed)


@dataclass(frozen=True)
class Taking:
    """So much of a credit: an invoice takes it, at the end a credit note for one; by neither, it is transferred."""

    credit: ServiceCredit
    amount: Decimal
    invoice: FirmInvoice | None = None
    note: FirmCreditNote | None = None

    @property
    def document(self) -> str:
        """The number of what takes it."""
        return str(self.note or self.invoice or "")


@enforces("rift/8.1")
def apply_all(takings: Sequence[Taking], *, by: Any, at: datetime) -> None:
    """Take from approved credits, in the caller's transaction after it locked their contracts and then read them.

    With the last of it a credit is applied. The same invoice takes of a credit once; a fixed number of statements.
    Refuses `already_done`, `invalid_amount`, `credit_spent`.
    """
    require_transaction()
    if not takings:
        return
    _require_takable(takings)
    insert_all(
        ServiceCreditUse(customer_id=one.credit.customer_id, credit=one.credit, invoice=one.invoice,
                         credit_note=one.note, amount=one.amount, at=at)
        for one in takings
    )  # fmt: skip
    for one in takings:
        one.credit.left -= one.amount
    _write_left(list({one.credit.pk: one.credit for one in takings}.values()), by, at)
    deeds = [{"action": "service_credit.applied", "subject": one.credit, "about": one.credit.customer,
              "clauses": CLAUSES, "facts": {"amount": one.amount, "invoice": one.document}}
             for one in takings]  # fmt: skip
    audit.record_all(deeds, by=by, at=at)


def _require_takable(takings: Sequence[Taking]) -> None:
    uses = ServiceCreditUse.objects.filter(
        credit__in=[one.credit for one in takings],
        invoice__in=[one.invoice for one in takings if one.invoice and one.note is None],
    )
    if uses.exists() or any(one.credit.status != ServiceCreditStatus.APPROVED for one in takings):
        raise AlreadyDone(clauses=CLAUSES)
    for one in takings:
        if one.amount <= 0:
            raise InvalidAmount(facts={"amount": one.amount})
        if one.amount > one.credit.left:
            raise CreditSpent(facts={"left": Money(one.credit.left, one.credit.currency)})


def _write_left(credits: Sequence[ServiceCredit], by: Any, at: datetime) -> None:
    ServiceCredit.objects.bulk_update([credit for credit in credits if credit.left], ["left"])
    spent = ServiceCredit.objects.filter(pk__in=[credit.pk for credit in credits if not credit.left])
    move_all(spent, ServiceCreditStatus.APPLIED, allowed=CREDIT_MOVES, by=by, at=at, clauses=CLAUSES, left=0,
             closed_at=at)  # fmt: skip


@enforces("rift/8.1")
@transaction.atomic
def lapse_due(*, at: datetime) -> int:
    """Let lapse what should have been claimed and was not; returns how many. A repeat finds none."""
    missed = ServiceCredit.objects.filter(
        status=ServiceCreditStatus.PROPOSED, claimed_at__isnull=True, claim_until__lt=kst_date(at)
    )
    keys = list(missed.locked().values_list("public_id", flat=True))
    rows = ServiceCredit.objects.filter(public_id__in=keys)
    found = list(rows)
    move_all(rows, ServiceCreditStatus.LAPSED, allowed=CREDIT_MOVES, at=at, clauses=CLAUSES, closed_at=at)
    deeds = [{"action": "service_credit.lapsed", "subject": one, "about": one.customer.public_id, "clauses": CLAUSES}
             for one in found]  # fmt: skip
    audit.record_all(deeds, by=None, at=at)
    for key in keys:
        due.close_item(TASK, key, by=None, at=at, outcome="lapsed")
    return len(keys)


def _locked(credit_id: str) -> ServiceCredit:
    """The credit, after its contract: the order in which all of contracts lock."""
    found: ServiceCredit = ServiceCredit.objects.select_related("contract").get_public(credit_id)
    locked(found.contract.public_id)
    credit: ServiceCredit = ServiceCredit.objects.locked().get_public(credit_id)
    return credit
