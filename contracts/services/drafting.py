"""Contracts before their conclusion: drafted, changed, refused, left (rift/4.1, 4.3, 7.1, 15.1)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from billing.errors import BadSteps
from billing.rules.steps import MOST_STEPS, Step, are_steps
from contracts.enums import BOUND_STATES, CONTRACT_MOVES, ContractStatus, FeeKind, RefusalGround
from contracts.errors import NoFees, SignedIsFinal, UnderReview
from contracts.models import Contract, ContractFee, Customer
from contracts.rules.contracts import Agreed, term
from contracts.services import customers
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidAmount
from upstage_console.kernel.transitions import move

CLAUSE: Final = "rift/4.1"
REFUSING: Final = "rift/4.3"


@dataclass(frozen=True)
class FeeLine:
    """One fee as it is agreed, without tax."""

    kind: str
    amount: Decimal
    what: str = ""
    included: Decimal | None = None
    prepaid: int | None = None
    milestone: str = ""
    steps: Sequence[dict[str, str]] = ()


@dataclass(frozen=True)
class Draft:
    """A contract as it is proposed. Without a start it begins with its conclusion, without an end it is one year."""

    title: str
    fees: Sequence[FeeLine]
    starts_on: date | None = None
    ends_on: date | None = None
    months: int | None = None
    payment_days: int | None = None
    late_rate: Decimal | None = None
    currency: str = field(default="KRW")


@enforces("rift/7.1", "rift/15.1")
@transaction.atomic
def draft(customer_id: str, given: Draft, *, by: Any, at: datetime, reason: str = "") -> Contract:
    """Draft a contract with a customer.

    Refuses `not_found`, `customer_ended`, `no_fees`, `invalid_amount`, `invalid_dates`, `invalid`.
    """
    customer = customers.active(customer_id)
    contract: Contract = Contract.objects.create(
        customer=customer, drafted_by=by, drafted_at=at, currency=given.currency, **_terms(given)
    )
    _write_fees(contract, given.fees)
    audit.record("contract.drafted", contract, by=by, at=at, about=customer, reason=reason, clauses=[CLAUSE])
    return contract


@transaction.atomic
def change(contract_id: str, given: Draft, *, reason: str, by: Any, at: datetime) -> Contract:
    """Write a draft anew. Refuses `not_found`, `under_review`, `signed_is_final`, and what `draft` refuses."""
    contract = locked(contract_id)
    require_draft(contract)
    for name, value in _terms(given).items():
        setattr(contract, name, value)
    contract.save(update_fields=list(_terms(given)))
    contract.fees.all().delete()
    _write_fees(contract, given.fees)
    audit.record("contract.changed", contract, by=by, at=at, about=contract.customer, reason=reason, clauses=[CLAUSE])
    return contract


def _terms(given: Draft) -> dict[str, Any]:
    found = term(Agreed(given.starts_on, given.ends_on, given.months))
    return {
        "title": given.title.strip(), "starts_on": given.starts_on, "months": given.months,
        "ends_on": found.ends_on if found else given.ends_on, "term_why": found.reason.as_json() if found else {},
        "payment_days": given.payment_days, "late_rate": given.late_rate,
    }  # fmt: skip


def _write_fees(contract: Contract, fees: Sequence[FeeLine]) -> None:
    if not fees:
        raise NoFees
    for fee in fees:
        if not fee.amount.is_finite() or fee.amount < 0:
            raise InvalidAmount(facts={"amount": fee.amount})
        _check_steps(fee)
    ContractFee.objects.bulk_create(
        ContractFee(
            customer_id=contract.customer_id, contract=contract, position=place, kind=fee.kind, what=fee.what,
            amount=fee.amount, included=fee.included, prepaid=fee.prepaid, milestone=fee.milestone,
            steps=list(fee.steps),
        )
        for place, fee in enumerate(fees, start=1)
    )  # fmt: skip


def _check_steps(fee: FeeLine) -> None:
    """A price by use may have steps, each after more units of the month than the one before (ADR 0021)."""
    if not fee.steps:
        return
    given = [Step(Decimal(0), fee.amount), *(Step(Decimal(one["after"]), Decimal(one["amount"])) for one in fee.steps)]
    figures = [figure for step in given for figure in (step.starts, step.price)]
    if not all(figure.is_finite() and figure >= 0 for figure in figures):
        raise InvalidAmount(facts={"amount": min(figures)})
    if fee.kind != FeeKind.USAGE or not are_steps(given):
        raise BadSteps(facts={"most": MOST_STEPS}, clauses=[CLAUSE, "rift/7.1"])


@enforces(REFUSING)
@transaction.atomic
def refuse(contract_id: str, ground: RefusalGround, *, reason: str, by: Any, at: datetime) -> Contract:
    """Refuse to conclude a contract, on a ground of 4.3. Refuses `not_found`, `already_done`, `signed_is_final`."""
    contract = locked(contract_id)
    require_open(contract)
    return _close(contract, ContractStatus.REJECTED, f"{ground.value}: {reason}", "contract.refused", by, at)


@transaction.atomic
def void(contract_id: str, *, reason: str, by: Any, at: datetime) -> Contract:
    """Leave a contract that nobody wants any more. Refuses `not_found`, `already_done`, `signed_is_final`."""
    contract = locked(contract_id)
    require_open(contract)
    return _close(contract, ContractStatus.VOIDED, reason, "contract.voided", by, at)


def _close(contract: Contract, to: ContractStatus, reason: str, deed: str, by: Any, at: datetime) -> Contract:
    clauses = [REFUSING] if to == ContractStatus.REJECTED else [CLAUSE]
    move(contract, to, allowed=CONTRACT_MOVES, by=by, at=at, reason=reason, clauses=clauses, ended_at=at)
    audit.record(deed, contract, by=by, at=at, about=contract.customer, reason=reason, clauses=clauses)
    return contract


def locked(contract_id: str) -> Contract:
    """A contract after its customer was locked. Refuses `not_found`."""
    found: Contract = Contract.objects.get_public(contract_id)
    Customer.objects.filter(pk=found.customer_id).locked().get()
    contract: Contract = Contract.objects.select_related("customer__firm").locked().get_public(contract_id)
    return contract


def lock_all(keys: Sequence[int]) -> None:
    """Lock the contracts with these keys in the order of their keys, after their customers."""
    contracts = Contract.objects.filter(pk__in=keys)
    list(Customer.objects.filter(pk__in=contracts.values("customer")).locked().values_list("pk"))
    list(contracts.locked().values_list("pk"))


def read_all(keys: Sequence[int]) -> list[Contract]:
    """The contracts with these keys in the order of their keys; who writes has locked them."""
    return list(Contract.objects.select_related("customer__firm").filter(pk__in=keys).order_by("pk"))


def require_open(contract: Contract) -> None:
    """Refuses `signed_is_final` for what was concluded."""
    if contract.status in BOUND_STATES:
        raise SignedIsFinal(facts={"what": contract.title})


def require_draft(contract: Contract) -> None:
    """Refuses `signed_is_final` for what was concluded, `under_review` for what is no draft (any more)."""
    require_open(contract)
    if contract.status != ContractStatus.DRAFT:
        raise UnderReview(facts={"contract": contract.title})
