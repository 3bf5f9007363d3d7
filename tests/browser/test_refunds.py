"""Money back as people ask for it: within seven days, by the 40 %, and an objection that waits too long."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import Member
from billing.models import FeeObjection, Refund
from billing.services import invoices, payouts, purchases, review_delays
from billing.services.charging import Use, charge
from tests.billing.make import give_card
from tests.browser.desk import at_desk
from tests.browser.lived_in import beginner
from tests.browser.person import Person
from tests.browser.watching import too_wide
from upstage_console.kernel import clock

pytestmark = [pytest.mark.browser]

HOWS: list[dict[str, Any]] = [{}, {"java_script_enabled": False}, {"width": 390, "has_touch": True}]


@pytest.fixture
def holder(transactional_db: None) -> Member:
    at = clock.now() - timedelta(days=30)
    member = beginner(at)
    give_card(member, at=at)
    return member


def bought(holder: Member, amount: int, *, days_ago: int) -> None:
    at = clock.now() - timedelta(days=days_ago)
    purchases.buy(member_id=holder.pk, amount=Decimal(amount), key=f"k{days_ago}", by=holder.user, at=at)


@pytest.mark.clause("upstage/16.1")
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("how", HOWS, ids=["desktop", "without_scripts", "phone"])
def test_an_unused_purchase_is_given_back(open_page: Any, holder: Member, language: str, how: dict[str, Any]) -> None:
    bought(holder, 10_000, days_ago=1)
    me = Person(open_page(language, **how), language)
    me.log_in(holder.user.email)
    me.page.goto("/refunds/")
    me.reads(me.won(11_000))
    if how.get("java_script_enabled", True):
        assert too_wide(me.page) == []
    me.follow("Ask for a refund")
    me.press("Ask for a refund")
    expect(me.page).to_have_url(re.compile(r"/refunds/rfd_"))
    me.reads_that("What goes back")
    payouts.pay_due(at=clock.now())
    me.page.reload()
    assert Refund.objects.get().status == "paid"
    me.reads_that("Decided")


@pytest.mark.clause("upstage/16.2")
def test_a_small_balance_is_given_back_and_a_large_one_is_not(open_page: Any, holder: Member) -> None:
    bought(holder, 10_000, days_ago=20)
    me = Person(open_page("en"), "en")
    me.log_in(holder.user.email)
    me.page.goto("/refunds/")
    me.reads("Remaining paid balance 10,000 > 4,000 = 40 % of the 10,000")
    charge(member_id=holder.pk, use=Use.of_amount(Decimal(6000)), by=None, at=clock.now())
    me.page.reload()
    me.reads("₩4,400 can be refunded now")
    me.follow("Ask for a refund")
    me.page.check("[name=way][value=offset]")
    me.press("Ask for a refund")
    me.reads("set off against your next invoice")


@pytest.mark.clause("upstage/20.3")
def test_an_objection_is_told_of_its_delay_and_upheld_by_two(
    open_page: Any, holder: Member, amy: Any, ben: Any
) -> None:
    now = clock.now()
    invoice = invoices.issue_single(
        member_id=holder.pk, amount=Decimal(300_000), due_on=(now + timedelta(days=20)).date(), what_ko="이용 요금",
        what_en="Fee", by=None, at=now,
    )  # fmt: skip
    me = Person(open_page("en"), "en")
    me.log_in(holder.user.email)
    me.page.goto(f"/invoices/{invoice.number}/")
    me.follow("Object")
    me.page.fill("[name=reason]", "The pages were counted twice.")
    me.press("Send the objection")
    me.reads("We look at it and answer by the end of")
    review_delays.tell(at=now + timedelta(days=20))
    me.page.goto("/notices/")
    me.reads("Our answer to your objection is late")
    made = FeeObjection.objects.get()
    for user, verb in ((amy, "Propose to uphold it"), (ben, "Agree")):
        desk = at_desk(open_page, user, "en")
        desk.page.goto(f"/admin/billing/feeobjection/{made.pk}/change/")
        desk.does(verb, reason="You are right.")
    me.page.goto(f"/invoices/{invoice.number}/objection/")
    me.reads("₩330,000 with VAT are not owed")
