"""Pages of auto-recharge, bonus tiers and topping up."""

from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import Member
from billing.models import Purchase, RechargePlan, TopUp
from billing.services import invoices, recharging
from tests.billing import make
from tests.billing.recharged import day, line, plan, table
from tests.pages.conftest import AT
from upstage_console.kernel import clock

pytestmark = pytest.mark.django_db
CHOICE = {"amount": "50000", "mode": "monthly", "day": "20"}
ASKED = "?amount=50000&mode=monthly&day=20"


@pytest.fixture
def english(kims: Client) -> Client:
    kims.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return kims


def page(client: Client, name: str, query: str = "") -> str:
    return client.get(reverse(name) + query).content.decode()


# Auto-recharge


def test_without_a_plan_it_says_how_to_begin(english: Client) -> None:
    shown = page(english, "recharge")
    assert "Switch it on" in shown
    assert "Nothing has been charged yet" in shown


def test_a_choice_goes_on_in_the_address(kims: Client) -> None:
    answer = kims.get(reverse("recharge-choose"), CHOICE)
    assert answer.url == reverse("recharge-confirm") + ASKED
    assert not RechargePlan.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"amount": "0"}, {"amount": "x"}, {"day": "0"}, {"day": "32"}, {"mode": "once"}, {"mode": ""}]
)
def test_what_cannot_be_is_said(kims: Client, wrong: dict[str, str]) -> None:
    answer = kims.get(reverse("recharge-choose"), CHOICE | wrong)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, list(wrong))
    assert kims.get(reverse("recharge-confirm"), CHOICE | wrong).url == reverse("recharge-choose")


@pytest.mark.clause("upstage/20.2")
def test_before_the_button_everything_is_shown(english: Client) -> None:
    table(line())
    shown = page(english, "recharge-confirm", ASKED)
    for part in ("₩55,000", "20 Feb 2026", "20 Mar 2026", "₩5,000", "19 Mar 2026", "Conditions of withdrawal"):
        assert part in shown
    assert "/terms/clause/upstage/20.2/" in shown
    assert not RechargePlan.objects.exists()


def test_nothing_recurs_without_agreement(kims: Client) -> None:
    answer = kims.post(reverse("recharge-confirm") + ASKED, {})
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["agreed"])
    assert not RechargePlan.objects.exists()


def test_it_is_switched_on(english: Client, kim: Member) -> None:
    answer = english.post(reverse("recharge-confirm") + ASKED, {"agreed": "on"}, follow=True)
    assert answer.redirect_chain == [(reverse("recharge"), 302)]
    made = RechargePlan.objects.get()
    assert (made.member, made.amount, made.mode, made.day, made.next_on) == (
        kim, 50_000, "monthly", 20, date(2026, 2, 20)
    )  # fmt: skip
    assert "₩55,000 with VAT are charged next on 20 Feb 2026" in answer.content.decode()


def test_without_a_card_it_is_refused_on_the_form(client: Client) -> None:
    client.force_login(make.member().user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("recharge-confirm") + ASKED, {"agreed": "on"})
    assert answer.context["form"].non_field_errors().as_data()[0].code == "no_payment_method"
    assert not RechargePlan.objects.exists()


@pytest.mark.clause("upstage/15-3.2")
def test_a_change_shows_what_it_ends(english: Client, kim: Member) -> None:
    table(line())
    plan(kim)
    recharging.charge_due(at=day(2, 20))
    with clock.fixed(day(2, 25)):
        english.force_login(kim.user, backend="django.contrib.auth.backends.ModelBackend")
        shown = page(english, "recharge-confirm", "?amount=90000&mode=monthly&day=5")
        assert "₩5,000 now, ends when the new choice begins on 5 Mar 2026" in shown
        english.post(reverse("recharge-confirm") + "?amount=90000&mode=monthly&day=5", {"agreed": "on"})
        assert "What ends then" in page(english, "recharge")
    assert RechargePlan.objects.get().next_on == date(2026, 3, 5)


@pytest.mark.clause("upstage/16.2")
def test_it_is_cancelled_with_one_button(english: Client, kim: Member) -> None:
    plan(kim)
    assert "Keep it" in page(english, "recharge-cancel")
    answer = english.post(reverse("recharge-cancel"), follow=True)
    assert answer.redirect_chain == [(reverse("recharge"), 302)]
    assert RechargePlan.objects.get().status == "cancelled"
    assert "It is off" in answer.content.decode()
    assert english.get(reverse("recharge-cancel")).url == reverse("recharge")


def test_a_paused_plan_says_what_to_do(english: Client, kim: Member) -> None:
    make.give_card(kim, "declined")
    plan(kim)
    for number in (20, 21, 23, 25):
        recharging.charge_due(at=day(2, number))
    shown = page(english, "recharge")
    assert ("Take it up again" in shown, "Register another card" in shown) == (True, True)


