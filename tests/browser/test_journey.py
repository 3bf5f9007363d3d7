"""From a stranger to a member who sees what each use cost, and why: in both languages, on a phone, without scripts."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import APIRequestContext, Page, Playwright, expect

from accounts.models import Member
from accounts.rules.keys import PLATFORM_SCOPES
from accounts.services import keys
from billing.services import settlement
from tests.browser.person import PASSWORD, Person
from tests.browser.watching import too_wide
from upstage_console.kernel import clock

pytestmark = pytest.mark.browser

EMAIL = "haneul@member.example"
NAME = "김하늘"
BOUGHT, TAX, PAID = "50000", "5000", "55000"
PAGES_READ = 12  # of Document Parse, at 13 won a page
COST, LEFT = "156", "49844"


@pytest.fixture
def gateway(amy, live_server, playwright: Playwright) -> APIRequestContext:
    """The program that runs the services: it asks before each call and reports what was used."""
    at = clock.now() - timedelta(seconds=1)
    _, secret = keys.issue(member_id=None, name="gateway", scopes=PLATFORM_SCOPES, by=amy, at=at)
    headers = {"Authorization": f"Bearer {secret}"}
    return playwright.request.new_context(base_url=f"{live_server.url}/api/v1/", extra_http_headers=headers)


@pytest.mark.parametrize(
    ("language", "how"),
    [
        ("ko", {}),
        ("en", {}),
        ("ko", {"java_script_enabled": False}),
        ("ko", {"width": 360, "has_touch": True}),
    ],
    ids=["korean", "english", "without_scripts", "phone"],
)
def test_stranger_becomes_a_member_and_sees_what_a_use_cost(open_page, gateway, mailoutbox, amy, language, how):
    me = Person(open_page(language, **how), language)
    sign_up(me)
    verify(me, mailoutbox)
    me.log_in(EMAIL)
    me.is_at("/overview/")
    buy_credits(me)
    secret = make_key(me)
    use(gateway, secret)
    see_the_charge(me)
    read_the_clause(me)
    if how.get("java_script_enabled", True):
        EmailAddress.objects.create(user=amy, email=amy.email, verified=True, primary=True)
        staff_read_the_file(Person(open_page(language), language), amy)


def sign_up(me: Person) -> None:
    page = me.page
    page.goto("/")
    me.follow("Sign up")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=name]", NAME)
    page.fill("[name=born_on]", "1990-03-01")
    me.press("Agree and sign up")
    assert page.url.endswith("/accounts/signup/"), "nobody becomes a member without agreeing"
    page.fill("[name=password1]", PASSWORD)
    for box in page.locator("[name^=agree_]").all():
        box.check()
    fits(page)
    me.press("Agree and sign up")
    me.heading("Verify your address")


def verify(me: Person, mailoutbox: list[Any]) -> None:
    """Until then the log-in leads nowhere; the link is in the mail."""
    assert [mail.to for mail in mailoutbox] == [[EMAIL]]
    me.log_in(EMAIL)
    me.heading("Verify your address")
    link = re.search(r"http://\S+/confirm-email/\S+", mailoutbox[0].body)
    assert link is not None
    me.page.goto(link[0])
    me.press("Yes, verify it")
    me.is_at("/accounts/login/")


def buy_credits(me: Person) -> None:
    """The amount, a card on the way, what it costs and the conditions, then the one button."""
    page = me.page
    me.follow("Buy credits")
    page.fill("input[name=amount]", BOUGHT)
    me.press("Continue")
    me.is_at("/card/")
    page.check("[name=reference][value=ok]")
    page.check("[name=agreed]")
    fits(page)
    me.press("Register the card")
    me.is_at("/credits/buy/confirm/")
    for amount in (BOUGHT, TAX, PAID):
        me.reads(me.won(amount))
    expect(page.get_by_role("heading", name=me.say("Conditions of withdrawal"))).to_be_visible()
    fits(page)
    page.check("[name=agreed]")
    page.locator("form:has([name=agreed]) button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/credits/purchases/pur"))
    me.reads(me.won(PAID))
    fits(page)


def make_key(me: Person) -> str:
    """The secret, which is on one page and never again."""
    page = me.page
    page.goto("/keys/")
    me.follow("Make the first key")
    page.fill("[name=name]", "문서 읽기")
    me.press("Make the key")
    secret = page.locator("#key-secret").inner_text().strip()
    assert secret.startswith("uc_live_")
    fits(page)
    me.follow("I have copied it")
    me.reads("문서 읽기")
    assert secret not in page.content()
    return secret


def use(gateway: APIRequestContext, secret: str) -> None:
    asked = gateway.post("access", data={"key": secret, "service": "document-parse"}).json()
    assert (asked["allowed"], asked["available"]) == (True, BOUGHT)
    event = {
        "id": "call-1",
        "key": secret,
        "service": "document-parse",
        "meter": "page",
        "quantity": PAGES_READ,
        "at": clock.now().isoformat(),
    }
    taken = gateway.post("usage-events", data={"events": [event]})
    assert (taken.status, taken.json()["accepted"]) == (202, 1), taken.text()
    assert gateway.post("usage-events", data={"events": [event]}).json()["duplicate"] == 1
    later = gateway.post("access", data={"key": secret, "service": "document-parse"}).json()
    assert (later["allowed"], later["available"]) == (True, LEFT)


def see_the_charge(me: Person) -> None:
    page = me.page
    for path in ("/overview/", "/usage/", "/credits/"):
        page.goto(path)
        me.reads(me.won(COST))
        fits(page)
    me.reads(me.won(LEFT))
    page.goto("/usage/calls/")
    me.reads("문서 읽기")


def read_the_clause(me: Person) -> None:
    """The reason opens beside the amount, with its arithmetic; its clause leads to the article."""
    page = me.page
    settlement.settle(at=clock.now())
    page.goto("/usage/charges/")
    charge = page.locator("#charges tbody tr").first
    charge.get_by_role("button", name=me.say("Why?")).click()
    panel = charge.locator(".why-panel")
    expect(panel).to_be_visible()
    expect(panel).to_contain_text("12")
    expect(panel).to_contain_text("13")
    expect(panel).to_contain_text(COST)
    panel.locator("a.clause").first.click()
    expect(page).to_have_url(re.compile(r"/terms/upstage/\d{4}-\d\d-\d\d/"))
    expect(page.locator("h1")).to_have_count(1)
    fits(page)


def staff_read_the_file(staff: Person, amy: Any) -> None:
    member = Member.objects.get(user__email=EMAIL)
    staff.log_in(amy.email)
    staff.page.goto("/admin/accounts/member/")
    staff.page.get_by_role("link", name=NAME).first.click()
    expect(staff.page).to_have_url(re.compile(rf"/admin/accounts/member/{member.pk}/"))
    file = staff.page.locator(".case")
    for words in (EMAIL, "문서 읽기", f"{int(LEFT):,}"):
        expect(file).to_contain_text(words)


def fits(page: Page) -> None:
    assert too_wide(page) == [], page.url
