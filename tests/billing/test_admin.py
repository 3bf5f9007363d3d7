"""Billing in the back office: everything is seen, nothing is changed but by a service."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from billing import models
from billing.services import closing, collecting
from tests.billing import make
from upstage_console.kernel import clock

pytestmark = pytest.mark.django_db

TABLES = ["service", "price", "paymentmethod", "paymentagreement", "payment", "purchase", "invoice",
          "billingmonth", "charge", "usageday", "usagebatch"]  # fmt: skip
LATER = make.later(days=40)


@pytest.fixture(autouse=True)
def clock_and_language():
    with clock.fixed(LATER), translation.override("en"):
        yield


@pytest.fixture
def staff(client, amy):
    amy.language = "en"
    amy.save(update_fields=["language"])
    client.force_login(amy)
    return client


def story():
    holder = make.member(card="ok", postpaid=True)
    make.bought(holder, "100")
    make.taken(make.event(holder, quantity=100))
    return holder


@pytest.fixture
def kim(db):
    make.price("12")
    holder = story()
    closing.close_due(at=LATER)
    collecting.collect(at=LATER)
    return holder


def row_of(table):
    return getattr(models, {model.__name__.lower(): model.__name__ for model in vars(models).values()
                            if isinstance(model, type)}[table]).objects.first()  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_list_and_page_are_shown(staff, kim, table):
    assert staff.get(reverse(f"admin:billing_{table}_changelist")).status_code == 200
    assert staff.get(reverse(f"admin:billing_{table}_change", args=[row_of(table).pk])).status_code == 200


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_added_changed_or_deleted(staff, kim, table):
    row = row_of(table)
    paths = [
        reverse(f"admin:billing_{table}_add"),
        reverse(f"admin:billing_{table}_delete", args=[row.pk]),
        reverse(f"admin:billing_{table}_change", args=[row.pk]),
    ]
    assert [staff.post(path, {"amount": 1}).status_code for path in paths] == [403, 403, 403]


@pytest.mark.parametrize("table", ["payment", "purchase", "charge", "usageday", "paymentmethod", "price"])
def test_list_takes_the_same_queries_for_one_row_and_many(staff, table, django_assert_max_num_queries):
    path = reverse(f"admin:billing_{table}_changelist")
    make.price("12")
    story()
    staff.get(path)
    with django_assert_max_num_queries(20) as one:
        staff.get(path)
    for _ in range(3):
        story()
    with django_assert_max_num_queries(len(one)):
        staff.get(path)


def test_card_token_is_not_shown(staff, kim):
    page = staff.get(reverse("admin:billing_paymentmethod_change", args=[row_of("paymentmethod").pk]))
    assert "tok_sandbox" not in page.content.decode()


def test_charge_says_why(staff, kim):
    page = staff.get(reverse("admin:billing_charge_change", args=[row_of("charge").pk])).content.decode()
    assert "100 page × ₩12 = ₩1,200" in page


def test_case_file_tells_the_money_story(staff, kim):
    page = staff.get(reverse("admin:accounts_member_change", args=[kim.pk])).content.decode()
    assert "Invoice UC-202602-000001 issued" in page
    assert "Invoice UC-202602-000001 paid" in page


def confirmed(client, path, given):
    """Fill in, look at the effect, confirm."""
    preview = client.post(path, given | {"nonce": "n1"}).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', preview)
    return preview, client.post(path, given | {"nonce": "n1", "seen": seen[1] if seen else "", "confirm": "1"})


PRICE = {"currency": "KRW", "unit_price": "15", "per": "1", "effective_on": "2026-04-01", "reason": "dearer paper"}


def price_path():
    return reverse("admin:billing_price_do_on_list", args=["set-price"])


def new_price(**changes):
    return PRICE | {"meter": models.Meter.objects.get(code="page").pk} | changes


def test_price_is_previewed_then_set(staff, kim, amy):
    preview, answer = confirmed(staff, price_path(), new_price())
    assert "₩12" in preview
    assert answer.status_code == 302
    price = models.Price.objects.get(effective_on=date(2026, 4, 1))
    assert (price.unit_price, price.set_by, price.reason) == (15, amy, "dearer paper")


@pytest.mark.parametrize("wrong", [{"effective_on": "2026-02-10"}, {"unit_price": "-1"}, {"per": "0"},
                                   {"currency": "EUR"}, {"reason": ""}, {"unit_price": "0.0000001"}])  # fmt: skip
def test_price_that_is_not_possible(staff, kim, wrong):
    confirmed(staff, price_path(), new_price(**wrong))
    assert models.Price.objects.count() == 1


def test_price_needs_the_permission(client, kim):
    ben = User.objects.create_user("viewer@staff.example", "a long enough password", is_staff=True)
    ben.user_permissions.add(Permission.objects.get(codename="view_price"))
    client.force_login(ben)
    assert client.post(price_path(), new_price()).status_code == 403


FEE = {"amount": "5000", "due_on": "2026-04-30", "what_ko": "교육", "what_en": "Training", "reason": "ordered by phone"}


def fee_path(holder):
    return reverse("admin:accounts_member_do", args=[holder.pk, "issue-invoice"])


def test_fee_is_previewed_then_invoiced_once(staff, kim):
    preview, answer = confirmed(staff, fee_path(kim), FEE)
    assert "₩5,500" in preview
    assert answer.status_code == 302
    confirmed(staff, fee_path(kim), FEE)
    invoice = models.Invoice.objects.get(kind="single")
    assert (invoice.total, invoice.due_on, invoice.lines.get().what_en) == (
        Decimal(5500),
        date(2026, 4, 30),
        "Training",
    )


@pytest.mark.parametrize("wrong", [{"amount": "0"}, {"amount": "0.5"}, {"due_on": "2026-03-01"}, {"what_ko": ""}])
def test_fee_that_is_not_possible(staff, kim, wrong):
    confirmed(staff, fee_path(kim), FEE | wrong)
    assert not models.Invoice.objects.filter(kind="single").exists()


def test_price_shows_its_effect_on_last_month_and_its_add_ons(staff, kim):
    make.unsettled(make.event(kim, "late", quantity=7, at=LATER.isoformat()), at=LATER)
    given = new_price(add_ons="fast; 빠른 처리; Express; +50%\nhires; 고해상도; High resolution; 3")
    preview, answer = confirmed(staff, price_path(), given)
    assert "₩1,200" in preview
    assert "₩1,500 (+25.0%)" in preview
    assert "1 would have paid more (at most ₩300)" in preview
    assert answer.status_code == 302
    price = models.Price.objects.get(effective_on=date(2026, 4, 1))
    assert [(one.code, one.kind, one.value) for one in price.add_ons.order_by("code")] == [
        ("fast", "percent", 50), ("hires", "per_unit", 3),
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", ["fast", "fast; a; b; x", "fast; a; b; -101%", "a;b;c;0.001%"])
def test_add_ons_that_are_not_possible(staff, kim, wrong):
    confirmed(staff, price_path(), new_price(add_ons=wrong))
    assert models.Price.objects.count() == 1


OFFERS = {
    "trialoffer": ("offer-trial", {"days": "14", "effective_on": "2026-04-01"}),
    "pricepromotion": (
        "publish",
        {"code": "spring", "name_ko": "봄", "name_en": "Spring", "terms_ko": "약관", "terms_en": "Terms",
         "percent": "20",
         "starts_on": "2026-04-01", "ends_on": "2026-04-30"},
    ),
    "exchangerate": ("set-rate", {"currency": "USD", "rate": "1400.5", "effective_on": "2026-04-01"}),
    "refundpolicy": ("post", {"text_ko": "14일", "text_en": "14 days", "effective_on": "2026-04-01"}),
}  # fmt: skip


@pytest.mark.parametrize("table", OFFERS)
def test_offers_are_previewed_then_set_once(staff, kim, table):
    models.Service.objects.update(is_listed=True)
    verb, given = OFFERS[table]
    service = models.Service.objects.get(code="ocr").pk
    given = given | {"service": service, "services": [service], "reason": "decided"}
    path = reverse(f"admin:billing_{table}_do_on_list", args=[verb])
    assert staff.get(path).status_code == 200
    assert confirmed(staff, path, given)[1].status_code == 302
    assert row_of(table) is not None
    assert staff.get(reverse(f"admin:billing_{table}_changelist")).status_code == 200
    assert staff.get(reverse(f"admin:billing_{table}_change", args=[row_of(table).pk])).status_code == 200


def test_stage_is_previewed_then_set(staff, kim):
    make.price("0", service="vision")
    service = models.Service.objects.get(code="vision")
    path = reverse("admin:billing_service_do", args=[service.pk, "set-stage"])
    given = {"stage": "beta", "offered_until": "2026-04-30", "reason": "tried out"}
    assert confirmed(staff, path, given)[1].status_code == 302
    service.refresh_from_db()
    assert (service.stage, service.offered_until) == ("beta", date(2026, 4, 30))
