"""A firm's own systems and its contract: what a key opens, what it may do, and when it dies."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.rules.keys import CONTRACT_READING
from contracts.enums import SeatRole
from contracts.errors import AdministratorNeeded
from contracts.models import ContractKey, Seat
from contracts.services import cases, invitations, seats
from tests.api.asking import Asking, is_problem, wrong_fields
from tests.contracts import making, portal
from tests.contracts.portal import AT, Portal
from upstage_console.kernel import clock
from upstage_console.kernel.models import OutboxMessage

pytestmark = pytest.mark.django_db
READS = (
    "", "/documents", "/governing?topic=cure_days", "/users", "/sla/2027-04", "/cases", "/invoices", "/liability",
)  # fmt: skip
CASE = {"severity": "minor", "subject": "Slow export", "text": "A minute for 10,000 rows."}
USER = {"name": "박하늘", "email": "park@customer.example"}


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    with clock.fixed(AT):
        yield


@pytest.fixture
def firm(amy: User) -> Portal:
    return portal.firm()


@pytest.fixture
def erp(firm: Portal) -> Asking:
    return Asking(Client(), firm.secret)


def at(firm: Portal, path: str = "") -> str:
    return f"/contracts/{firm.contract.public_id}{path}"


@pytest.mark.parametrize("path", READS)
def test_reading_works_with_its_scope_and_no_other(erp: Asking, firm: Portal, path: str, make_key, member) -> None:
    answer = erp.get(at(firm, path))
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert is_problem(erp.with_key(make_key(member)).get(at(firm, path)), 403, "scope_missing")
    assert is_problem(erp.with_key(make_key()).get(at(firm, path)), 403, "scope_missing")
    assert is_problem(erp.with_key(None).get(at(firm, path)), 401, "not_authenticated")


@pytest.mark.parametrize("path", [path for path in READS if "?" not in path])
def test_unknown_parameters_and_methods_are_refused(erp: Asking, firm: Portal, path: str) -> None:
    assert wrong_fields(erp.get(at(firm, path), nonsense="1")) == {"nonsense": "unknown"}
    assert is_problem(erp.ask("PUT", at(firm, path)), 405, "method_not_allowed")


def test_a_key_of_a_contract_opens_nothing_of_members(erp: Asking) -> None:
    for path in ("/me", "/credits", "/invoices", "/standing"):
        assert is_problem(erp.get(path), 403, "scope_missing")


def test_a_key_knows_its_one_contract(erp: Asking, firm: Portal) -> None:
    (shown,) = erp.get("/contracts").json()["items"]
    assert (shown["id"], shown["standing"], shown["ends_on"]) == (firm.contract.public_id, "active", "2028-01-24")
    whole = erp.get(at(firm)).json()
    assert (whole["fees"][0]["amount"], whole["concluded_how"]) == ("910000", "written")
    other = making.drafted(firm.contract.customer)
    for name in (other.public_id, "ctr_x", "ctr_" + "0" * 32):
        assert is_problem(erp.get(f"/contracts/{name}"), 404, "not_found")


def test_documents_come_byte_for_byte(erp: Asking, firm: Portal) -> None:
    (paper,) = erp.get(at(firm, "/documents")).json()["items"]
    answer = erp.get(at(firm, f"/files/{paper['file']['id']}"))
    assert (answer["ETag"], len(answer.content)) == (f'"{paper["sha256"]}"', paper["file"]["size"])
    assert is_problem(erp.get(at(firm, "/files/fil_" + "0" * 32)), 404, "not_found")


def test_what_governs_says_why(erp: Asking, firm: Portal) -> None:
    found = erp.get(at(firm, "/governing"), topic="cure_days").json()
    assert (found["value"], found["document"], found["kind"]) == (30, None, "terms")
    assert "terms govern" in found["why"]
    assert is_problem(erp.get(at(firm, "/governing"), topic="nothing"), 404, "not_found")
    assert wrong_fields(erp.get(at(firm, "/governing"))) == {"topic": "required"}


def test_a_month_is_there_once_it_is_approved(erp: Asking, firm: Portal) -> None:
    month = erp.get(at(firm, "/sla/2027-04")).json()
    assert (month["is_met"], month["down"], month["credit"]["status"]) == (False, "300", "proposed")
    assert month["outages"][0]["cause"] == "unplanned"
    for name in ("2027-03", "2027-13", "x"):
        assert is_problem(erp.get(at(firm, f"/sla/{name}")), 404, "not_found")


def test_invoices_show_what_is_owed(erp: Asking, firm: Portal) -> None:
    (listed,) = erp.get(at(firm, "/invoices")).json()["items"]
    assert (listed["standing"], listed["total"], listed["owed"]["principal"]) == ("issued", "1001000", "1001000")
    one = erp.get(at(firm, f"/invoices/{listed['number']}")).json()
    assert (one["lines"][0]["charged"], one["payments"]) == ("910000", [])
    assert "Received on" in one["why_due"]
    assert is_problem(erp.get(at(firm, "/invoices/FC-1")), 404, "not_found")


def test_the_cap_is_told_with_what_it_was_counted_from(erp: Asking, firm: Portal) -> None:
    found = erp.get(at(firm, "/liability")).json()
    assert (found["cap"], found["fees"], found["window_to"]) == ("0", [], "2027-05-02")
    assert "on" in wrong_fields(erp.get(at(firm, "/liability"), on="2027-02-30"))


# Users


@pytest.mark.clause("rift/6.1")
def test_a_user_is_invited_once(erp: Asking, firm: Portal) -> None:
    first = erp.post(at(firm, "/users"), USER, repeat="one")
    again = erp.post(at(firm, "/users"), USER, repeat="one")
    assert (first.status_code, first.json(), again["Idempotency-Replayed"]) == (201, again.json(), "true")
    assert OutboxMessage.objects.filter(topic=invitations.TOPIC, key__startswith=first.json()["id"]).count() == 1
    assert is_problem(erp.post(at(firm, "/users"), USER), 409, "already_done")
    assert wrong_fields(erp.post(at(firm, "/users"), {**USER, "email": "x", "role": "administrator"})) == {
        "role": "unknown"
    }
    assert {one["email"] for one in erp.get(at(firm, "/users")).json()["items"]} == {
        "admin0@customer.example", "user0@customer.example", USER["email"],
    }  # fmt: skip


@pytest.mark.clause("rift/6.3")
def test_a_user_is_taken_out_and_the_last_administrator_stays(erp: Asking, firm: Portal) -> None:
    gone = erp.ask("DELETE", at(firm, f"/users/{firm.user.public_id}"))
    assert (gone.status_code, gone.json()["until"]) == (200, "2027-05-03T01:00:00Z")
    assert is_problem(erp.ask("DELETE", at(firm, f"/users/{firm.user.public_id}")), 404, "not_found")
    last = erp.ask("DELETE", at(firm, f"/users/{firm.administrator.public_id}"))
    assert is_problem(last, 409, "last_administrator")


def test_a_reading_key_changes_nothing(erp: Asking, firm: Portal) -> None:
    _key, secret = portal.key(firm.administrator, CONTRACT_READING)
    reading = erp.with_key(secret)
    for answer in (
        reading.post(at(firm, "/users"), USER), reading.post(at(firm, "/cases"), CASE),
        reading.ask("DELETE", at(firm, f"/users/{firm.user.public_id}")),
        reading.post(at(firm, f"/cases/{firm.ids['case_id']}/messages"), {"text": "x"}),
    ):  # fmt: skip
        assert is_problem(answer, 403, "scope_missing")


# Cases


@pytest.mark.clause("rift/9.1")
def test_a_case_is_opened_answered_and_opened_again(erp: Asking, firm: Portal) -> None:
    made = erp.post(at(firm, "/cases"), CASE, repeat="one")
    assert (made.status_code, [one["metric"] for one in made.json()["clocks"]]) == (201, ["response", "resolution"])
    case_id = made.json()["id"]
    assert erp.post(at(firm, "/cases"), CASE, repeat="one").json() == made.json()
    amy = making.staff("amy")
    cases.pause(case_id, reason="Which screen?", by=amy, at=AT)
    said = erp.post(at(firm, f"/cases/{case_id}/messages"), {"text": "The third."})
    assert (said.status_code, said.json()["status"]) == (201, "open")
    cases.resolve(case_id, cases.Said("Fixed."), by=amy, at=AT)
    assert erp.post(at(firm, f"/cases/{case_id}/messages"), {"text": "No."}).json()["status"] == "responded"
    refused = erp.post(at(firm, "/cases"), {**CASE, "severity": "major"})
    assert is_problem(refused, 422, "nothing_agreed")


def test_internal_notes_stay_inside(erp: Asking, firm: Portal) -> None:
    shown = erp.get(at(firm, f"/cases/{firm.ids['case_id']}"))
    assert "INTERNAL" not in shown.content.decode()
    assert [event["kind"] for event in shown.json()["events"]] == ["open", "respond"]


def test_lists_page_and_filter(erp: Asking, firm: Portal) -> None:
    portal.opened(firm.contract, firm.user, "둘")
    first = erp.get(at(firm, "/cases"), limit="1").json()
    second = erp.get(at(firm, "/cases"), limit="1", after=first["next"]).json()
    assert [first["items"][0]["subject"], second["items"][0]["subject"], second["next"]] == [
        "둘",
        "발신이 안 됩니다",
        None,
    ]
    assert erp.get(at(firm, "/cases"), status="resolved").json()["items"] == []
    assert is_problem(erp.get(at(firm, "/cases"), after="case_" + "0" * 32), 404, "not_found")


# Ends


@pytest.mark.clause("rift/6.3")
def test_a_key_dies_with_its_seat(erp: Asking, firm: Portal) -> None:
    portal.seated(firm.contract, "other@customer.example")
    seats.close(firm.contract.public_id, firm.administrator.public_id, by=making.staff("amy"), at=AT)
    assert is_problem(erp.get("/contracts"), 401, "not_authenticated")


def test_a_user_gets_no_key(firm: Portal) -> None:
    with pytest.raises(AdministratorNeeded):
        portal.key(firm.user)
    assert not ContractKey.objects.filter(seat=firm.user).exists()


def test_a_key_of_who_stepped_down_opens_nothing(erp: Asking, firm: Portal) -> None:
    """Stepping down ends the keys; were one left open, its role would still not carry it."""
    Seat.objects.filter(pk=firm.administrator.pk).update(role=SeatRole.USER)
    assert is_problem(erp.get("/contracts"), 401, "not_authenticated")


def test_after_the_term_a_key_opens_nothing(erp: Asking, firm: Portal) -> None:
    with clock.fixed(AT + timedelta(days=400)):
        assert is_problem(erp.get(at(firm)), 401, "not_authenticated")
        assert is_problem(erp.post(at(firm, "/cases"), CASE), 401, "not_authenticated")
        assert is_problem(erp.post(at(firm, "/users"), USER), 401, "not_authenticated")


def test_as_many_statements_for_three_as_for_one(erp: Asking, firm: Portal) -> None:
    def asked() -> dict[str, int]:
        found = {}
        for path in ("/cases", "/invoices", "/users", "/documents"):
            erp.get(at(firm, path))
            with CaptureQueriesContext(connection) as seen:
                erp.get(at(firm, path))
            found[path] = len(seen)
        return found

    before = asked()
    for number in range(2):
        portal.opened(firm.contract, firm.user, str(number))
        portal.seated(firm.contract, f"more{number}@customer.example", SeatRole.USER)
    portal.billed(firm.contract, date(2027, 3, 1))
    making.offered(firm.contract, "msa")
    assert asked() == before
