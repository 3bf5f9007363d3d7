"""Contracts to be billed for May 2027: flat, by users, by use, with a credit; one that has nothing to be billed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from contracts.enums import FeeKind, SeatRole, ServiceCreditStatus
from contracts.models import Contract, ContractFee, ContractUse, Seat, ServiceCredit, ServiceLevelReport
from tests.contracts import making, promising
from tests.contracts.minutes import kst

MAY = date(2027, 5, 1)
JUNE_SECOND = kst("2027-06-02 09:00")
IN_MAY = kst("2027-05-10 09:00")


def add_fee(contract: Contract, kind: FeeKind, amount: str, **more: Any) -> ContractFee:
    position = contract.fees.count() + 1
    return ContractFee.objects.create(
        customer=contract.customer, contract=contract, position=position, kind=kind, amount=Decimal(amount), **more
    )


STEPS = [{"after": "120", "amount": "40"}]


def full(by: Any, flat: int = 1_000_000, steps: Any = STEPS) -> Contract:
    """A flat fee, three users of whom one leaves on the 11th, and 150 units of which 100 are free."""
    made = promising.contract(by, flat=flat)
    add_fee(made, FeeKind.SEAT, "31000")
    add_fee(made, FeeKind.USAGE, "50", included=Decimal(100), steps=steps)
    for name, until in (("a", None), ("b", None), ("c", kst("2027-05-11 09:00"))):
        Seat.objects.create(customer=made.customer, contract=made, name=name, role=SeatRole.USER,
                            from_at=kst("2027-04-01 09:00"), until_at=until)  # fmt: skip
    for day in (3, 20):
        used_at = datetime(2027, 5, day, 9, tzinfo=IN_MAY.tzinfo)
        ContractUse.objects.create(customer=made.customer, contract=made, key=f"{day}", quantity=Decimal(75),
                                   used_on=used_at.date(), used_at=used_at)  # fmt: skip
    return made


def credited(contract: Contract, amount: int, month: date = date(2027, 4, 1)) -> ServiceCredit:
    """An approved credit for a shortfall of a month."""
    level = promising.promise(contract, making.staff("amy"))
    report = ServiceLevelReport.objects.create(
        customer=contract.customer, contract=contract, level=level, month=month, availability=Decimal(98), is_met=False,
        in_scope_seconds=1, excluded_seconds=0, down_seconds=0, base=amount, credit=amount,
        why={"ko": "모자랐습니다.", "en": "It fell short."}, measured_at=IN_MAY,
    )  # fmt: skip
    return ServiceCredit.objects.create(
        customer=contract.customer, contract=contract, report=report, month=month, amount=amount, left=amount,
        currency="KRW", status=ServiceCreditStatus.APPROVED, proposed_by=making.staff("amy"), proposed_at=IN_MAY,
        approved_by=making.staff("ben"), approved_at=IN_MAY,
    )  # fmt: skip
