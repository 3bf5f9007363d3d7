"""Deliverables, meetings, permissions and disclosures at the desk: the preview is the deed, each page opens."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contracts.models import (
    Breach,
    Contract,
    CustomerNotice,
    Deliverable,
    DeliveryFile,
    Disclosure,
    Meeting,
    Minutes,
    PriorApproval,
    ReferencePermission,
    Succession,
)
from contracts.services import deliverables
from contracts.services.deliverables import Work
from tests.admin.conftest import clerk, desk_of
from tests.admin.verbs import everything, page_of, preview, use, verb_of
from tests.contracts import test_disclosures, working
from tests.contracts.making import staff
from tests.contracts.working import MONDAY, delivered, seated, sow
from upstage_console.kernel import clock

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db
KINDS = ("inspection", "minutes", "prior_approval")
DEMAND = {
    "authority": "검찰청", "reference": "2027-1", "basis_kind": "warrant", "basis": "법원 7",
    "received_on": "2027-03-08",
    "items": "+ contacts | 김서명 | named in the warrant\n- content | not named", "contract": "", "answer_by": "",
    "bar_basis": "", "barred_until": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed(MONDAY):
        yield


@pytest.fixture
def office(db: None) -> Client:
    return desk_of(staff("amy"))


@pytest.fixture
def ben(db: None) -> Client:
    return desk_of(staff("ben"))


@pytest.fixture
def contract() -> Contract:
    return working.building()


def text_of(client: Client, row) -> str:
    return client.get(page_of(row)).content.decode()


def test_a_deliverable_goes_back_and_forth(office, contract):
    sow(contract, "design")
    given = {"name": "design", "milestone": "launch", "how": "by mail"}
    seen = preview(office, verb_of(contract, "deliver"), **given)
    assert ("15 Mar 2027" in seen.content.decode(), Deliverable.objects.exists()) == (True, False)
    use(office, verb_of(contract, "deliver"), **given)
    row = Deliverable.objects.get()
    url = reverse("admin:contracts_deliverable_file", args=[row.pk])
    office.post(url, {"file": SimpleUploadedFile("design.pdf", b"%PDF"), "reason": "the work"})
    assert DeliveryFile.objects.get().file.name == "design.pdf"
    use(office, verb_of(row, "reject"), reason="no night shift")
    use(office, verb_of(row, "hand-over"), how="again")
    use(office, verb_of(row, "accept"), reason="mail of 8 March")
    assert row.fee.acceptance.accepted_on == MONDAY.date()
    text = text_of(office, row)
    assert [word in text for word in ("no night shift", "mail of 8 March", "design.pdf")] == [True] * 3
    assert preview(office, verb_of(row, "accept"), reason="x").context["refused"].code == "already_done"


def test_what_is_to_come_stands_on_the_contract(office, contract):
    sow(contract, "design", "manual")
    use(office, verb_of(contract, "expect"), name="design", milestone="", due_on="2027-03-31")
    assert [word in text_of(office, contract) for word in ("design", "manual", "to be delivered")] == [True] * 3


def test_a_file_without_a_hand_over_is_not_found(office, contract):
    row = deliverables.expect(contract.public_id, Work("x"), by=staff("amy"), at=MONDAY)
    url = reverse("admin:contracts_deliverable_file", args=[row.pk])
    assert (office.post(url).status_code, office.get(url).status_code) == (404, 405)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_deliverables_asks_the_same_for_many(office, contract, number):
    for place in range(number):
        delivered(contract, f"item {place}")
    with CaptureQueriesContext(connection) as caught:
        assert office.get(reverse("admin:contracts_deliverable_changelist")).status_code == 200
    assert len(caught) <= 14


def test_minutes_are_written_and_confirmed(office, contract):
    meeting = {"kind": "operations", "title": "회의", "held_at": "2027-03-08T09:00", "place": "", "needs": ""}
    use(office, verb_of(contract, "plan-meeting"), **meeting)
    row = Meeting.objects.get()
    given = {"attendees": "Amy", "text": "논의", "decisions": "send the logs | company | 2027-03-31"}
    assert "change nothing of the contract" in preview(office, verb_of(row, "write"), **given).content.decode()
    use(office, verb_of(row, "write"), **given)
    use(office, verb_of(row, "customer-objected"), reason="call: wrong day")
    use(office, verb_of(row, "write"), **given)
    assert "send the logs | company | 2027-03-31" in office.get(verb_of(row, "write")).content.decode()
    use(office, verb_of(row, "customer-confirmed"), reason="mail of 8 March")
    assert [one.status for one in Minutes.objects.order_by("version")] == ["objected", "confirmed"]
    assert [word in text_of(office, row) for word in ("send the logs", "mail of 8 March")] == [True] * 2


@pytest.mark.parametrize("line", ["x", "x | nobody", "x | company | 2027-02-30", " | company", "a | company | | b"])
def test_a_line_that_is_no_decision_is_told(office, contract, line):
    meeting = {"kind": "operations", "title": "회의", "held_at": "2027-03-08T09:00", "place": "", "needs": ""}
    use(office, verb_of(contract, "plan-meeting"), **meeting)
    url = verb_of(Meeting.objects.get(), "write")
    page = preview(office, url, attendees="Amy", text="논의", decisions=line)
    assert (list(page.context["form"].errors), Minutes.objects.exists()) == (["decisions"], False)


def test_what_the_customer_wrote_is_answered_for_the_company(office, contract):
    meeting = {"kind": "operations", "title": "회의", "held_at": "2027-03-08T09:00", "place": "", "needs": ""}
    use(office, verb_of(contract, "plan-meeting"), **meeting)
    row, user = Meeting.objects.get(), seated(contract)
    said = working.Written("이담당", "논의")
    working.minutes.write(row.public_id, said, by=user, at=MONDAY)
    use(office, verb_of(row, "object"), reason="not so")
    working.minutes.write(row.public_id, said, by=user, at=MONDAY)
    use(office, verb_of(row, "confirm"))
    assert [one.status for one in Minutes.objects.order_by("version")] == ["objected", "confirmed"]


def test_a_meeting_is_put_off_and_called_off(office, contract):
    later = {"kind": "training", "title": "교육", "held_at": "2027-03-10T09:00", "place": "", "needs": ""}
    use(office, verb_of(contract, "plan-meeting"), **later)
    row = Meeting.objects.get()
    use(office, verb_of(row, "put-off"), held_at="2027-03-11T09:00")
    use(office, verb_of(row, "call-off"))
    row.refresh_from_db()
    assert (row.status, CustomerNotice.objects.filter(about="meeting").count()) == ("called_off", 3)


def test_resale_is_asked_for_approved_and_ended(office, contract):
    given = {
        "kind": "resale",
        "to": "소리",
        "service": "outbound",
        "purpose": "",
        "from_on": "",
        "until_on": "2027-09-30",
    }
    use(office, verb_of(contract, "request-approval"), **given)
    row = PriorApproval.objects.get()
    seen = preview(office, verb_of(row, "approve"), until_on="2027-06-30")
    assert "30 Jun 2027" in seen.content.decode()
    use(office, verb_of(row, "approve"), until_on="2027-06-30")
    use(office, verb_of(row, "end"))
    row.refresh_from_db()
    assert (row.status, row.decision) == ("ended", "asked for")
    assert "소리" in text_of(office, contract)


@pytest.mark.parametrize("verb", ["refuse", "withdraw"])
def test_other_answers_to_a_request(office, contract, verb):
    given = {"kind": "assignment", "to": "소리", "service": "", "purpose": "", "from_on": "", "until_on": ""}
    use(office, verb_of(contract, "request-approval"), **given)
    row = PriorApproval.objects.get()
    use(office, verb_of(row, verb))
    assert PriorApproval.objects.get().status == {"refuse": "refused", "withdraw": "withdrawn"}[verb]
    page = preview(office, verb_of(contract, "assign"), kind="assignment", to="소리")
    assert page.context["refused"].code == "written_consent_needed"


def test_resale_without_approval_becomes_a_demand_to_cure(office, contract):
    given = {"kind": "resale", "to": "소리", "service": "outbound", "on": "2027-03-08", "facts": "on its site"}
    use(office, verb_of(contract, "unapproved"), **given)
    assert "on its site" in Breach.objects.get().what


def test_references_are_asked_for_and_answered(office, contract):
    asked = {"kind": "logo", "scope": "our site", "until_on": "2027-12-31"}
    for verbs in (["grant", "withdraw"], ["decline"], ["drop"]):
        use(office, verb_of(contract, "ask-reference"), **asked)
        row = ReferencePermission.objects.first()
        for verb in verbs:
            use(office, verb_of(row, verb))
    found = ReferencePermission.objects.order_by("pk").values_list("status", flat=True)
    assert list(found) == ["withdrawn", "declined", "dropped"]
    assert office.get(reverse("admin:contracts_referencepermission_changelist")).status_code == 200


def test_a_succession_is_announced(office, contract):
    url = reverse("admin:contracts_succession_do_on_list", args=["announce"])
    page = preview(office, url, kind="merger", successor="새회사", effective_on="2027-03-08")
    assert (page.context["refused"].code, Succession.objects.exists()) == ("notice_too_short", False)
    use(office, url, kind="merger", successor="새회사", effective_on="2027-03-09")
    assert Succession.objects.get().successor == "새회사"


def test_a_demand_of_an_authority_is_decided_by_two(office, ben, contract):
    use(office, verb_of(contract.customer, "disclosure"), **DEMAND)
    row = Disclosure.objects.get()
    assert preview(office, verb_of(row, "approve")).context["refused"].code == "same_person"
    use(ben, verb_of(row, "approve"))
    use(office, verb_of(row, "release"), handed="by hand")
    row.refresh_from_db()
    assert (row.status, "김서명" in text_of(office, row)) == ("released", True)


def test_a_demand_that_the_customer_may_not_know_of_yet(office, ben, contract):
    barred = DEMAND | {"bar_basis": "법 1", "barred_until": "2027-03-09"}
    use(office, verb_of(contract.customer, "disclosure"), **barred)
    row = Disclosure.objects.get()
    use(ben, verb_of(row, "approve"))
    use(office, verb_of(row, "extend-bar"), bar_basis="법 2", barred_until="2027-03-10")
    assert preview(office, verb_of(row, "tell")).context["refused"].code == "notice_barred"
    for page in (contract, contract.customer):
        assert "검찰청" not in text_of(office, page)
    with clock.fixed(MONDAY + timedelta(days=3)):
        use(office, verb_of(row, "tell"))
    row.refresh_from_db()
    assert row.told_at == MONDAY + timedelta(days=3)


@pytest.mark.parametrize(("verb", "who", "status"), [("refuse", "ben", "refused"), ("drop", "amy", "dropped")])
def test_other_ends_of_a_demand(office, ben, contract, verb, who, status):
    row = test_disclosures.proposed(contract.customer)
    use({"amy": office, "ben": ben}[who], verb_of(row, verb))
    row.refresh_from_db()
    assert row.status == status


@pytest.mark.parametrize(
    "change", [{"items": "? contacts | a | b"}, {"items": "+ everything | a | b"}, {"bar_basis": "법"}]
)
def test_what_is_no_demand_is_told_in_the_form(office, contract, change):
    page = preview(office, verb_of(contract.customer, "disclosure"), **DEMAND | change)
    assert (bool(page.context["form"].errors), Disclosure.objects.exists()) == (True, False)


def test_who_may_only_look_does_nothing(clerk, contract):
    row = test_disclosures.proposed(contract.customer)
    delivered(contract)
    looking = clerk("contracts.view_contract", "contracts.view_deliverable", "contracts.view_customer")
    before = everything()
    answers = [
        looking.post(verb_of(contract, "deliver")), looking.post(verb_of(contract.customer, "disclosure")),
        looking.get(page_of(row)), looking.post(verb_of(row, "approve")),
        looking.post(verb_of(Deliverable.objects.get(), "accept")),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [403] * 5
    assert everything() == before


def test_previews_leave_nothing_behind(office, contract):
    before = everything()
    preview(office, verb_of(contract, "deliver"), name="x", milestone="", how="")
    preview(office, verb_of(contract.customer, "disclosure"), **DEMAND)
    assert everything() == before


def test_all_that_is_due_stands_on_the_contract_but_for_what_may_not_be_told(office, contract):
    working.one_of_everything(contract)
    sow(contract, "manual")
    delivered(contract, "manual")
    due = office.get(page_of(contract)).context["due_items"]
    found = sorted(line["item"].kind for line in due)
    assert [kind for kind in found if kind in KINDS] == ["inspection", "minutes", "prior_approval"]


@pytest.mark.clause("rift/11.3")
def test_a_demand_about_one_contract_leaves_no_trace_on_its_page(office, contract):
    demand = replace(test_disclosures.BARRED, contract_id=contract.public_id)
    row = test_disclosures.proposed(contract.customer, demand)
    page = office.get(page_of(contract))
    assert [line["item"].kind for line in page.context["due_items"] if line["item"].subject == row.public_id] == []
    assert ("검찰청" in page.content.decode(), "Demand of an authority" in page.content.decode()) == (False, False)
