"""Standing, the measures against a member, and objecting to them."""

from datetime import timedelta

import pytest

from accounts.enums import RestrictionKind, SanctionKind
from accounts.models import Notice, Objection
from accounts.rules.keys import READING_SCOPES
from tests.accounts.restricting import restricted, sanctioned
from tests.api.asking import is_problem, wrong_fields
from tests.api.conftest import AT
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date

TEXT = {"text": "The key was stolen; we have revoked it."}


@pytest.fixture(autouse=True)
def at_instant():
    with clock.fixed(AT + timedelta(hours=1)):
        yield


@pytest.fixture
def own(make_key, member, own):
    """The member's program, with a key that was made before anything happened."""
    return own


@pytest.fixture
def suspended(own, member):
    return restricted(member, RestrictionKind.SUSPENSION, at=AT, ends_at=AT + timedelta(days=30))


def address(sanction):
    return f"/sanctions/{sanction.public_id}"


def test_member_in_order(own, member):
    assert own.get("/standing").json() == {
        "member": member.public_id, "status": "active", "may_use": True, "may_use_free": True, "may_buy": True,
        "restrictions": [],
    }  # fmt: skip


@pytest.mark.clause("upstage/26.3")
def test_standing_says_why_until_when_and_what_to_do(own, suspended, django_assert_num_queries):
    own.get("/me")
    with django_assert_num_queries(4):
        answer = own.get("/standing").json()
    assert (answer["may_use"], answer["may_use_free"], answer["may_buy"]) == (False, False, False)
    (shown,) = answer["restrictions"]
    assert shown.pop("clauses")[0]["code"] == "upstage/26.1"
    assert shown.pop("how_to_lift").startswith("It ends by itself after its last day.")
    assert shown == {
        "kind": "suspension", "scope": "all", "why": "Use is restricted: suspension.",
        "starts_at": "2026-11-02T03:00:00Z", "ends_at": "2026-12-02T03:00:00Z",
        "sanction": suspended.sanction.public_id,
    }  # fmt: skip
    korean = own.ask("GET", "/standing", headers={"Accept-Language": "ko"}).json()["restrictions"][0]
    assert korean["why"] == "suspension 때문에 이용이 제한됩니다."


def test_what_closes_paid_services_alone_leaves_free_ones_open(own, member):
    restricted(member, RestrictionKind.INFORMATION, at=AT)
    answer = own.get("/standing").json()
    assert (answer["may_use"], answer["may_use_free"], answer["may_buy"]) == (False, True, False)
    assert answer["restrictions"][0]["sanction"] is None


def test_measures_are_listed_newest_first_and_what_is_only_proposed_is_not(own, member, suspended):
    warning = sanctioned(member, SanctionKind.WARNING, at=AT)
    sanctioned(member, SanctionKind.WARNING, at=AT, status="proposed")
    page = own.get("/sanctions", limit=1).json()
    assert ([row["id"] for row in page["items"]], page["next"]) == ([warning.public_id], warning.public_id)
    rest = own.get("/sanctions", after=page["next"]).json()
    assert [row["id"] for row in rest["items"]] == [suspended.sanction.public_id]
    assert len(own.get("/sanctions", status="in_force").json()["items"]) == 2
    assert wrong_fields(own.get("/sanctions", status="proposed")) == {"status": "invalid_choice"}


def test_list_takes_as_many_queries_for_three_rows_as_for_one(own, member, django_assert_num_queries):
    for _number in range(3):
        sanctioned(member, SanctionKind.WARNING, at=AT)
    own.get("/sanctions")
    with django_assert_num_queries(2 + 1):
        assert len(own.get("/sanctions").json()["items"]) == 3


@pytest.mark.clause("upstage/26.3")
@pytest.mark.clause("upstage/11.2")
def test_statement_of_reasons_is_there_in_both_languages(own, suspended):
    shown = own.get(address(suspended.sanction)).json()
    assert (shown["kind"], shown["ground"], shown["objection"]) == ("suspension", "upstage/7.1.8", None)
    statement = shown["statement"]
    assert (statement["facts_ko"], statement["source"]) == ("회원이 API 키를 다른 사람에게 넘겼습니다.", "own")
    assert (statement["facts_en"], statement["decided_automatically"]) == ("The member passed the API key on.", False)


@pytest.mark.clause("upstage/26.4")
def test_suspended_member_objects_with_a_key_of_before(own, member, suspended):
    answer = own.post(address(suspended.sanction) + "/objections", TEXT)
    assert answer.status_code == 201
    objection = Objection.objects.get()
    assert answer.json() == {
        "id": objection.public_id, "status": "submitted", "text": TEXT["text"],
        "submitted_at": "2026-11-02T04:00:00Z", "decided_at": None, "answer": "",
    }  # fmt: skip
    assert own.get(address(suspended.sanction)).json()["objection"]["id"] == objection.public_id
    assert Notice.objects.filter(member=member, about="objection").count() == 1


def test_repeat_with_a_key_gets_the_first_answer_and_another_objection_is_refused(own, suspended):
    where = address(suspended.sanction) + "/objections"
    first = own.post(where, TEXT, repeat="o1")
    again = own.post(where, TEXT, repeat="o1")
    assert (again.json(), again["Idempotency-Replayed"]) == (first.json(), "true")
    assert is_problem(own.post(where, TEXT), 409, "already_appealed")
    assert Objection.objects.count() == 1


def test_objection_after_the_last_day_is_refused(own, suspended):
    type(suspended.sanction).objects.update(object_until=kst_date(AT) - timedelta(days=1))
    answer = own.post(address(suspended.sanction) + "/objections", TEXT)
    assert is_problem(answer, 422, "appeal_window_closed")
    assert answer.json()["detail"] == "The last day was 1 Nov 2026."
    assert Objection.objects.count() == 0


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "x" * 5001}, {"text": "x", "sanction": "y"}])
def test_objection_is_checked(own, suspended, body):
    assert wrong_fields(own.post(address(suspended.sanction) + "/objections", body))
    assert Objection.objects.count() == 0


def test_measure_of_another_member_is_not_there(own, stranger, make_key):
    measure = sanctioned(stranger, SanctionKind.WARNING, at=AT)
    proposed = sanctioned(stranger, SanctionKind.WARNING, at=AT, status="proposed")
    for where in (address(measure), "/sanctions/san_" + "0" * 32, "/sanctions/obj_1", "/sanctions/🎈"):
        assert is_problem(own.get(where), 404, "not_found")
        assert is_problem(own.post(where + "/objections", TEXT), 404, "not_found")
    assert is_problem(own.with_key(make_key(stranger)).get(address(proposed)), 404, "not_found")
    assert Objection.objects.count() == 0


def test_only_a_key_that_speaks_for_the_member_objects(own, gateway, anybody, make_key, member, suspended):
    where = address(suspended.sanction) + "/objections"
    type(suspended).objects.filter(pk=suspended.pk).update(scope="paid")
    reading = own.with_key(make_key(member, READING_SCOPES, at=AT))
    assert is_problem(reading.post(where, TEXT), 403, "scope_missing")
    assert is_problem(gateway.post(where, TEXT), 403, "scope_missing")
    assert is_problem(anybody.post(where, TEXT), 401, "not_authenticated")
    assert is_problem(own.get(where), 405, "method_not_allowed")
    assert gateway.get(address(suspended.sanction), member=member.public_id).status_code == 200
