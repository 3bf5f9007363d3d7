"""Guarding an account in a real browser: passkeys, codes of an app, an account that was stolen."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import override_settings
from playwright.sync_api import expect

from accounts.models import Member
from accounts.rules.keys import MEMBER_SCOPES
from accounts.services import keys
from tests.browser.desk import at_desk
from tests.browser.lived_in import beginner
from tests.browser.person import PASSWORD, Person
from upstage_console.kernel import clock, outbox

pytestmark = pytest.mark.browser
NEW_PASSWORD = "another long password"


@pytest.fixture
def holder(transactional_db) -> Member:
    return beginner(clock.now())


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def show_it_is_me(me: Person) -> None:
    me.page.fill("[name=password]", PASSWORD)
    me.press("Go on")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_member_sets_up_an_app_and_logs_in_with_its_code(open_page, holder, language):
    me = Person(open_page(language), language)
    me.log_in(holder.user.email)
    me.choose_language()
    me.page.goto("/account/security/")
    me.follow("Set up the app")
    show_it_is_me(me)
    secret = me.page.locator("code.secret").inner_text()
    me.page.fill("[name=code]", code_of(secret))
    me.press("Switch it on")
    me.is_at("/accounts/2fa/recovery-codes/")
    again = Person(open_page(language), language)
    again.log_in(holder.user.email)
    again.page.fill("[name=code]", format_hotp_value(hotp_value(secret, int(time.time()) // 30 + 1)))
    again.press("Log in")
    again.is_at("/overview/")


def test_passkey_is_added_and_is_the_second_factor(open_page, holder):
    me = Person(open_page("en"), "en")
    devices = me.page.context.new_cdp_session(me.page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True,
               "hasResidentKey": True, "automaticPresenceSimulation": True}  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    me.log_in(holder.user.email)
    me.choose_language()
    me.page.goto("/accounts/2fa/webauthn/add/")
    show_it_is_me(me)
    me.page.fill("[name=name]", "Phone")
    me.press("Go on in the browser")
    expect(me.page).not_to_have_url(re.compile("/add/"))
    assert Authenticator.objects.filter(user=holder.user, type=Authenticator.Type.WEBAUTHN).count() == 1
    me.page.context.clear_cookies()
    me.log_in(holder.user.email)
    me.choose_language()
    me.press("Use a passkey or security key")
    me.is_at("/overview/")


@pytest.mark.clause("upstage/6.4")
@pytest.mark.parametrize("language", ["ko", "en"])
def test_stolen_account_is_closed_by_mail_and_opened_by_staff(open_page, holder, amy, mailoutbox, language):
    holder.user.language = language
    holder.user.save()
    _, secret = keys.issue(member_id=holder.pk, name="k", scopes=MEMBER_SCOPES, by=holder.user, at=clock.now())
    thief = Person(open_page(language), language)
    thief.log_in(holder.user.email)
    me = Person(open_page(language), language)
    me.page.goto("/accounts/login/")
    me.follow("Was your account stolen?")
    me.page.fill("[name=email]", holder.user.email)
    me.press("Send the link")
    outbox.deliver_due(at=clock.now())
    me.page.goto(re.search(r"/stolen/\S+/", mailoutbox[-1].body)[0])
    me.press("Close the account now")
    me.is_at("/stolen/done/")
    thief.page.goto("/keys/")
    thief.is_at("/accounts/login/")
    set_password(me, holder, mailoutbox)
    me.log_in(holder.user.email, NEW_PASSWORD)
    me.page.goto("/standing/")
    me.follow("See what comes next")
    me.heading("Your account is locked")
    desk = at_desk(open_page, amy, language)
    desk.opens(holder)
    desk.does("Identity verified", reason="영상 통화로 확인했습니다.")
    me.page.goto("/standing/")
    me.reads_that("Nothing is restricted: you may use and buy everything.")
    key_is_dead(me, secret)


def key_is_dead(me: Person, secret: str) -> None:
    """What was revoked stays revoked; a new one can be made."""
    asked = me.page.request.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert asked.status == 401
    me.page.goto("/keys/")
    me.reads_that("Revoked")
    me.page.goto("/keys/new/")
    me.heading("New API key")


def set_password(me: Person, holder: Member, mailoutbox) -> None:
    me.follow("Set a new password")
    me.page.fill("[name=email]", holder.user.email)
    me.press("Send the link")
    me.page.goto(re.search(r"/accounts/password/reset/key/\S+", mailoutbox[-1].body)[0])
    me.page.fill("[name=password1]", NEW_PASSWORD)
    if me.page.locator("[name=password2]").count():
        me.page.fill("[name=password2]", NEW_PASSWORD)
    me.press("Set a new password")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_staff_set_up_a_second_factor_before_anything_else(open_page, amy, language):
    EmailAddress.objects.create(user=amy, email=amy.email, verified=True, primary=True)
    with override_settings(STAFF_SECOND_FACTOR_REQUIRED=True):
        me = Person(open_page(language), language)
        me.log_in(amy.email)
        me.page.goto("/admin/")
        me.is_at("/account/security/")
        secret = generate_totp_secret()
        TOTP.activate(amy, secret)
        me.page.goto("/admin/")
        me.is_at("/admin/")
