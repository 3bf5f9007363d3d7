"""Contracts that promise something, for the tests: what is needed, and nothing that surprises."""

from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from billing.models import Firm
from contracts.enums import Compatibility, ContractStatus, FeeKind, OutageCause, Severity, SupportDays
from contracts.models import Contact, Contract, ContractFee, Customer, Outage, ServiceLevel, SupportPolicy
from contracts.rules.service_credits import Step
from contracts.rules.spans import Span
from contracts.services import cases, outages, releases, reports, service_levels, support
from contracts.services.cases import Asked
from contracts.services.outages import Stood
from contracts.services.releases import Notes
from contracts.services.support import Target
from tests.contracts.minutes import kst
from upstage_console.kernel.wording import Phrase

BEGAN = kst("2027-03-22 09:00")
OFFICE = support.Agreed(
    hours=("09:00-18:00",), days=SupportDays.BUSINESS,
    targets={Severity.CRITICAL: Target(45, 450), Severity.MINOR: Target(110, 900)},
)  # fmt: skip
MONITORED = service_levels.Agreed(
    target=Decimal("99.5"), ladder=(Step(Decimal("99.5"), Decimal(5)), Step(Decimal(98), Decimal(20))),
    cap_percent=Decimal(30), notice_hours=48, minimum_minutes=5,
)  # fmt: skip

_number = count(1)


def customer(*, contact: bool = True) -> Customer:
    number = next(_number)
    firm = Firm.objects.create(name=f"가람 {number}", business_number=f"{number:010}", registered_at=BEGAN,
                               invoice_email=f"bills{number}@garam.example")  # fmt: skip
    made: Customer = Customer.objects.create(firm=firm, registered_at=BEGAN)
    if contact:
        Contact.objects.create(customer=made, name="한지민", email=f"han{number}@garam.example", added_at=BEGAN)
    return made


def contract(by: Any, *, of: Customer | None = None, starts: date = date(2027, 4, 1), ends: date = date(2028, 3, 31),
             flat: int = 1_150_000) -> Contract:  # fmt: skip
    """A contract in force with one flat fee."""
    whose = of or customer()
    made: Contract = Contract.objects.create(
        customer=whose, title="상담센터 운영", drafted_by=by, drafted_at=BEGAN, status=ContractStatus.DRAFT,
        starts_on=starts, ends_on=ends,
    )  # fmt: skip
    ContractFee.objects.create(customer=whose, contract=made, position=1, kind=FeeKind.FLAT, amount=Decimal(flat))
    Contract.objects.filter(pk=made.pk).update(
        status=ContractStatus.CONCLUDED, concluded_at=BEGAN, concluded_on=BEGAN.date()
    )
    made.refresh_from_db()
    return made


def supported(by: Any, **given: Any) -> Contract:
    """A contract with support in office hours."""
    made = contract(by, **given)
    agree_support(made, by)
    return made


def agree_support(of: Contract, by: Any, agreed: support.Agreed = OFFICE) -> SupportPolicy:
    return support.agree(of.public_id, agreed, by=by, at=BEGAN)


def monitored(by: Any, agreed: service_levels.Agreed = MONITORED, **given: Any) -> Contract:
    """A contract that promises availability."""
    made = contract(by, **given)
    promise(made, by, agreed)
    return made


def promise(of: Contract, by: Any, agreed: service_levels.Agreed = MONITORED, *, at: datetime = BEGAN) -> ServiceLevel:
    return service_levels.agree(of.public_id, agreed, by=by, at=at)


def opened(of: Contract, at: str = "2027-04-09 16:30", severity: Severity = Severity.CRITICAL) -> str:
    """A case; its public id."""
    return cases.open_case(of.public_id, Asked(severity, "발신이 안 됩니다", "오후부터"), by=None, at=kst(at)).public_id


def stood_still(of: Contract, start: str, end: str, cause: OutageCause = OutageCause.UNPLANNED, *, by: Any = None,
                at: str = "", evidence: str = "") -> Outage:  # fmt: skip
    stood = Stood(Span(kst(start), kst(end)), cause, "상담 화면", evidence)
    return outages.record(of.public_id, stood, by=by, at=kst(at or end))


def one_of_everything(by: Any) -> Contract:
    """A contract with an outage, maintenance to come, an approved month with its credit, a case and a release."""
    made = monitored(by)
    agree_support(made, by)
    opened(made)
    stood_still(made, "2027-09-21 13:00", "2027-09-21 17:12")
    span = Span(kst("2027-10-09 01:00"), kst("2027-10-09 02:00"))
    outages.announce([made.pk], span, Phrase("교체", "New database"), reason="plan", by=by, at=kst("2027-10-01 09:00"))
    report = reports.measure(made.public_id, date(2027, 9, 1), by=by, at=kst("2027-10-01 09:00"))
    reports.approve(report.public_id, reason="seen", by=by, at=kst("2027-10-01 09:00"))
    notes = Notes("2.4.0", date(2027, 9, 30), Phrase("빨라집니다", "Quicker"), Compatibility.COMPATIBLE)
    releases.publish(notes, reason="out", by=by, at=kst("2027-10-01 09:00"))
    return made
