"""Contracts in force to be billed: a flat fee, users and use each; credits for a tenth of them."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from accounts.models import User
from benchmarks import bulk
from billing.models import Firm
from contracts.enums import ContractStatus, FeeKind, SeatRole, ServiceCreditStatus
from contracts.models import (
    Contact,
    Contract,
    ContractFee,
    ContractUse,
    Customer,
    Seat,
    ServiceCredit,
    ServiceLevel,
    ServiceLevelReport,
)
from upstage_console.kernel.calendars import day_start, month_end

FIRST_NUMBER: Final = 5_000_000_000
A_BATCH: Final = 5_000
SEATS: Final = 5
USED_EACH: Final = 3
"""Days from one use to the next."""
ONE_IN: Final = 10
"""One contract in so many has credits for a shortfall."""
CREDIT: Final = Decimal(40_000)
FEES: Final = (
    (FeeKind.FLAT, Decimal(900_000), None), (FeeKind.SEAT, Decimal(31_000), None),
    (FeeKind.USAGE, Decimal(50), Decimal(300)),
)  # fmt: skip


def in_force(number: int, months: Sequence[date], *, by: User) -> list[Contract]:
    """So many contracts, each of a customer of its own, with the users and the use of these months."""
    begun = day_start(months[0])
    with bulk.copying():
        customers = _customers(number, months[0])
        contracts = Contract.objects.bulk_create(
            (
                Contract(customer=one, title="desk", status=ContractStatus.CONCLUDED, starts_on=months[0],
                         ends_on=month_end(months[0]) + timedelta(days=330), drafted_by=by, drafted_at=begun,
                         concluded_at=begun, concluded_on=months[0])
                for one in customers
            ),
            batch_size=A_BATCH,
        )  # fmt: skip
        ContractFee.objects.bulk_create(_fees(contracts), batch_size=A_BATCH)
        Seat.objects.bulk_create(_seats(contracts, months[0]), batch_size=A_BATCH)
        ContractUse.objects.bulk_create(_uses(contracts, months), batch_size=A_BATCH)
    return contracts


def _customers(number: int, day: date) -> list[Customer]:
    at = day_start(day)
    firms = Firm.objects.bulk_create(
        (
            Firm(name=f"billed {place}", business_number=f"{FIRST_NUMBER + place}", registered_at=at)
            for place in range(number)
        ),
        batch_size=A_BATCH,
    )
    made = Customer.objects.bulk_create((Customer(firm=one, registered_at=at) for one in firms), batch_size=A_BATCH)
    Contact.objects.bulk_create(
        (Contact(customer=one, name="contact", email=f"bills{one.pk}@firm.example", added_at=at) for one in made),
        batch_size=A_BATCH,
    )
    return made


def _fees(contracts: Sequence[Contract]) -> Iterator[ContractFee]:
    for one in contracts:
        for place, (kind, amount, included) in enumerate(FEES, start=1):
            yield ContractFee(customer_id=one.customer_id, contract=one, position=place, kind=kind, amount=amount,
                              included=included)  # fmt: skip


def _seats(contracts: Sequence[Contract], day: date) -> Iterator[Seat]:
    """Users who came on days of the first month; the last of each contract leaves again a while later."""
    for one in contracts:
        for place in range(SEATS):
            from_at = day_start(day + timedelta(days=4 * place))
            until_at = from_at + timedelta(days=60) if place == SEATS - 1 else None
            yield Seat(customer_id=one.customer_id, contract=one, name=f"user {place}", role=SeatRole.USER,
                       from_at=from_at, until_at=until_at)  # fmt: skip


def _uses(contracts: Sequence[Contract], months: Sequence[date]) -> Iterator[ContractUse]:
    days = [first + timedelta(days=day) for first in months for day in range(0, month_end(first).day, USED_EACH)]
    for one in contracts:
        for day in days:
            yield ContractUse(customer_id=one.customer_id, contract=one, key=day.isoformat(), quantity=Decimal(70),
                              used_on=day, used_at=day_start(day))  # fmt: skip


def levels(contracts: Sequence[Contract], first: date, *, by: User) -> list[ServiceLevel]:
    """A promise of availability for each contract that gets credits."""
    with bulk.copying():
        return ServiceLevel.objects.bulk_create(
            ServiceLevel(customer_id=one.customer_id, contract=one, version=1, target=Decimal("99.5"), ladder=[],
                         notice_hours=48, minimum_minutes=5,
                         cap_percent=30, effective_on=first, agreed_at=day_start(first), agreed_by=by)
            for one in contracts[::ONE_IN]
        )  # fmt: skip


def credits(promised: Sequence[ServiceLevel], month: date, *, proposer: User, approver: User) -> None:
    """An approved credit for a month, with its report, for each of these promises."""
    at = day_start(month_end(month))
    with bulk.copying():
        reports = ServiceLevelReport.objects.bulk_create(
            ServiceLevelReport(
                customer_id=one.customer_id, contract_id=one.contract_id, level=one, month=month, availability=98,
                is_met=False, in_scope_seconds=1, excluded_seconds=0, down_seconds=0, base=CREDIT, credit=CREDIT,
                why={"ko": "모자랐습니다.", "en": "It fell short."}, measured_at=at, approved_at=at,
                approved_by=approver,
            )
            for one in promised
        )  # fmt: skip
        ServiceCredit.objects.bulk_create(
            ServiceCredit(
                customer_id=one.customer_id, contract_id=one.contract_id, report=one, month=month, amount=CREDIT,
                left=CREDIT, currency="KRW", status=ServiceCreditStatus.APPROVED, proposed_by=proposer, proposed_at=at,
                approved_by=approver, approved_at=at,
            )
            for one in reports
        )  # fmt: skip
