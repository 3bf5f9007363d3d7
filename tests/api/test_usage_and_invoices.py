"""What a member used, the invoices, and the catalogue."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.models import Service
from billing.services import credit_notes, invoices, pdf, settlement
from tests.api.asking import is_problem, wrong_fields
from tests.billing import make
from tests.credits import make as credits
from upstage_console.kernel import clock

NOON = make.NOON


@pytest.fixture(autouse=True)
def at_noon():
    with clock.fixed(NOON):
        yield


@pytest.fixture
def used(gateway, member, stranger, make_key):
    """Two days, two meters, one key."""
    make.price("12")
    make.price("0.2", service="solar", meter="input-token", per=1000)
    credits.granted(member, "50")
    secret = make_key(member)
    events = [
        {"id": "1", "service": "ocr", "meter": "page", "quantity": "2", "at": "2026-02-09T10:00:00+09:00"},
        {"id": "2", "service": "ocr", "meter": "page", "quantity": "3", "at": "2026-02-10T10:00:00+09:00"},
        {"id": "3", "service": "solar", "meter": "input-token", "quantity": 5500, "at": "2026-02-10T10:00:00+09:00"},
    ]
    mine = [{"member": member.public_id, **event} for event in events]
    mine[2]["key"] = secret
    gateway.post("/usage-events", {"events": [*mine, {"member": stranger.public_id, **events[0]}]})
    settlement.settle(at=NOON)


def usage(own, **asked):
    answer = own.get("/usage", **asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.clause("upstage/8.3")
def test_usage_is_summed_over_the_month(own, used):
    assert usage(own) == {
        "from": "2026-02-01", "to": "2026-02-10", "group_by": [],
        "items": [
            {"events": 3, "quantity": None, "amount": "61.1", "burned": "50", "owed": "11.1", "unsettled": "0",
             "currency": "KRW"}
        ],
    }  # fmt: skip


def test_usage_groups(own, member, used):
    by_meter = usage(own, group_by="service,meter")["items"]
    assert [(row["service"], row["meter"], row["quantity"], row["amount"]) for row in by_meter] == [
        ("ocr", "page", "5", "60"),
        ("solar", "input-token", "5500", "1.1"),
    ]
    by_day = usage(own, group_by="day")["items"]
    assert [(row["day"], row["amount"], row["quantity"]) for row in by_day] == [
        ("2026-02-09", "24", None),
        ("2026-02-10", "37.1", None),
    ]
    by_key = {row["key"]: row["events"] for row in usage(own, group_by="key")["items"]}
    keys = {key.public_id for key in member.api_keys.all()}
    assert by_key.pop(None) == 2
    assert set(by_key) <= keys
    assert usage(own, group_by="")["items"] == usage(own)["items"]


def test_usage_of_some_days(own, used):
    days = {"from": "2026-02-09", "to": "2026-02-09"}
    assert usage(own, **days)["items"][0]["amount"] == "24"
    assert usage(own, **{"from": "2025-01-01", "to": "2025-12-31"})["items"] == []


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"group_by": "colour"}, {"group_by": "invalid"}),
        ({"group_by": "day,day"}, {"group_by": "invalid"}),
        ({"from": "yesterday"}, {"from": "invalid"}),
        ({"to": "2026-02-30"}, {"to": "invalid"}),
        ({"from": "2026-02-10", "to": "2026-02-09"}, {"from": "out_of_range"}),
        ({"from": "2024-01-01", "to": "2026-01-01"}, {"to": "out_of_range"}),
        ({"since": "2026-01-01"}, {"since": "unknown"}),
    ],
)
def test_usage_parameters_are_checked(own, asked, wrong):
    assert wrong_fields(own.get("/usage", **asked)) == wrong


@pytest.fixture
def invoice(member):
    return issued(member)


def issued(member, amount="1000", at=NOON):
    return invoices.issue_single(
        member_id=member.pk, amount=Decimal(amount), due_on=date(2026, 2, 20), what_ko="수수료", what_en="Fee",
        by=None, at=at,
    )  # fmt: skip


def test_invoices_come_newest_first(own, member, stranger, invoice):
    second, _theirs = issued(member, "2000"), issued(stranger)
    first = own.get("/invoices", limit=1).json()
    rest = own.get("/invoices", limit=1, after=first["next"]).json()
    assert [row["number"] for row in first["items"] + rest["items"]] == [second.number, invoice.number]
    assert rest["next"] is None
    shown = rest["items"][0]
    assert {name: shown[name] for name in ("month", "subtotal", "tax", "total", "status", "due_on", "paid_at")} == {
        "month": "2026-02", "subtotal": "1000", "tax": "100", "total": "1100", "status": "issued",
        "due_on": "2026-02-20", "paid_at": None,
    }  # fmt: skip
    assert own.get("/invoices", status="paid").json()["items"] == []


def test_invoice_shows_its_lines_and_what_is_owed(own, invoice):
    shown = own.get(f"/invoices/{invoice.number}").json()
    (line,) = shown["lines"]
    assert (line["what_en"], line["charged"], line["service"]) == ("Fee", "1000", None)
    assert line["why"]
    assert shown["owed"] == {"principal": "1100", "late_fee": "0", "total": "1100"}
    with clock.fixed(NOON + timedelta(days=60)):
        assert own.get(f"/invoices/{invoice.number}").json()["owed"]["late_fee"] == "16"


@pytest.mark.parametrize("number", ["UC-209901-000001", "x", "%00", "UC-202602-", "🎈", "a" * 500])
def test_unknown_invoice_is_not_found(own, invoice, number):
    assert is_problem(own.get(f"/invoices/{number}"), 404, "not_found")


def test_invoice_tells_its_credit_notes(own, invoice):
    credit_notes.issue(
        invoice_id=invoice.public_id, amount=Decimal(400), reason="twice", by=None, approver=None, at=NOON
    )
    shown = own.get(f"/invoices/{invoice.number}").json()
    (note,) = shown["credit_notes"]
    assert (note["number"], note["total"], note["reason"]) == ("CN-202602-000001", "-440", "twice")
    assert shown["owed"]["total"] == "660"


def test_invoice_as_a_file_is_the_same_bytes_each_time(own, invoice, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT, made = tmp_path, iter((b"%PDF-1", b"%PDF-2", b"%PDF-3"))
    monkeypatch.setattr(pdf, "is_available", lambda: True)
    monkeypatch.setattr(pdf, "make", lambda *_: next(made))
    answers = [own.get(f"/invoices/{invoice.number}.pdf", language="ko") for _ in range(2)]
    assert [answer.content for answer in answers] == [b"%PDF-1", b"%PDF-1"]
    assert answers[0].headers["Content-Type"] == "application/pdf"
    assert own.get(f"/invoices/{invoice.number}.pdf", language="en").content == b"%PDF-2"
    assert wrong_fields(own.get(f"/invoices/{invoice.number}.pdf", language="fr")) == {"language": "invalid_choice"}
    assert is_problem(own.get("/invoices/UC-209901-000001.pdf"), 404, "not_found")


def test_a_machine_that_makes_no_files_says_so(own, invoice, monkeypatch):
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    assert is_problem(own.get(f"/invoices/{invoice.number}.pdf"), 422, "no_documents")


def test_invoice_of_a_stranger_is_not_found(own, gateway, stranger, member):
    theirs = issued(stranger)
    assert is_problem(own.get(f"/invoices/{theirs.number}"), 404, "not_found")
    assert is_problem(gateway.get(f"/invoices/{theirs.number}", member=member.public_id), 404, "not_found")
    assert is_problem(own.get("/invoices", after=theirs.public_id), 404, "not_found")


@pytest.mark.parametrize("count", [1, 3])
def test_reading_invoices_takes_a_fixed_number_of_queries(own, member, count, django_assert_num_queries):
    for _ in range(count):
        last = issued(member)
    own.get("/me")
    with django_assert_num_queries(3):
        own.get("/invoices")
    with django_assert_num_queries(8):
        own.get(f"/invoices/{last.number}")


@pytest.mark.clause("upstage/8.1")
def test_catalogue_lists_what_is_offered(anybody):
    make.price("12")
    make.price("10", since=date(2026, 3, 1))
    make.price("9", service="secret")
    Service.objects.filter(code="ocr").update(is_listed=True)
    (service,) = anybody.get("/services").json()["items"]
    assert (service["service"], service["meters"][0]["meter"]) == ("ocr", "page")
    prices = anybody.get("/prices").json()["items"]
    assert [(row["unit_price"], row["effective_on"]) for row in prices] == [("10", "2026-03-01"), ("12", "2026-01-01")]
    assert anybody.get("/prices", currency="USD").json() == {"items": []}
    assert anybody.get("/prices", service="secret").json() == {"items": []}


@pytest.mark.parametrize("services", [1, 3])
def test_catalogue_takes_a_fixed_number_of_queries(anybody, services, django_assert_num_queries):
    for number in range(services):
        make.price(service=f"s{number}")
    Service.objects.update(is_listed=True)
    with django_assert_num_queries(3):
        anybody.get("/services")
    with django_assert_num_queries(2):
        anybody.get("/prices")


def test_usage_by_hour_says_what_is_not_settled_yet(own, member, used):
    make.unsettled(make.event(member, "live"))
    asked = {"group_by": "hour,service", "service": "ocr", "from": "2026-02-10"}
    assert [(row["hour"], row["amount"], row["burned"], row["unsettled"]) for row in usage(own, **asked)["items"]] == [
        ("2026-02-10T01:00:00Z", "36", None, "0"), ("2026-02-10T03:00:00Z", "12", None, "12"),
    ]  # fmt: skip


def test_usage_of_a_key_alone(own, member, used):
    key = member.api_keys.exclude(name="").order_by("-pk").first()
    assert sum(row["events"] for row in usage(own, key=key.public_id)["items"]) == 1
    assert usage(own, key="none")["items"][0]["events"] == 2
    assert wrong_fields(own.get("/usage", key="mem_1")) == {"key": "invalid"}


def test_a_day_that_is_none_is_said_in_our_words(own):
    answer = own.get("/usage", **{"from": "2026-02-30"})
    assert wrong_fields(answer) == {"from": "invalid"}
    assert "as 2026-11-22" in answer.json()["errors"][0]["detail"]
