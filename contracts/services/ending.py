"""Termination with its settlement: what the preview shows is what is done (rift/3.4, 7.3, 15.2, 15.3)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Version
from accounts.services import notices
from billing.enums import FirmPaymentKind
from billing.queries.firm_debts import debt_of
from billing.rules import taxes
from billing.services import firm_invoices
from billing.services.firm_invoices import Transfer
from contracts.enums import (
    BY_TWO_MOVES,
    CONTRACT_MOVES,
    BreachStatus,
    ByTwoStatus,
    ContractStanding,
    ContractStatus,
    EndReason,
    Side,
)
from contracts.errors import CureRunning, MoneyNeedsTwo, NotInForce, NotTerminable, TerminationProposed
from contracts.models import Contract, Termination
from contracts.queries.settlement import Settlement, settlement_of
from contracts.queries.standing import require_concluded, standing_of
from contracts.rules import endings as rules
from contracts.rules.endings import Demand, Grounds
from contracts.services import (
    breaches,
    conclusion,
    crediting,
    delinquencies,
    drafting,
    invoicing,
    last_credits,
    letters,
    payouts,
    seats,
    suspending,
)
from upstage_console.kernel import audit, due, money
from upstage_console.kernel.calendars import day_end, kst_date, month_of
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, SamePerson
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.money import Money
from upstage_console.kernel.transitions import move

SETTLING: Final = "rift/15.3"
TERMS_DOCUMENT: Final = "rift"
TASK: Final = "termination_approval"


@dataclass(frozen=True)
class End:
    """Who ends a contract, on which ground, and the up-front investment that the company can prove, without tax."""

    side: Side
    ground: EndReason
    upfront: Decimal = Decimal(0)


@enforces("rift/3.4", "rift/7.3", "rift/15.2", "rift/15.3")
@transaction.atomic
def terminate(
    contract_id: str, end: End, *, by: Any, at: datetime, approver: Any = None, reason: str = ""
) -> Termination:  # fmt: skip
    """End a contract with today: what is unbilled is billed, what was paid ahead goes back, users lose their access.

    Refuses `not_found`, `already_done`, `not_concluded`, `not_active` for what has expired, `cure_running`,
    `not_terminable`, `invalid_amount`, `termination_proposed`, and where money goes back `second_person_needed` without
    an approver and `same_person`.
    """
    contract, settlement = _checked(contract_id, end, at)
    if _open_of(contract) is not None:
        raise TerminationProposed
    refund = settlement.settled.refund
    if refund and approver is None:
        raise MoneyNeedsTwo(facts={"amount": Money(refund, contract.currency)})
    if approver is not None and approver == by:
        raise SamePerson(clauses=[SETTLING])
    row = _row(contract, end, settlement, reason, by, at)
    return _carry_out(contract, row, settlement, end, by=by, at=at, approver=approver)


@enforces(SETTLING)
@transaction.atomic
def propose(contract_id: str, end: End, *, by: Any, at: datetime, reason: str = "") -> Termination:
    """Propose a termination that gives money back; a second person carries it out.

    The customer's notice takes the place of what the company proposed. Refuses as `terminate` does, and `already_done`.
    """
    contract, settlement = _checked(contract_id, end, at)
    waits = _open_of(contract)
    if waits is not None and (end.side, waits.side) != (Side.CUSTOMER, Side.COMPANY):
        raise AlreadyDone(clauses=[SETTLING])
    if waits is not None:
        _leave(waits, "notice of the customer", None, at)
    row = _row(contract, end, settlement, reason, by, at)
    due.open_item(
        TASK, row, about=contract.customer, clause=SETTLING, due_at=day_end(row.on), warn_at=at, at=at,
        title_ko=f"해지 승인: {contract.title}", title_en=f"Approve a termination: {contract.title}",
    )  # fmt: skip
    audit.record("contract.termination_proposed", contract, by=by, at=at, about=contract.customer, reason=reason,
                 clauses=[SETTLING], facts={"refund": row.refund, "due": row.due})  # fmt: skip
    return row


@enforces(SETTLING)
@transaction.atomic
def confirm(termination_id: str, *, by: Any, at: datetime, reason: str = "") -> Termination:
    """As the second person: end the contract with today, settled anew for today.

    What somebody of the customer gave notice of has no first person of the company yet: where money goes back, who
    confirms it first takes it on, and another carries it out.

    Refuses `not_found`, `already_done`, `same_person`, and what `terminate` refuses.
    """
    row = _proposed(termination_id)
    if row.proposed_by == by:
        raise SamePerson(clauses=[SETTLING])
    end = End(Side(row.side), EndReason(row.ground), row.upfront)
    contract, settlement = _checked(row.contract.public_id, end, at)
    is_notice = is_of_customer(row)
    if is_notice and settlement.settled.refund:
        return _take_on(contract, row, reason, by, at)
    amounts = _amounts(settlement, contract.currency, at)
    for name, value in amounts.items():
        setattr(row, name, value)
    row.save(update_fields=list(amounts))
    due.close_all(TASK, {row.public_id: reason or "approved"}, by=by, at=at)
    return _carry_out(contract, row, settlement, end, by=by if is_notice else row.proposed_by, at=at, approver=by)


def is_of_customer(row: Termination) -> bool:
    """Whether nobody of the company stands for it yet: it is the notice of the customer's own people."""
    return row.proposed_by is not None and not row.proposed_by.is_staff