@pytest.mark.clause("upstage/15.1")
def test_a_cycle_that_unpaid_fees_stopped_is_told(english: Client, kim: Member) -> None:
    plan(kim)
    invoices.issue_single(
        member_id=kim.pk, amount=Decimal(1000), due_on=date(2026, 2, 13), what_ko="요금", what_en="Fee", by=None, at=AT
    )
    recharging.charge_due(at=day(2, 20))
    shown = page(english, "recharge")
    assert ("Fees were unpaid." in shown, "We try again on 21 Feb 2026." in shown) == (True, True)


def test_queries_do_not_grow_with_the_history(kims: Client, kim: Member, django_assert_max_num_queries) -> None:
    table(line())
    plan(kim)
    recharging.charge_due(at=day(2, 20))
    with django_assert_max_num_queries(25) as one:
        kims.get(reverse("recharge"))
    for month in (3, 4):
        recharging.charge_due(at=day(month, 20))
    with django_assert_max_num_queries(len(one.captured_queries)):
        kims.get(reverse("recharge"))


# Bonus with a purchase


def test_a_purchase_shows_its_bonus_and_what_more_would_give(english: Client) -> None:
    table(line(40_000, "5", mode="once", valid_days=90), line(60_000, "8", mode="once"))
    shown = page(english, "credits-confirm", "?amount=50000")
    for part in ("₩2,500", "₩52,500", "12 May 2026", "With ₩10,000 more you would get a bonus of 8 %"):
        assert part in shown
    assert "5 %" in page(english, "credits-buy")


def test_the_page_of_a_purchase_leads_to_its_bonus(english: Client, kim: Member) -> None:
    table(line(mode="once"))
    bought = make.bought(kim, "50000", key="bonus", at=AT)
    shown = page(english, "credits", "") and english.get(reverse("purchase", args=[bought.public_id])).content.decode()
    assert reverse("lot", args=[bought.bonus_lot]) in shown


# The published table


@pytest.mark.clause("upstage/15.2")
def test_the_table_is_public_with_its_history(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    table(line(percent="3"), at=make.NOON)
    table(line(percent="7"), since=date(2026, 2, 11), at=make.NOON)
    table(line(percent="9"), since=date(2026, 3, 1), at=make.NOON)
    shown = page(client, "tiers")
    assert [shown.index(f"+{percent} %") for percent in (7, 9, 3)] == sorted(
        shown.index(f"+{percent} %") for percent in (7, 9, 3)
    )
    assert "No tiers are published for this currency" in page(client, "tiers", "?currency=USD")
    assert page(client, "tiers", "?currency=nonsense")


def test_without_any_table(client: Client, db: None) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "No bonus is given today" in page(client, "tiers")


# Topping up

WISH = {"below": "5000", "amount": "30000", "most_a_day": "2", "agreed": "on"}


def test_topping_up_is_set_and_switched_off(kims: Client, kim: Member) -> None:
    assert kims.post(reverse("top-up"), WISH).url == reverse("recharge")
    made = TopUp.objects.get()
    assert (made.member, made.below, made.amount, made.most_a_day) == (kim, Decimal(5000), Decimal(30_000), 2)
    assert kims.get(reverse("top-up")).context["form"].initial["below"] == "5000"
    assert kims.post(reverse("top-up-off")).url == reverse("recharge")
    made.refresh_from_db()
    assert (made.status, made.off_because) == ("off", "member")


@pytest.mark.parametrize("wrong", [{"below": "0"}, {"amount": "x"}, {"most_a_day": "6"}, {"agreed": ""}])
def test_wishes_that_cannot_be(kims: Client, wrong: dict[str, str]) -> None:
    answer = kims.post(reverse("top-up"), WISH | wrong)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, list(wrong))
    assert not TopUp.objects.exists()


@pytest.mark.parametrize("name", ["recharge", "recharge-choose", "recharge-confirm", "recharge-cancel", "top-up"])
def test_only_members_look(client: Client, name: str) -> None:
    assert client.get(reverse(name)).headers["Location"].startswith("/accounts/login/")
    assert not Purchase.objects.exists()


@pytest.mark.parametrize(("name", "method"), [("recharge", "post"), ("recharge-choose", "post"), ("top-up-off", "get")])
def test_wrong_method(kims: Client, name: str, method: str) -> None:
    assert getattr(kims, method)(reverse(name)).status_code == 405


def test_todays_day_is_a_month_away(kims: Client) -> None:
    coming = kims.get(reverse("recharge-confirm") + "?amount=50000&mode=annual&day=11").context["coming"]
    assert (coming.on, coming.ends_on) == (date(2026, 3, 11), date(2027, 3, 10))
