"""Customers and their contacts (rift/2.2, 4.2, 6.1)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from billing.models import Firm
from billing.services import firms
from billing.services.firms import FirmData
from contracts.enums import CUSTOMER_MOVES, OPEN_STATES, ContractStatus, CustomerStatus
from contracts.errors import AlreadyRegistered, ContractsRunning, CustomerEnded
from contracts.models import Contact, Contract, Customer
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, NotFound
from upstage_console.kernel.transitions import move

CLAUSE: Final = "rift/2.2"
CREDIT: Final = "rift/4.2"
REQUESTER: Final = "rift/6.1"


@dataclass(frozen=True)
class Person:
    """Somebody at a customer."""

    name: str
    email: str
    title: str = ""
    phone: str = ""
    may_sign: bool = False


@enforces(CLAUSE)
@transaction.atomic
def register(
    data: FirmData, *, by: Any, at: datetime, credit_limit: Decimal | None = None, unpaid_before: Decimal = Decimal(0),
    reason: str = "",
) -> Customer:  # fmt: skip
    """Take a firm on as a customer, with what it owed from before the console.

    Refuses `invalid_business_number`, `already_registered` and `invalid_amount`.
    """
    known = Firm.objects.filter(business_number=firms.checked(data.business_number)).first()
    if known is not None:
        raise AlreadyRegistered(facts={"name": known.name})
    _check(unpaid_before, credit_limit or Decimal(0))
    firm = firms.register(data, by=by, at=at)
    customer: Customer = Customer.objects.create(
        firm=firm, credit_limit=credit_limit, unpaid_before=unpaid_before, limit_set_by=audit.actor(by),
        registered_at=at,
    )  # fmt: skip
    facts = {"name": firm.name, "number": firm.number_shown, "limit": credit_limit, "unpaid": unpaid_before}
    audit.record("customer.registered", customer, by=by, at=at, about=customer, reason=reason, clauses=[CLAUSE],
                 facts=facts)  # fmt: skip
    return customer


@enforces(CREDIT)
@transaction.atomic
def set_credit_limit(
    customer_id: str, limit: Decimal | None, *, unpaid_before: Decimal, reason: str, by: Any, at: datetime
) -> Customer:
    """Set how far a customer's credit goes (None: no limit was set), and what it owed from before the console.

    Who set it last decides no review of this customer's credit. Refuses `not_found`,
    `invalid_amount`, and `already_done` where both are so.
    """
    customer: Customer = Customer.objects.locked().get_public(customer_id)
    _check(unpaid_before, limit or Decimal(0))
    if (customer.credit_limit, customer.unpaid_before) == (limit, unpaid_before):
        raise AlreadyDone(clauses=[CREDIT])
    facts = {"limit": limit, "limit_before": customer.credit_limit, "unpaid": unpaid_before}
    customer.credit_limit, customer.unpaid_before, customer.limit_set_by = limit, unpaid_before, audit.actor(by)
    customer.save(update_fields=["credit_limit", "unpaid_before", "limit_set_by"])
    audit.record(
        "customer.limit_set", customer, by=by, at=at, about=customer, reason=reason, clauses=[CREDIT], facts=facts
    )
    return customer


def _check(*amounts: Decimal) -> None:
    for amount in amounts:
        if not amount.is_finite() or amount < 0:
            raise InvalidAmount(facts={"amount": amount})


@transaction.atomic
def end(customer_id: str, *, reason: str, by: Any, at: datetime) -> Customer:
    """End the relation; no contract is made any more. Refuses `not_found`, `already_done`, `contracts_running`."""
    customer: Customer = Customer.objects.locked().get_public(customer_id)
    going = [*OPEN_STATES, ContractStatus.CONCLUDED, ContractStatus.SUSPENDED]
    running = Contract.objects.filter(customer=customer, status__in=going).exclude(ends_on__lt=kst_date(at)).count()
    if running and customer.status == CustomerStatus.ACTIVE:
        raise ContractsRunning(facts={"number": running, "name": customer.name})
    move(customer, CustomerStatus.ENDED, allowed=CUSTOMER_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE],
         ended_at=at)  # fmt: skip
    audit.record("customer.ended", customer, by=by, at=at, about=customer, reason=reason, clauses=[CLAUSE])
    return customer


@transaction.atomic
def take_on_again(customer_id: str, *, reason: str, by: Any, at: datetime) -> Customer:
    """Make contracts with a firm again. Refuses `not_found`, `already_done`."""
    customer: Customer = Customer.objects.locked().get_public(customer_id)
    move(customer, CustomerStatus.ACTIVE, allowed=CUSTOMER_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE],
         ended_at=None)  # fmt: skip
    audit.record("customer.taken_on_again", customer, by=by, at=at, about=customer, reason=reason, clauses=[CLAUSE])
    return customer


@transaction.atomic
def add_contact(customer_id: str, person: Person, *, reason: str, by: Any, at: datetime) -> Contact:
    """Write down somebody at a customer. Refuses `not_found`, `customer_ended`, `already_done` for a known address."""
    customer = active(customer_id)
    email = person.email.strip().lower()
    if customer.contacts.filter(email=email, left_at__isnull=True).exists():
        raise AlreadyDone(clauses=[CLAUSE])
    contact: Contact = Contact.objects.create(
        customer=customer, name=person.name.strip(), email=email, title=person.title.strip(),
        phone=person.phone.strip(), may_sign=person.may_sign, added_at=at,
    )  # fmt: skip
    audit.record("contact.added", contact, by=by, at=at, about=customer, reason=reason, clauses=[CLAUSE])
    return contact


@enforces(REQUESTER)
@transaction.atomic
def name_requester(contact_id: str, *, reason: str, by: Any, at: datetime) -> Contact:
    """Name who may request administrators; whoever was named before no longer may.

    Refuses `not_found` (also for who has left), `already_done`.
    """
    contact = _contact(contact_id)
    if contact.requests_administrators:
        raise AlreadyDone(clauses=[REQUESTER])
    contact.customer.contacts.filter(requests_administrators=True).update(requests_administrators=False)
    contact.requests_administrators = True
    contact.save(update_fields=["requests_administrators"])
    audit.record("contact.named", contact, by=by, at=at, about=contact.customer, reason=reason, clauses=[REQUESTER])
    return contact


@transaction.atomic
def contact_left(contact_id: str, *, reason: str, by: Any, at: datetime) -> Contact:
    """Somebody is no longer there, and may request and sign nothing. Refuses `not_found`."""
    contact = _contact(contact_id)
    contact.left_at, contact.requests_administrators, contact.may_sign = at, False, False
    contact.save(update_fields=["left_at", "requests_administrators", "may_sign"])
    audit.record("contact.left", contact, by=by, at=at, about=contact.customer, reason=reason, clauses=[REQUESTER])
    return contact


def active(customer_id: str) -> Customer:
    """A customer, locked, that contracts may be made with. Refuses `not_found`, `customer_ended`."""
    customer: Customer = Customer.objects.locked().get_public(customer_id)
    if customer.status != CustomerStatus.ACTIVE:
        raise CustomerEnded(facts={"name": customer.name})
    return customer


def _contact(contact_id: str) -> Contact:
    found: Contact = Contact.objects.get_public(contact_id)
    Customer.objects.filter(pk=found.customer_id).locked().get()
    contact: Contact = Contact.objects.locked().get_public(contact_id)
    if contact.left_at is not None:
        raise NotFound
    return contact
