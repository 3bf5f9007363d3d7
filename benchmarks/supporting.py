"""Open support cases for the jobs that watch their clocks."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from accounts.models import User
from billing.models import Firm
from contracts.enums import Metric, Severity, SupportDays
from contracts.models import Case, CaseClock, Contact, Contract, Customer, SupportPolicy

OF_A_CUSTOMER: Final = 100
A_BATCH: Final = 5_000
WARNED_AHEAD: Final = timedelta(hours=1)


def customers(number: int, *, at: datetime) -> list[SupportPolicy]:
    """So many customers, each with a contact, a contract and support at all hours."""
    drafter = User.objects.create(email="drafter@staff.example", is_staff=True)
    firms = Firm.objects.bulk_create(
        Firm(name=f"firm {one}", business_number=f"{one:010}", registered_at=at) for one in range(1, number + 1)
    )
    made = Customer.objects.bulk_create(Customer(firm=firm, registered_at=at) for firm in firms)
    Contact.objects.bulk_create(
        Contact(customer=one, name="contact", email=f"contact{one.pk}@firm.example", added_at=at) for one in made
    )
    contracts = Contract.objects.bulk_create(
        Contract(customer=one, title="support", drafted_by=drafter, drafted_at=at) for one in made
    )
    return SupportPolicy.objects.bulk_create(
        SupportPolicy(customer=one.customer, contract=one, version=1, hours=["00:00-24:00"], days=SupportDays.ALL,
                      agreed_at=at)
        for one in contracts
    )  # fmt: skip


def open_cases(policies: Sequence[SupportPolicy], *, opened_at: datetime, due_at: datetime) -> None:
    """A hundred cases for each customer, whose answer is due at this instant; the fix is due much later."""
    cases = Case.objects.bulk_create(
        (
            Case(customer_id=one.customer_id, contract_id=one.contract_id, policy=one, severity=Severity.MAJOR,
                 subject=f"case {number}", opened_at=opened_at)
            for one in policies
            for number in range(OF_A_CUSTOMER)
        ),
        batch_size=A_BATCH,
    )  # fmt: skip
    CaseClock.objects.bulk_create(_clocks(cases, due_at), batch_size=A_BATCH)


def _clocks(cases: Iterable[Case], due_at: datetime) -> Iterable[CaseClock]:
    for case in cases:
        for metric, due in ((Metric.RESPONSE, due_at), (Metric.RESOLUTION, due_at + timedelta(days=365))):
            yield CaseClock(customer_id=case.customer_id, case=case, metric=metric, target_minutes=60, due_at=due,
                            warn_at=due - WARNED_AHEAD)  # fmt: skip
