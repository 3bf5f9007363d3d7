"""Refunds and objections on pages: the owner, strangers, signed out, wrong methods (upstage/16, 20)."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts.enums import MemberStatus
from accounts.models import Member
from billing.models import Charge, FeeObjection, Purchase, Refund
from billing.services import invoices, payouts, refunds
from billing.services.charging import Use, charge
from tests.billing import make
from tests.pages.conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(db: None) -> Member:
    holder = make.member(card="ok")
    make.bought(holder, "10000")
    return holder


@pytest.fixture
def annas(anna: Member) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.cookies["django_language"] = "en"
    client.force_login(anna.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.clause("upstage/16.1")
def test_the_live_quote_says_what_goes_back_and_why(annas: Client) -> None:
    page = annas.get("/refunds/").content.decode()
    assert ("₩11,000 can be refunded now" in page, "none of its paid credits used" in page) == (True, True)


@pytest.mark.clause("upstage/16.1")
def test_asking_shows_the_effect_and_is_done_once(annas: Client, anna: Member) -> None:
    purchase = Purchase.objects.get().public_id
    page = annas.get(f"/refunds/request/?purchase={purchase}")
    given = {"key": page.context["form"].initial["key"], "way": "original", "reason": ""}
    answers = [annas.post(f"/refunds/request/?purchase={purchase}", given) for _ in range(2)]
    refund = Refund.objects.get()
    assert [answer["Location"] for answer in answers] == [f"/refunds/{refund.public_id}/"] * 2
    page_of = answers[0]["Location"]
    assert "It is approved; the money is back by the end of 19 Feb 2026" in annas.get(page_of).content.decode()
    payouts.pay_due(at=AT)
    assert "All of it was paid back by 11 Feb 2026" in annas.get(page_of).content.decode()


@pytest.mark.clause("upstage/16.2")
def test_what_is_refused_is_said_with_its_numbers(kims: Client, kim: Member) -> None:
    kims.cookies["django_language"] = "en"
    charge(member_id=kim.pk, use=Use.of_amount(Decimal(4000)), by=None, at=AT)
    answer = kims.post("/refunds/request/", {"key": "k", "way": "original"})
    page = answer.content.decode()
    assert (answer.status_code, Refund.objects.count(), "of its 10,000 paid credits are used" in page) == (200, 0, True)


def test_strangers_and_the_signed_out_see_nothing(annas: Client, anna: Member, client: Client) -> None:
    refund = refunds.request(member_id=anna.pk, by=anna.user, at=AT)
    stranger = Client()
    stranger.force_login(make.member().user, backend="django.contrib.auth.backends.ModelBackend")
    page = f"/refunds/{refund.public_id}/"
    assert [one.get(page).status_code for one in (annas, stranger, client)] == [200, 404, 302]
    assert [annas.get(f"/refunds/{bad}/").status_code for bad in ("rfd_x", "pur_" + "0" * 32)] == [404, 404]
    assert stranger.get(f"/refunds/request/?purchase={Purchase.objects.first().public_id}").status_code == 404  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["/refunds/", "/refunds/request/"])
def test_wrong_methods_do_nothing(annas: Client, path: str) -> None:
    assert (annas.put(path).status_code, annas.delete(path).status_code) == (405, 405)


@pytest.mark.clause("upstage/3.5.2")
def test_who_lost_the_membership_asks_for_a_review(annas: Client, anna: Member) -> None:
    Member.objects.filter(pk=anna.pk).update(status=MemberStatus.DISQUALIFIED, disqualified_at=AT)
    assert "Ask us for a refund" in annas.get("/refunds/request/").content.decode()
    answer = annas.post("/refunds/request/", {"key": "k", "way": "original", "reason": "I left"})
    page = annas.get(answer["Location"]).content.decode()
    assert (Refund.objects.get().status, "We look at it and answer by the end of" in page) == ("under_review", True)


@pytest.mark.clause("upstage/20.3")
def test_objecting_to_an_invoice_and_following_it(annas: Client, anna: Member) -> None:
    invoice = invoices.issue_single(
        member_id=anna.pk, amount=Decimal(9000), due_on=AT.date(), what_ko="요금", what_en="Fee", by=None, at=AT
    )
    page = f"/invoices/{invoice.number}/objection/"
    assert "What is attached" in annas.get(page).content.decode()
    assert annas.post(page, {"reason": ""}).status_code == 200
    answer = annas.post(page, {"reason": "counted twice"})
    shown = annas.get(page).content.decode()
    assert (answer["Location"], FeeObjection.objects.count()) == (page, 1)
    assert ("counted twice" in shown, "We look at it and answer by the end of 25 Feb 2026" in shown) == (True, True)
    assert "Your objection" in annas.get(f"/invoices/{invoice.number}/").content.decode()
    stranger = Client()
    stranger.force_login(make.member().user, backend="django.contrib.auth.backends.ModelBackend")
    assert stranger.get(page).status_code == 404


@pytest.mark.clause("upstage/20.3")
def test_objecting_to_a_charge(anna: Member, annas: Client) -> None:
    make.price()
    make.taken(make.event(anna, quantity=5))
    page = f"/usage/charges/{Charge.objects.get().public_id}/objection/"
    assert page in annas.get("/usage/charges/?first=2026-02-01&last=2026-02-28").content.decode()
    assert "What was reported, by hour" in annas.get(page).content.decode()
    assert annas.post(page, {"reason": ""}).status_code == 200
    answer = annas.post(page, {"reason": "counted twice"})
    shown = annas.get(page).content.decode()
    assert (answer["Location"], FeeObjection.objects.count(), "counted twice" in shown) == (page, 1, True)
    assert "Your objection" in annas.get("/usage/charges/?first=2026-02-01&last=2026-02-28").content.decode()
    assert annas.put(page).status_code == 405
    stranger = Client()
    stranger.force_login(make.member().user, backend="django.contrib.auth.backends.ModelBackend")
    assert (stranger.get(page).status_code, stranger.post(page, {"reason": "x"}).status_code) == (404, 404)
    assert Client().get(page)["Location"].startswith("/accounts/login/")
