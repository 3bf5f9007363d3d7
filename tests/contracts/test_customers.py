"""Customers and their contacts."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import InvalidBusinessNumber
from billing.models import Firm
from billing.services import firms
from billing.services.firms import FirmData
from contracts.errors import AlreadyRegistered, ContractsRunning, CustomerEnded
from contracts.models import Contact, Customer
from contracts.services import customers
from tests.contracts import making
from tests.contracts.making import NOON, staff
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, NotFound
from upstage_console.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.mark.clause("rift/2.2", "rift/7.2")
@pytest.mark.parametrize("number", ["931-81-42931", "9318142931"])
def test_a_firm_is_known_by_ten_digits(number):
    assert making.customer(number).firm.number_shown == "931-81-42931"


@pytest.mark.clause("rift/2.2", "rift/7.2")
@pytest.mark.parametrize("number", ["931-81-42932", "931-81-4293", "", "abc", "９３１８１４２９３１"])
def test_a_number_that_is_nobodys_is_refused(number):
    with pytest.raises(InvalidBusinessNumber):
        making.customer(number)
    assert not Firm.objects.exists()


def test_a_firm_is_registered_once():
    making.customer()
    with pytest.raises(AlreadyRegistered):
        making.customer()
    assert Customer.objects.count() == 1


def test_the_database_wants_ten_digits(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        Firm.objects.create(name="a", business_number="931-81-429", registered_at=NOON)


def test_data_is_corrected_and_stands_in_the_history():
    row = making.customer()
    data = FirmData(name="새 이름", business_number="931-81-42931", representative="이대표")
    firms.correct(row.firm.public_id, data, reason="moved", by=staff("amy"), at=NOON)
    row.firm.refresh_from_db()
    event = AuditEvent.objects.get(action="firm.corrected")
    assert (row.firm.name, row.firm.representative, event.reason) == ("새 이름", "이대표", "moved")


def test_a_correction_that_changes_nothing_or_takes_a_number_is_refused():
    row, other = making.customer(), making.customer(making.NUMBERS[1])
    same = FirmData(name=row.firm.name, business_number=row.firm.business_number)
    for data in (same, FirmData(name="x", business_number=other.firm.business_number)):
        with pytest.raises(AlreadyDone):
            firms.correct(row.firm.public_id, data, reason="", by=staff("amy"), at=NOON)


@pytest.mark.clause("rift/4.2")
def test_the_limit_is_known_with_who_set_it():
    row = making.customer()
    customers.set_credit_limit(row.public_id, Decimal(5), unpaid_before=Decimal(1), reason="", by=staff("ben"), at=NOON)
    row.refresh_from_db()
    assert (row.credit_limit, row.unpaid_before, row.limit_set_by) == (5, 1, staff("ben"))


@pytest.mark.parametrize("limit", ["-1", "NaN", "Infinity"])
def test_a_limit_is_an_amount(limit):
    row = making.customer()
    with pytest.raises(InvalidAmount):
        customers.set_credit_limit(
            row.public_id, Decimal(limit), unpaid_before=Decimal(0), reason="", by=staff("ben"), at=NOON
        )


@pytest.mark.clause("rift/6.1")
def test_one_contact_is_named_who_requests_administrators():
    row = making.customer()
    one, two = making.person(row, "one@customer.example"), making.person(row, "two@customer.example")
    for contact in (one, two):
        customers.name_requester(contact.public_id, reason="", by=staff("amy"), at=NOON)
    assert [contact.email for contact in row.contacts.filter(requests_administrators=True)] == ["two@customer.example"]
    with pytest.raises(AlreadyDone):
        customers.name_requester(two.public_id, reason="", by=staff("amy"), at=NOON)


@pytest.mark.clause("rift/6.1")
def test_who_left_requests_and_signs_nothing():
    contact = making.person(making.customer())
    customers.name_requester(contact.public_id, reason="", by=staff("amy"), at=NOON)
    customers.contact_left(contact.public_id, reason="", by=staff("amy"), at=NOON)
    contact.refresh_from_db()
    assert (contact.requests_administrators, contact.may_sign, contact.left_at) == (False, False, NOON)
    with pytest.raises(NotFound):
        customers.name_requester(contact.public_id, reason="", by=staff("amy"), at=NOON)


def test_an_address_is_written_down_once():
    row = making.customer()
    making.person(row, "A@customer.example")
    with pytest.raises(AlreadyDone):
        making.person(row, "a@customer.example")
    assert Contact.objects.count() == 1


def test_a_customer_with_a_contract_stays_one_until_it_is_over():
    contract = making.drafted()
    with pytest.raises(ContractsRunning):
        customers.end(contract.customer.public_id, reason="", by=staff("amy"), at=NOON)


def test_no_contract_is_drafted_with_whom_the_relation_ended():
    row = making.customer()
    customers.end(row.public_id, reason="", by=staff("amy"), at=NOON)
    with pytest.raises(CustomerEnded):
        making.drafted(row)
    customers.take_on_again(row.public_id, reason="", by=staff("amy"), at=NOON)
    assert making.drafted(row).status == "draft"