def _take_on(contract: Contract, row: Termination, reason: str, by: Any, at: datetime) -> Termination:
    row.proposed_by = by
    row.save(update_fields=["proposed_by"])
    audit.record("contract.termination_taken_on", contract, by=by, at=at, about=contract.customer, reason=reason,
                 clauses=["rift/15.2", SETTLING], facts={"refund": row.refund})  # fmt: skip
    return row


@transaction.atomic
def drop(termination_id: str, *, reason: str, by: Any, at: datetime) -> Termination:
    """Leave a proposed termination; the customer is told of a notice that is not carried out.

    Refuses `not_found`, `already_done`.
    """
    row = _proposed(termination_id)
    _leave(row, reason, by, at)
    if row.side == Side.CUSTOMER:
        text = notices.compose(
            _("Your notice of termination of “%(contract)s” is not carried out"), _("The contract goes on: %(reason)s"),
            contract=row.contract.title, reason=reason,
        )  # fmt: skip
        key = f"notice_left:{row.public_id}"
        letter = letters.Letter(row.customer_id, row.contract_id, "contract", text, key, ["rift/15.2"])
        letters.tell([letter], at=at)
    return row


def _leave(row: Termination, reason: str, by: Any, at: datetime) -> None:
    move(row, ByTwoStatus.DROPPED, allowed=BY_TWO_MOVES, by=by, at=at, reason=reason, clauses=[SETTLING], closed_at=at)
    due.close_all(TASK, {row.public_id: reason or "dropped"}, by=by, at=at)


def _open_of(contract: Contract) -> Termination | None:
    found: Termination | None = contract.terminations.filter(status=ByTwoStatus.PROPOSED).first()
    return found


def _proposed(termination_id: str) -> Termination:
    found: Termination = Termination.objects.select_related("contract").get_public(termination_id)
    drafting.locked(found.contract.public_id)
    row: Termination = Termination.objects.select_related("contract", "proposed_by").locked().get_public(termination_id)
    if row.status != ByTwoStatus.PROPOSED:
        raise AlreadyDone(clauses=[SETTLING])
    return row


def _checked(contract_id: str, end: End, at: datetime) -> tuple[Contract, Settlement]:
    contract, today = drafting.locked(contract_id), kst_date(at)
    require_concluded(contract)
    standing = standing_of(contract, on=today)
    if standing == ContractStanding.TERMINATED:
        raise AlreadyDone(clauses=[rules.CLAUSES[end.ground]])
    if standing == ContractStanding.EXPIRED:
        raise NotInForce(facts={"contract": contract.title, "on": today, "standing": standing.label})
    if not end.upfront.is_finite() or end.upfront < 0 or money.charged(end.upfront, contract.currency) != end.upfront:
        raise InvalidAmount(facts={"amount": end.upfront})
    delinquencies.find(at=at, contract=contract)
    _require_ground(contract, end, at)
    return contract, settlement_of(contract, on=today, upfront=end.upfront, side=end.side, ground=end.ground)


def _require_ground(contract: Contract, end: End, at: datetime) -> None:
    grounds, today = grounds_of(contract, end.side, at=at), kst_date(at)
    if rules.may_terminate(end.side, end.ground, grounds, on=today):
        return
    until = rules.running_until(end.ground, grounds, on=today)
    if until is not None:
        raise CureRunning(facts={"until": until})
    raise NotTerminable(facts={"contract": contract.title}, clauses=[rules.CLAUSES[end.ground]])


def grounds_of(contract: Contract, side: Side, *, at: datetime) -> Grounds:
    """What may let a side terminate now."""
    demands = contract.breaches.filter(side=side, status=BreachStatus.RUNNING).values_list("status", "cure_until")
    to_come = Version.objects.filter(
        document__code=TERMS_DOCUMENT, published_at__lte=at, effective_on__gt=kst_date(at)
    )  # fmt: skip
    return Grounds(
        tuple(Demand(*one) for one in demands),
        delinquencies.count(contract),
        side == Side.CUSTOMER and to_come.exists(),
    )


