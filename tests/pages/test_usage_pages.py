"""Usage as its owner sees it: sums, calls, charges, and both as CSV."""

import csv
from datetime import datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from accounts.services import keys
from billing.models import UsageArchive
from billing.services import correcting
from billing.services.correcting import Use
from billing.views import usage as views
from tests.billing import make
from upstage_console.kernel import clock
from upstage_console.kernel.clock import KST

pytestmark = pytest.mark.django_db

AT = make.later(hours=2)
PAGES = ("usage", "usage-calls", "usage-charges")
FILES = ("usage-file", "usage-calls-file")


@pytest.fixture(autouse=True)
def fixed_clock():
    with clock.fixed(AT):
        yield


@pytest.fixture
def kim(db):
    make.price("12")
    make.price("3", meter="line")
    holder = make.member(card="ok", postpaid=True)
    make.granted(holder, "1000")
    return holder


@pytest.fixture
def kims(kim) -> Client:
    return client_of(kim)


def client_of(holder):
    holder.user.language = "en"
    holder.user.save(update_fields=["language"])
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.cookies["django_language"] = "en"
    client.force_login(holder.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(client, name, **asked):
    response = client.get(reverse(name), asked)
    assert response.status_code == 200
    return response.content.decode()


def lines(client, name, **asked):
    response = client.get(reverse(name), asked)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def key_of(holder, name):
    return keys.issue(member_id=holder.pk, name=name, scopes=["credits:read"], by=holder.user, at=make.NOON)[0]


@pytest.mark.clause("upstage/8.3")
def test_what_came_in_just_now_is_shown_as_not_settled(kims, kim):
    make.taken(make.event(kim, quantity=2))
    make.unsettled(make.event(kim, "e2", quantity=3))
    page = shown(kims, "usage")
    assert ("₩60" in page, "Not settled yet" in page, "₩36 of it came in just now" in page) == (True, True, True)
    assert "not settled yet" in shown(kims, "usage-calls")


def test_a_row_leads_to_itself_alone(kims, kim):
    key = key_of(kim, "my app")
    make.taken(make.event(kim, "1", key=key.public_id), make.event(kim, "2", meter="line"))
    page = shown(kims, "usage", split="key")
    assert f"key={key.public_id}&amp;split=meter" in page or f"split=meter&amp;key={key.public_id}" in page
    alone = shown(kims, "usage", key=key.public_id, split="meter")
    assert ("my app" in alone, "₩12" in alone, "₩3<" in alone) == (True, True, False)


def test_use_without_a_key_is_told_apart(kims, kim):
    make.taken(make.event(kim))
    assert "without a key" in shown(kims, "usage", split="key", key="none")


def test_many_rows_stand_on_pages(kims, kim, monkeypatch):
    monkeypatch.setattr(views, "A_PAGE", 2)
    made = [key_of(kim, f"app {number}") for number in range(3)]
    make.taken(*[make.event(kim, f"e{number}", key=one.public_id, quantity=number + 1)
                 for number, one in enumerate(made)])  # fmt: skip
    assert "1–2 of 3" in shown(kims, "usage", split="key")
    assert "3–3 of 3" in shown(kims, "usage", split="key", page="2")


def test_hours_are_shown_of_seven_days_at_most(kims, kim):
    make.taken(make.event(kim))
    assert "Usage by hour" in shown(kims, "usage", step="hour", days="7")
    assert "Hours are shown of at most seven days" in shown(kims, "usage", step="hour", days="30")


@pytest.mark.parametrize(("days", "first", "last"), [
    ("month", "1 Feb 2026", "10 Feb 2026"), ("last-month", "1 Jan 2026", "31 Jan 2026"), ("1", "10 Feb 2026", "10 Feb"),
])  # fmt: skip
def test_spans(kims, days, first, last):
    assert f"From {first} to {last}" in shown(kims, "usage", days=days)


def test_calls_are_paged_without_missing_any(kims, kim, monkeypatch):
    monkeypatch.setattr(views, "CALLS_A_PAGE", 2)
    make.taken(*[make.event(kim, f"e{number}") for number in range(3)])
    response = kims.get(reverse("usage-calls"))
    assert [call.id for call in response.context["calls"]] == ["e2", "e1"]
    older = kims.get(reverse("usage-calls") + response.context["next"])
    assert ([call.id for call in older.context["calls"]], older.context["next"]) == (["e0"], "")


def test_a_corrected_call_says_what_was_reported(kims, kim):
    make.taken(make.event(kim, quantity=5))
    correcting.of_platform(Use(kim.pk, make.NOON, "e1"), quantity=Decimal(2), reason="x", by=None, at=AT)
    assert "corrected; 5 were reported" in shown(kims, "usage-calls")
    assert "₩36 of it corrected since" in shown(kims, "usage-charges")
    assert lines(kims, "usage-calls-file")[0]["quantity"] == "2"


def test_archived_calls_are_told_of(kims, kim):
    UsageArchive.objects.create(month=datetime(2026, 1, 1).date(), status="archived", sealed_at=AT, exported_at=AT,
                                archived_at=AT, kept_until=AT.date(), contents="x")  # fmt: skip
    assert "Calls until January 2026 are archived" in shown(kims, "usage-calls")
    assert "are archived" not in shown(kims, "usage-calls", days="1")


def test_sums_as_csv(kims, kim):
    key = key_of(kim, "=cmd()")
    make.taken(make.event(kim, "1", quantity="2.5", key=key.public_id), make.event(kim, "2", meter="line"))
    assert lines(kims, "usage-file") == [
        {"day": "2026-02-10", "service": "ocr", "meter": "line", "key": "", "key_name": "", "calls": "1",
         "quantity": "1", "amount": "3", "paid_with_credits": "3", "owed": "0", "not_settled_yet": "0",
         "currency": "KRW"},
        {"day": "2026-02-10", "service": "ocr", "meter": "page", "key": key.public_id, "key_name": "'=cmd()",
         "calls": "1", "quantity": "2.5", "amount": "30", "paid_with_credits": "30", "owed": "0",
         "not_settled_yet": "0", "currency": "KRW"},
    ]  # fmt: skip


def test_sums_by_hour_as_csv(kims, kim):
    make.taken(make.event(kim))
    (row,) = lines(kims, "usage-file", step="hour", days="1")
    assert (row["hour"], row["amount"], row["owed"]) == ("2026-02-10T12:00:00+09:00", "12", "")


def test_calls_as_csv(kims, kim):
    make.taken(make.event(kim, "1"), make.event(kim, "2", at=datetime(2026, 2, 10, 11, tzinfo=KST).isoformat()))
    found = lines(kims, "usage-calls-file")
    assert [(row["call"], row["at"], row["unit_price"]) for row in found] == [
        ("1", "2026-02-10T12:00:00+09:00", "12"), ("2", "2026-02-10T11:00:00+09:00", "12"),
    ]  # fmt: skip
    assert found[0]["lots"].startswith("lot_")


def test_an_empty_file_has_its_head(kims):
    response = kims.get(reverse("usage-calls-file"))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.strip().split(",")[:2] == ["at", "call"]
    assert response["Content-Disposition"] == 'attachment; filename="calls-2026-01-12-2026-02-10.csv"'


@pytest.mark.parametrize("name", [*PAGES, *FILES])
def test_a_strangers_use_is_not_there(kims, kim, name):
    make.taken(make.event(make.member(card="ok", postpaid=True), "strange-1"))
    response = kims.get(reverse(name))
    content = b"".join(response.streaming_content) if response.streaming else response.content
    assert b"strange-1" not in content
    assert "₩12".encode() not in content


@pytest.mark.parametrize("name", [*PAGES, *FILES])
def test_who_is_signed_out_is_asked_to_log_in_and_nobody_posts(client, kims, name):
    assert client.get(reverse(name)).url.startswith("/accounts/login/")
    assert kims.post(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("odd", [
    {"key": "key_zz"}, {"key": "x" * 100}, {"service": "nothing", "meter": "none"}, {"before": "x", "id": "y"},
    {"before": "2026-02-10T12:00:00"}, {"step": "minute"}, {"until": "9999-12-31"}, {"page": "-1"},
])  # fmt: skip
def test_odd_questions_get_a_page(kims, name, odd):
    assert shown(kims, name, **odd)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_as_many_queries_for_three_as_for_one(kims, kim, name, django_assert_max_num_queries):
    asked = {"split": "key", "service": "ocr"}
    make.taken(make.event(kim, key=key_of(kim, "one").public_id))
    shown(kims, name, **asked)
    with django_assert_max_num_queries(20) as one:
        shown(kims, name, **asked)
    make.taken(*[make.event(kim, f"more {number}", key=key_of(kim, f"k{number}").public_id) for number in range(2)])
    with django_assert_max_num_queries(len(one)):
        shown(kims, name, **asked)
