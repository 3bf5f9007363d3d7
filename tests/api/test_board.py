"""The state of the services for everybody, and mails that came back."""

from datetime import timedelta

import pytest

from accounts.models import Member, Notice, User
from accounts.services import interruptions, notices
from accounts.services.interruptions import Interruption
from accounts.services.notices import Text
from tests.api.asking import Asking, is_problem, wrong_fields
from tests.api.conftest import AT, MakeKey
from upstage_console.kernel import clock, outbox
from upstage_console.kernel.models import DueItem

TEXT = Text("장애", "Outage", "원인을 찾고 있습니다.", "We look for the cause.")
HOUR = timedelta(hours=1)


@pytest.mark.clause("upstage/12.1", "upstage/12.2")
def test_status_tells_what_is_what_was_and_what_will_be(anybody: Asking, amy: User) -> None:
    past = interruptions.report_outage(Interruption(TEXT, 4, AT - 3 * HOUR, AT - HOUR, ["solar"]), by=amy, at=AT)
    now = interruptions.report_outage(Interruption(TEXT, 2, AT - HOUR), by=amy, at=AT)
    planned = interruptions.announce_maintenance(Interruption(TEXT, 1, AT + HOUR, AT + 2 * HOUR), by=amy, at=AT)
    with clock.fixed(AT):
        body = anybody.get("/status").json()
    assert (body["state"], body["at"]) == ("outage", "2026-11-02T03:00:00Z")
    shown = [[one["id"] for one in body[name]] for name in ("now", "planned", "past")]
    assert shown == [[now.public_id], [planned.public_id], [past.public_id]]
    assert body["now"][0]["ends_at"] is None
    (gone,) = body["past"]
    assert (gone["ground"], gone["services"], gone["title_en"]) == (4, ["solar"], "Outage")
    assert gone["clauses"][0]["code"] == "upstage/12.1.4"
    assert gone["href"].endswith(f"/board/{past.public_id}/")


def test_status_of_a_quiet_day(anybody: Asking) -> None:
    body = anybody.get("/status").json()
    assert (body["state"], body["now"], body["planned"], body["past"]) == ("in_order", [], [], [])
    assert wrong_fields(anybody.get("/status", nonsense="1")) == {"nonsense": "unknown"}
    assert is_problem(anybody.post("/status", {}), 405, "method_not_allowed")


@pytest.fixture
def notice(member: Member) -> Notice:
    """A notice that has been mailed."""
    found = notices.notify(member_id=member.pk, about="test", text=TEXT, key="a", at=AT)
    outbox.deliver_due(at=AT)
    return found


def bounce(notice: Notice, **more: object) -> dict[str, object]:
    return {"message_id": f"<{notice.public_id}@upstage-console>", "reason": "550 gone", "permanent": True, **more}


@pytest.mark.clause("upstage/27")
def test_a_mail_that_came_back_is_recorded_and_a_task_opens(gateway: Asking, notice: Notice) -> None:
    with clock.fixed(AT + HOUR):
        answer = gateway.post("/mail-bounces", bounce(notice), repeat="b1")
        again = gateway.post("/mail-bounces", bounce(notice), repeat="b1")
    assert (answer.status_code, answer.json()) == (
        201,
        {"notice": notice.public_id, "bounced_at": "2026-11-02T04:00:00Z"},
    )
    assert again.json() == answer.json()
    notice.refresh_from_db()
    assert (notice.bounced_at, notice.bounce, DueItem.objects.count()) == (AT + HOUR, "550 gone", 1)
    assert is_problem(gateway.post("/mail-bounces", bounce(notice)), 409, "already_done")


def test_a_delay_is_no_bounce(gateway: Asking, notice: Notice) -> None:
    answer = gateway.post("/mail-bounces", bounce(notice, permanent=False))
    assert (answer.status_code, answer.json()["bounced_at"]) == (201, None)
    assert not DueItem.objects.exists()


@pytest.mark.parametrize("name", ["<x@upstage-console>", "ntc_" + "0" * 32, "<>", "🎈"])
def test_a_mail_that_is_not_ours_is_not_found(gateway: Asking, name: str) -> None:
    body = {"message_id": name, "reason": "550", "permanent": True}
    assert is_problem(gateway.post("/mail-bounces", body), 404, "not_found")


def test_what_is_missing_or_unknown_is_told(gateway: Asking) -> None:
    assert wrong_fields(gateway.post("/mail-bounces", {"nonsense": 1})) == {"nonsense": "unknown"}
    wanted = {"message_id": "required", "reason": "required", "permanent": "required"}
    assert wrong_fields(gateway.post("/mail-bounces", {})) == wanted


def test_only_a_key_with_the_scope_tells_of_bounces(
    own: Asking, anybody: Asking, make_key: MakeKey, notice: Notice
) -> None:
    assert is_problem(own.post("/mail-bounces", bounce(notice)), 403, "scope_missing")
    other = own.with_key(make_key(scopes={"access:check"}))
    assert is_problem(other.post("/mail-bounces", bounce(notice)), 403, "scope_missing")
    assert is_problem(anybody.post("/mail-bounces", bounce(notice)), 401, "not_authenticated")
    notice.refresh_from_db()
    assert notice.bounced_at is None