def _amounts(settlement: Settlement, currency: str, at: datetime) -> dict[str, Any]:
    settled = settlement.settled
    return {
        "on": kst_date(at), "due": settlement.due, "refund": settled.refund, "kept": settled.kept,
        "refund_tax": taxes.vat(settled.refund, currency), "statement": settlement.as_json(),
        "credits": settlement.given,
    }  # fmt: skip


def _row(contract: Contract, end: End, settlement: Settlement, reason: str, by: Any, at: datetime) -> Termination:
    row: Termination = Termination.objects.create(
        customer_id=contract.customer_id, contract=contract, side=end.side, ground=end.ground, upfront=end.upfront,
        reason=reason[:500], proposed_by=audit.actor(by), proposed_at=at, **_amounts(settlement, contract.currency, at),
    )  # fmt: skip
    return row


def _carry_out(
    contract: Contract, row: Termination, settlement: Settlement, end: End, *, by: Any, at: datetime, approver: Any
) -> Termination:  # fmt: skip
    clauses = [rules.CLAUSES[end.ground], SETTLING]
    final = _bill(contract, settlement, by, at)
    move(contract, ContractStatus.TERMINATED, allowed=CONTRACT_MOVES, by=by, at=at, reason=row.reason, clauses=clauses,
         ended_at=at)  # fmt: skip
    move(row, ByTwoStatus.DONE, allowed=BY_TWO_MOVES, by=by, at=at, reason=row.reason, clauses=clauses, closed_at=at,
         approver=audit.actor(approver) if approver else None, invoice=final)  # fmt: skip
    seats.close_all(contract, until=day_end(row.on))
    _give_back(contract, row, settlement, by, at)
    last_credits.give_back(contract, by=by, at=at)
    _close_tasks(contract, by, at)
    facts = {"ground": end.ground, "due": row.due, "refund": row.refund, "kept": row.kept}
    audit.record("contract.terminated", contract, by=by, at=at, about=contract.customer, reason=row.reason,
                 clauses=clauses, facts=facts)  # fmt: skip
    _tell(contract, row, clauses, at)
    return row


def _bill(contract: Contract, settlement: Settlement, by: Any, at: datetime) -> Any:
    """The final invoice, where something is still to be billed."""
    if not settlement.lines:
        return None
    return invoicing.post(contract, settlement.lines, month_of(kst_date(at)), by=by, at=at).invoice


def _give_back(contract: Contract, row: Termination, settlement: Settlement, by: Any, at: datetime) -> None:
    """What goes back is first set off against what is still unpaid of the invoices that billed it ahead."""
    left = row.refund + row.refund_tax
    for invoice in {one.invoice_id: one.invoice for one in settlement.ahead if one.invoice}.values():
        unpaid = debt_of(invoice, today=row.on).principal
        part = min(left, unpaid)
        if part > 0:
            key = f"end:{row.public_id}:{invoice.public_id}"
            transfer = Transfer(key, row.on, part, row.public_id, FirmPaymentKind.SET_OFF)
            firm_invoices.pay(invoice, transfer, reason="", by=by, at=at)
            left -= part
    if left > 0:
        payouts.owe(row, contract, left, clause=SETTLING, at=at)


def _close_tasks(contract: Contract, by: Any, at: datetime) -> None:
    """Nothing more is drafted, nothing more ends by itself, and no credit note waits that the settlement knew not."""
    crediting.drop_all(contract, reason="terminated", by=by, at=at)
    delinquencies.close_tasks(contract, by=by, at=at, outcome="terminated")
    suspending.close_all(contract, by=by, at=at)
    for breach in contract.breaches.filter(status=BreachStatus.RUNNING):
        breaches.close_task(breach, by=by, at=at, outcome="terminated")
    kinds = [conclusion.END_TASK, invoicing.TASK]
    open_items = DueItem.objects.filter(kind__in=kinds, subject=contract.public_id, closed_at__isnull=True)
    for kind, key in open_items.values_list("kind", "key"):
        due.close_item(kind, key, by=by, at=at, outcome="terminated")


def _tell(contract: Contract, row: Termination, clauses: list[str], at: datetime) -> None:
    text = notices.compose(
        _("The contract “%(contract)s” ends with %(on)s"),
        _("Still billed: %(due)s. Goes back: %(refund)s. Credits for shortfalls that are still given: %(credits)s. All "
          "are without tax; the settlement stands on the contract's page."),
        contract=contract.title, on=row.on, due=Money(row.due, contract.currency),
        refund=Money(row.refund, contract.currency), credits=Money(row.credits, contract.currency),
    )  # fmt: skip
    key = f"terminated:{contract.public_id}"
    letters.tell([letters.Letter(contract.customer_id, contract.pk, "contract", text, key, clauses)], at=at)
