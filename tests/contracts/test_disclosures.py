"""Data for authorities: minimal, on a legal basis, by two people; the customer told first where lawful (rift/11.3)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from contracts.enums import DemandBasis, DisclosedData, DisclosureStatus
from contracts.models import Customer, CustomerNotice, Disclosure, DisclosureItem
from contracts.queries.disclosures import known_to_administrators
from contracts.rules.disclosures import Item, may_release, may_tell, not_minimal
from contracts.services import disclosures
from contracts.services.disclosures import Bar, Demand
from tests.contracts import making, portal
from tests.contracts.making import staff
from tests.contracts.working import MONDAY
from upstage_console.kernel import clock
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.models import AuditEvent, DueItem

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()
GIVEN = Item(DisclosedData.CONTACTS, True, "names the person who is looked for", "김서명 only")
WITHHELD = Item(DisclosedData.CONTENT, False, "not named in the warrant")
DEMAND = Demand(
    "서울중앙지방검찰청", "2027-형제-101", DemandBasis.WARRANT, "서울중앙지방법원 2027-영장-7", TODAY, (GIVEN, WITHHELD)
)
BAR = Bar("형사소송법 제199조", date(2027, 4, 6))
BARRED = replace(DEMAND, bar=BAR)
AFTER = datetime(2027, 4, 7, 9, tzinfo=KST)


@pytest.fixture
def customer(db: None) -> Customer:
    return making.customer()


def proposed(customer: Customer, demand: Demand = DEMAND) -> Disclosure:
    return disclosures.propose(customer.public_id, demand, by=staff("amy"), at=MONDAY)


def approved(customer: Customer, demand: Demand = DEMAND) -> Disclosure:
    return disclosures.approve(proposed(customer, demand).public_id, by=staff("ben"), at=MONDAY)


def refused(act, *args, **kwargs) -> str:
    with pytest.raises(Refusal) as caught:
        act(*args, **kwargs)
    return caught.value.code


def open_tasks() -> dict[str, datetime]:
    rows = DueItem.objects.filter(kind__startswith="disclosure", closed_at__isnull=True)
    return dict(rows.values_list("kind", "due_at"))


def letters() -> int:
    return CustomerNotice.objects.filter(about="disclosure").count()


@pytest.mark.clause("rift/11.3")
def test_a_second_person_decides_and_the_customer_is_told_before_anything_is_given(customer):
    row = proposed(customer)
    assert (list(open_tasks()), letters()) == (["disclosure"], 0)
    assert refused(disclosures.approve, row.public_id, by=staff("amy"), at=MONDAY) == "same_person"
    assert refused(disclosures.release, row.public_id, "x", by=staff("amy"), at=MONDAY) == "not_allowed"
    disclosures.approve(row.public_id, by=staff("ben"), at=MONDAY)
    assert (list(open_tasks()), letters()) == (["disclosure_release"], 1)
    done = disclosures.release(row.public_id, "to officer Lee, by hand", by=staff("amy"), at=MONDAY)
    assert (done.status, done.told_at, open_tasks()) == (DisclosureStatus.RELEASED, MONDAY, {})
    assert refused(disclosures.release, row.public_id, "x", by=staff("amy"), at=MONDAY) == "already_done"


@pytest.mark.clause("rift/11.3")
def test_the_letter_says_who_demands_what_on_which_basis_and_what_little_is_given(customer):
    approved(customer)
    letter = CustomerNotice.objects.get(about="disclosure")
    told = [DEMAND.authority, DEMAND.reference, DEMAND.basis, "김서명 only", "content of conversations"]
    assert [one in f"{letter.subject_en} {letter.body_en}" for one in told] == [True] * 5


@pytest.mark.clause("rift/11.3")
def test_where_the_law_forbids_it_the_customer_is_told_later_and_no_trace_is_seen(customer):
    row, contract = approved(customer, BARRED), making.drafted(customer)
    assert (letters(), open_tasks()["disclosure_notice"]) == (0, datetime(2027, 4, 14, tzinfo=KST))
    assert list(known_to_administrators(contract)) == []
    assert not AuditEvent.objects.filter(subject=row.public_id, about=customer.public_id).exists()
    assert not DueItem.objects.filter(about=customer.public_id).exists()
    disclosures.release(row.public_id, "by hand", by=staff("amy"), at=MONDAY)
    last_day = AFTER - timedelta(hours=10)
    assert refused(disclosures.tell, row.public_id, by=staff("amy"), at=last_day) == "notice_barred"
    disclosures.tell(row.public_id, by=staff("amy"), at=AFTER)
    assert (letters(), open_tasks(), list(known_to_administrators(contract))) == (1, {}, [row])
    assert refused(disclosures.tell, row.public_id, by=staff("amy"), at=AFTER) == "already_done"


@pytest.mark.clause("rift/11.3")
def test_administrators_read_what_was_told_of_their_contract_and_of_no_other(amy):
    firm = portal.firm()
    about = replace(DEMAND, contract_id=firm.contract.public_id)
    row = approved(firm.contract.customer, about)
    approved(firm.contract.customer, replace(BARRED, reference="BARRED"))
    other = making.drafted(firm.contract.customer)
    approved(firm.contract.customer, replace(DEMAND, reference="OTHER", contract_id=other.public_id))
    page = reverse("contract-requests", args=[firm.contract.public_id])
    with clock.fixed(portal.AT):
        shown = portal.browser(firm.administrator).get(page).content.decode()
        assert portal.browser(firm.user).get(page).status_code == 403
    told = [row.authority, row.reference, row.basis, GIVEN.extent, WITHHELD.why, "Withheld"]
    assert ([one in shown for one in told], "BARRED" in shown, "OTHER" in shown) == ([True] * 6, False, False)


@pytest.mark.clause("rift/11.3")
def test_once_the_bar_is_over_the_customer_is_told_before_anything_is_given(customer):
    row = approved(customer, BARRED)
    assert refused(disclosures.release, row.public_id, "x", by=staff("amy"), at=AFTER) == "notice_required"
    disclosures.tell(row.public_id, by=staff("amy"), at=AFTER)
    assert disclosures.release(row.public_id, "x", by=staff("amy"), at=AFTER).status == DisclosureStatus.RELEASED


def test_a_bar_is_extended_only_by_law_and_only_later(customer):
    row = approved(customer, BARRED)
    more = {"by": staff("amy"), "at": AFTER}
    assert refused(disclosures.extend_bar, row.public_id, Bar(" ", date(2027, 5, 6)), **more) == "no_basis"
    assert refused(disclosures.extend_bar, row.public_id, Bar("법", BAR.until), **more) == "invalid_dates"
    disclosures.extend_bar(row.public_id, Bar("법", date(2027, 5, 6)), **more)
    assert open_tasks()["disclosure_notice"] == datetime(2027, 5, 15, tzinfo=KST)
    assert refused(disclosures.tell, row.public_id, **more) == "notice_barred"


@pytest.mark.clause("rift/11.3")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"authority": " "}, "no_basis"), ({"reference": ""}, "no_basis"), ({"basis": "\u3164"}, "no_basis"),
        ({"bar": Bar("", date(2027, 4, 6))}, "no_basis"), ({"items": ()}, "not_minimal"),
        ({"items": (replace(GIVEN, extent=""),)}, "not_minimal"), ({"items": (replace(GIVEN, why=""),)}, "not_minimal"),
        ({"items": (GIVEN, GIVEN)}, "not_minimal"), ({"received_on": date(2027, 3, 9)}, "invalid_dates"),
        ({"bar": Bar("법", date(2027, 3, 7))}, "invalid_dates"), ({"contract_id": "ctr_x"}, "not_found"),
    ],
)  # fmt: skip
def test_what_is_no_demand_leaves_nothing_behind(customer, change, code):
    assert refused(proposed, customer, replace(DEMAND, **change)) == code
    assert not Disclosure.objects.exists()


def test_the_contract_of_another_customer_is_not_found(customer):
    other = making.drafted(making.customer(making.NUMBERS[1]))
    assert refused(proposed, customer, replace(DEMAND, contract_id=other.public_id)) == "not_found"


def test_a_demand_is_written_down_once(customer):
    proposed(customer)
    assert (refused(proposed, customer), Disclosure.objects.count()) == ("already_done", 1)


def test_the_authoritys_day_comes_before_the_console_s_own(customer):
    proposed(customer, replace(DEMAND, answer_by=date(2027, 3, 10)))
    assert open_tasks() == {"disclosure": datetime(2027, 3, 11, tzinfo=KST)}


def test_where_all_is_withheld_nothing_is_approved(customer):
    row = proposed(customer, replace(DEMAND, items=(WITHHELD,)))
    assert refused(disclosures.approve, row.public_id, by=staff("ben"), at=MONDAY) == "nothing_given"
    assert refused(disclosures.refuse, row.public_id, reason="x", by=staff("amy"), at=MONDAY) == "same_person"
    disclosures.refuse(row.public_id, reason="no ground", by=staff("ben"), at=MONDAY)
    assert (open_tasks(), letters()) == ({}, 0)
    assert refused(disclosures.tell, row.public_id, by=staff("amy"), at=AFTER) == "not_allowed"


def test_of_what_is_no_longer_demanded_the_customer_is_told_all_the_same(customer):
    row = approved(customer, BARRED)
    disclosures.drop(row.public_id, reason="withdrawn", by=staff("amy"), at=MONDAY)
    assert list(open_tasks()) == ["disclosure_notice"]
    disclosures.tell(row.public_id, by=staff("amy"), at=AFTER)
    assert "nothing was given" in CustomerNotice.objects.get(about="disclosure").body_en


def test_what_may_be_told_and_given():
    on, before = date(2027, 4, 6), date(2027, 4, 5)
    assert [may_tell(None, on=on), may_tell(on, on=on), may_tell(before, on=on)] == [True, False, True]
    assert [
        may_release(is_told=told, barred_until=bar, on=on)
        for told, bar in [(True, None), (False, None), (False, on), (False, before), (True, on)]
    ] == [True, False, True, False, True]
    assert not_minimal([GIVEN, WITHHELD]) == []


@pytest.mark.parametrize(
    "change",
    [
        {"authority": "x"},
        {"basis": "x"},
        {"decided_by": None},
        {"handed": "x"},
        {"told_at": None},
        {"status": "approved"},
    ],
)
def test_the_database_keeps_what_was_done(customer, change):
    row = approved(customer)
    disclosures.release(row.public_id, "by hand", by=staff("amy"), at=MONDAY)
    for act in (
        lambda: Disclosure.objects.filter(pk=row.pk).update(**change),
        lambda: Disclosure.objects.filter(pk=row.pk).delete(),
        lambda: DisclosureItem.objects.first().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_the_database_asks_for_two_people_and_for_notice(customer):
    row = proposed(customer)
    decided = {"status": "approved", "decided_at": MONDAY}
    untold = {
        "status": "released",
        "decided_at": MONDAY,
        "decided_by": staff("ben"),
        "released_at": MONDAY,
        "handed": "x",
    }
    for change in ({**decided, "decided_by": staff("amy")}, decided, untold, {"barred_until": TODAY}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Disclosure.objects.filter(pk=row.pk).update(**change)
