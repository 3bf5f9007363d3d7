"""What holds for every page of a member: who may see it, in which languages, with how many queries, by which policy."""

import re
from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import Member
from accounts.services import keys
from billing.models import PaymentAgreement, PaymentMethod
from tests.accounts.leaving import disqualified
from tests.billing import make
from tests.pages.conftest import AT

PAGES = (
    "overview", "usage", "credits", "expiries", "credits-buy", "card", "invoices", "keys", "key-new", "notices",
    "account", "own-limits", "recharge", "recharge-choose", "top-up",
    "business-data",
)  # fmt: skip
MOST_QUERIES = 21


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_there_in_both_languages(kims, name, language):
    kims.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    response = kims.get(reverse(name))
    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_page_asks_strangers_to_log_in(client, db, name):
    response = client.get(reverse(name))
    assert (response.status_code, response.url.partition("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize("name", PAGES)
def test_page_leads_staff_to_the_back_office(client, amy, name):
    client.force_login(amy, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse(name)).url == reverse("admin:index")


@pytest.mark.parametrize("name", ["overview", "usage", "credits", "credits-buy", "invoices", "keys", "notices"])
def test_page_that_only_shows_takes_no_post(kims, name):
    assert kims.post(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", PAGES)
def test_page_carries_no_inline_script_or_style(kims, name):
    shown = kims.get(reverse(name)).content.decode()
    assert not re.search(r'\sstyle="|<style|\son\w+="|<script(?![^>]*\ssrc=)|https?://(?!testserver|localhost)', shown)


@pytest.mark.parametrize("name", PAGES)
def test_page_needs_as_many_queries_for_three_rows_as_for_one(kims, kim, name, django_assert_max_num_queries):
    with django_assert_max_num_queries(MOST_QUERIES) as one:
        kims.get(reverse(name))
    for number in range(2):
        keys.issue(member_id=kim.pk, name=f"key {number}", scopes=["credits:read"], by=kim.user, at=AT)
        make.granted(kim, "500")
        make.bought(kim, "1000", key=f"more {number}")
        make.taken(make.event(kim, f"more {number}", quantity=3))
    with django_assert_max_num_queries(len(one.captured_queries)):
        kims.get(reverse(name))


STRANGE = [
    "/invoices/UC-209901-000001/", "/invoices/UC-209901-000001.pdf", "/invoices/UC-209901-000001/pay/",
    "/credits/lots/{lot}/", "/credits/purchases/{purchase}/", "/keys/{key}/revoke/", "/credits/lots/nonsense/",
    "/credits/purchases/pur_00/", "/keys/mem_0123/revoke/",
]  # fmt: skip


@pytest.mark.parametrize("address", STRANGE)
def test_what_is_a_strangers_is_not_there(kims, address):
    stranger = make.member(card="ok")
    purchase = make.bought(stranger, "5000")
    key, _secret = keys.issue(member_id=stranger.pk, name="k", scopes=["credits:read"], by=stranger.user, at=AT)
    response = kims.get(address.format(lot=purchase.lot, purchase=purchase.public_id, key=key.public_id))
    assert response.status_code == 404


ODD = [
    "/usage/?until=0001-01-01&days=9&split=x&page=zz", "/usage/?until=x", "/credits/?page=99999&kind=zz",
    "/credits/buy/?amount=-1", "/credits/buy/?amount=1e400", "/credits/buy/?amount=NaN", "/services/?currency=EUR",
    "/notices/?page=-3", "/card/?amount=x", "/tiers/?currency=EUR",
    "/credits/recharge/choose/?amount=NaN&mode=x&day=1e9",
]  # fmt: skip


@pytest.mark.parametrize("address", ODD)
def test_odd_questions_get_a_page(kims, address):
    assert kims.get(address).status_code == 200


def test_restricted_member_reads_why_on_every_page(kims, kim):
    disqualified(kim, AT, date(2028, 11, 18))
    kims.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for name in ("invoices", "notices", "own-data", "standing", "card"):
        shown = kims.get(reverse(name)).content.decode()
        assert "Your membership was taken away" in shown
        assert "/terms/clause/upstage/3.4/" in shown


@pytest.mark.parametrize("status", ["disqualified", "withdrawn"])
def test_who_is_no_member_any_more_is_led_to_a_page_that_answers(kims, kim, status):
    """Also where nothing but the state tells that the membership has ended: never in a circle."""
    Member.objects.filter(pk=kim.pk).update(status=status, **{f"{status}_at": AT})
    led = kims.get(reverse("overview"), follow=True)
    assert (led.status_code, led.redirect_chain[-1][0]) == (200, reverse("standing"))


def test_who_left_registers_another_card_for_debts_and_agrees_to_nothing(kims, kim):
    before = PaymentAgreement.objects.filter(member=kim, ended_at__isnull=True).update(ended_at=AT)
    Member.objects.filter(pk=kim.pk).update(status="withdrawn", withdrawn_at=AT)
    assert kims.post(reverse("card"), {"reference": "ok", "agreed": "on"}).status_code == 302
    assert PaymentMethod.objects.filter(member=kim, replaced_at__isnull=True).get().registered_at == AT
    assert (before, PaymentAgreement.objects.filter(member=kim, ended_at__isnull=True).count()) == (1, 0)
