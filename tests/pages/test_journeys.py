"""What members do on pages: keys, notices, profile, buying, paying."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import ApiKey, Notice
from accounts.services import notices
from billing.models import PaymentMethod, Purchase
from billing.rules import conditions
from billing.services import catalogue, invoices
from credits import queries as credits
from tests.billing import make
from tests.pages.conftest import AT


def english(response) -> str:
    return response.content.decode()


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def test_key_is_shown_once(kims):
    response = kims.post(reverse("key-new"), {"name": "server"})
    key = ApiKey.objects.get()
    assert english(response).count(key.start) == 2  # the key itself, and the example that uses it
    assert "no-store" in response.headers["Cache-Control"]
    assert f"{key.start}…" in english(kims.get(reverse("keys")))


def test_key_without_a_name_is_not_made(kims):
    assert kims.post(reverse("key-new"), {"name": " "}).status_code == 200
    assert not ApiKey.objects.exists()


def test_revoked_key_opens_nothing_more_and_a_repeat_says_so(kims):
    kims.post(reverse("key-new"), {"name": "server"})
    address = reverse("key-revoke", args=[ApiKey.objects.get().public_id])
    assert kims.post(address).url == reverse("keys")
    assert ApiKey.objects.get().revoked_at == AT
    assert "already been done" in english(kims.post(address))


def test_notice_is_new_until_it_is_marked(kims, kim):
    text = notices.Text("제목", "Subject", "본문", "Body")
    with transaction.atomic():
        notices.notify(member_id=kim.pk, about="credits", text=text, key="one", at=AT, clauses=["upstage/15.6"])
    assert "Subject" in english(kims.get(reverse("notices")))
    kims.post(reverse("notices-read"))
    assert list(Notice.objects.filter(member=kim, key="one").values_list("read_at", flat=True)) == [AT]


def test_profile_keeps_phone_and_language(kims, kim):
    kims.post(reverse("account"), {"phone": "010-1234-5678", "language": "en"})
    kim.refresh_from_db()
    assert (kim.phone, kim.user.language) == ("010-1234-5678", "en")


@pytest.mark.parametrize("phone", ["call me", "=1+1", "0" * 40])
def test_profile_refuses_what_is_no_number(kims, kim, phone):
    assert kims.post(reverse("account"), {"phone": phone, "language": "en"}).status_code == 200
    kim.refresh_from_db()
    assert kim.phone == ""


def buy(kims, amount="5000", **given):
    confirm = f"{reverse('credits-confirm')}?amount={amount}"
    key = kims.get(confirm).context["form"]["key"].value()
    return kims.post(confirm, {"key": key, "agreed": "on", **given})


def test_buying_shows_what_it_costs_before(kims):
    assert kims.get(f"{reverse('credits-buy')}?amount=5000").url == f"{reverse('credits-confirm')}?amount=5000"
    shown = english(kims.get(f"{reverse('credits-confirm')}?amount=5000"))
    assert all(amount in shown for amount in ("₩5,000", "₩500", "₩5,500"))
    assert "/terms/clause/upstage/20.2/" in shown


@pytest.mark.parametrize("amount", ["0", "-1", "0.5", "1000000001", "x"])
def test_amount_that_cannot_be_bought_leads_back(kims, amount):
    assert kims.get(f"{reverse('credits-buy')}?amount={amount}").status_code == 200
    assert kims.get(f"{reverse('credits-confirm')}?amount={amount}").url == reverse("credits-buy")


def test_buying_adds_the_credits_and_shows_them(kims, kim):
    before = credits.balance(kim.pk, AT).paid
    response = buy(kims)
    assert credits.balance(kim.pk, AT).paid - before == Decimal(5000)
    assert "₩5,500" in english(kims.get(response.url))


def test_buying_needs_agreement_to_the_conditions(kims):
    assert buy(kims, agreed="").status_code == 200
    assert Purchase.objects.count() == 1  # the one that kim came with


def test_a_page_cannot_take_the_key_of_a_job(kims):
    buy(kims, key="topup:top_1:2026-02-10:0")
    assert Purchase.objects.order_by("pk").last().key == "page:topup:top_1:2026-02-10:0"


def test_button_pressed_twice_buys_once(kims):
    confirm = f"{reverse('credits-confirm')}?amount=5000"
    given = {"key": kims.get(confirm).context["form"]["key"].value(), "agreed": "on"}
    assert kims.post(confirm, given).url == kims.post(confirm, given).url
    assert Purchase.objects.count() == 2


def test_without_a_card_buying_leads_to_one_and_on(client, db):
    holder = make.member()
    client.force_login(holder.user, backend="django.contrib.auth.backends.ModelBackend")
    card = client.get(f"{reverse('credits-buy')}?amount=5000").url
    assert card == f"{reverse('card')}?amount=5000"
    shown = english(client.get(card))
    assert conditions.FIRST.en.replace("'", "&#x27;") in shown
    assert "/terms/clause/upstage/20.2/" in shown
    onward = client.post(card, {"reference": "ok", "agreed": "on"}).url
    assert onward == f"{reverse('credits-confirm')}?amount=5000"
    assert PaymentMethod.objects.get().member == holder


def test_declined_card_is_told_and_nothing_is_added(kims, kim):
    make.give_card(kim, "declined", at=AT)
    before = credits.balance(kim.pk, AT)
    assert "declined" in english(buy(kims))
    assert credits.balance(kim.pk, AT) == before


@pytest.fixture
def invoice(kim):
    return invoices.issue_single(
        member_id=kim.pk, amount=Decimal(10000), due_on=(AT + timedelta(days=14)).date(), what_ko="설정",
        what_en="Set-up", by=None, at=AT,
    )  # fmt: skip


def test_invoice_prints_with_a_why_per_line(kims, invoice):
    shown = english(kims.get(reverse("invoice", args=[invoice.number])))
    assert all(text in shown for text in ("Set-up", "₩11,000", "why-panel", "/terms/clause/upstage/18.4/"))


def test_invoice_comes_as_pdf_or_leads_back(kims, invoice):
    response = kims.get(reverse("invoice-pdf", args=[invoice.number]))
    assert response.status_code == 302 or response.content.startswith(b"%PDF")


def test_invoice_is_paid_once(kims, invoice):
    address = reverse("invoice-pay", args=[invoice.number])
    given = {"key": kims.get(address).context["form"]["key"].value()}
    assert kims.post(address, given).url == reverse("invoice", args=[invoice.number])
    invoice.refresh_from_db()
    assert (invoice.status, invoice.paid_at) == ("paid", AT)
    assert "already been done" in english(kims.post(address, {"key": "another"}))


def test_unpaid_invoice_stops_buying_with_the_clause(kims, kim):
    invoices.issue_single(
        member_id=kim.pk, amount=Decimal(10000), due_on=make.NOON.date(), what_ko="설정", what_en="Set-up", by=None,
        at=make.NOON,
    )  # fmt: skip
    assert "/terms/clause/upstage/15.1/" in english(buy(kims))


def test_statement_lists_the_whole_ledger_and_no_formula(kims, kim):
    lines = b"".join(kims.get(reverse("credits-statement")).streaming_content).decode().splitlines()
    assert len(lines) == 1 + credits.entries(kim.pk).count()
    assert not [cell for line in lines[1:] for cell in line.split(",") if cell.startswith(("=", "+", "@"))]


def test_services_are_open_to_everybody(client, db):
    catalogue.load(by=None, at=AT)
    shown = english(client.get(f"{reverse('services')}?currency=USD"))
    assert all(text in shown for text in ("Document Parse", "$0.01", "Earlier prices", "free of charge"))
