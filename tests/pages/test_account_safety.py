"""Pages that guard an account: log-in, sessions, second factors, dormancy, requests for a change."""

import re
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.enums import RestrictionKind
from accounts.models import ChangeRequest
from accounts.queries import standing
from accounts.services import restrictions
from accounts.services.restrictions import Limit
from tests.pages.conftest import AT
from tests.pages.logging_in import PASSWORD, holder, inside, log_in, nobody_has_tried_yet, sure

__all__ = ["holder", "inside", "nobody_has_tried_yet", "sure"]
pytestmark = pytest.mark.django_db
OWN = ("security", "sessions", "theft", "change-request", "account_email", "account_change_password")
SECOND_FACTOR = ("mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "mfa_generate_recovery_codes")
OPEN_TO_ALL = ("theft-ask", "theft-done", "account_reset_password", "account_reset_password_done", "account_inactive")


def sleep(member):
    limit = Limit(RestrictionKind.DORMANT, ["upstage/26.2"], "휴면", "dormant", AT)
    restrictions.lay(member, limit, by=None, at=AT)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", OWN + SECOND_FACTOR)
def test_pages_of_the_account_are_there_in_both_languages(sure, holder, name, language):
    if name == "mfa_generate_recovery_codes":
        TOTP.activate(holder.user, generate_totp_secret())
    sure.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = sure.get(reverse(name))
    shown = page.content.decode()
    assert (page.status_code, f'<html lang="{language}">' in shown) == (200, True)
    assert not re.search(r'\sstyle="|<style|\son\w+="|<script(?![^>]*\s(src=|type="application/json"))', shown)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", OPEN_TO_ALL)
def test_pages_before_the_log_in_are_there_in_both_languages(client, name, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get(reverse(name))
    assert (page.status_code, f'<html lang="{language}">' in page.content.decode()) == (200, True)


@pytest.mark.parametrize("name", ["security", "sessions", "theft", "change-request", "confirm-identity"])
def test_pages_of_the_account_ask_strangers_to_log_in(client, name):
    assert client.get(reverse(name)).url.startswith(reverse("account_login"))


@pytest.mark.clause("upstage/6.5")
@pytest.mark.parametrize("name", ["change-request", "mfa_activate_totp"])
def test_sensitive_pages_ask_for_the_password_again(inside, name):
    assert inside.get(reverse(name)).url.startswith(reverse("account_reauthenticate"))


@pytest.mark.clause("upstage/6.5")
def test_new_address_asks_for_the_password_again(inside, holder):
    asked = inside.post(reverse("account_email"), {"email": "new@member.example", "action_add": ""})
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert not EmailAddress.objects.filter(email="new@member.example").exists()


@pytest.mark.clause("upstage/26.2")
def test_log_in_is_noted_as_use(inside, holder):
    holder.refresh_from_db()
    assert holder.last_used_on == AT.date()


@pytest.mark.clause("upstage/26.2")
def test_dormant_member_is_led_to_confirm_and_is_awake_at_once(client, holder):
    sleep(holder)
    page = reverse("confirm-identity")
    assert log_in(client, holder).url == page
    assert client.get(page).status_code == 200
    asked = client.post(page)
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert not standing(holder, at=AT).may_use
    client.post(asked.url, {"password": PASSWORD, "next": page})
    assert standing(holder, at=AT).may_use


def test_who_is_awake_has_nothing_to_confirm(inside):
    assert inside.get(reverse("confirm-identity")).url == reverse("overview")


def test_sessions_show_where_somebody_is_logged_in(inside, holder):
    other = Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Version/17.0 Safari/604.1"})
    log_in(other, holder)
    shown = inside.get(reverse("sessions")).content.decode()
    assert "Safari · iPhone" in shown


def test_session_can_be_ended_from_another(inside, holder):
    other = Client()
    log_in(other, holder)
    session = UserSession.objects.get(session_key=other.session.session_key)
    inside.post(reverse("session-end", args=[session.pk]))
    assert other.get(reverse("overview")).status_code == 302
    assert inside.get(reverse("overview")).status_code == 200


def test_all_other_sessions_can_be_ended(inside, holder):
    others = [Client(), Client()]
    for other in others:
        log_in(other, holder)
    inside.post(reverse("sessions-end"))
    assert [other.get(reverse("account")).status_code for other in others] == [302, 302]
    assert inside.get(reverse("account")).status_code == 200


def test_session_of_somebody_else_is_not_there(inside, stranger):
    other = Client()
    EmailAddress.objects.create(user=stranger.user, email=stranger.user.email, verified=True, primary=True)
    log_in(other, stranger)
    session = UserSession.objects.get(user=stranger.user)
    assert inside.post(reverse("session-end", args=[session.pk])).status_code == 404
    assert other.get(reverse("account")).status_code == 200


@pytest.mark.parametrize("name", ["sessions-end"])
def test_ending_sessions_takes_no_get(inside, name):
    assert inside.get(reverse(name)).status_code == 405


@pytest.mark.clause("upstage/6.5")
def test_address_changes_once_the_new_one_is_verified_and_the_old_one_is_told(sure, holder):
    old = holder.user.email
    sure.post(reverse("account_email"), {"email": "new@member.example", "action_add": ""})
    holder.user.refresh_from_db()
    assert holder.user.email == old
    link = re.search(r"http\S+confirm-email\S+", mail.outbox[-1].body)[0]
    sure.post(link)
    holder.user.refresh_from_db()
    assert holder.user.email == "new@member.example"
    assert [one.to for one in mail.outbox[-1:]] == [[old]]
    assert "/stolen/" in mail.outbox[-1].body


@pytest.mark.clause("upstage/27")
@pytest.mark.parametrize(("language", "subject"), [("ko", "비밀번호"), ("en", "Your password was changed")])
def test_mails_are_in_the_language_of_their_receiver_not_of_the_page(sure, holder, language, subject):
    holder.user.language = language
    holder.user.save()
    sure.cookies[settings.LANGUAGE_COOKIE_NAME] = "en" if language == "ko" else "ko"
    new = {"oldpassword": PASSWORD, "password1": "another long password", "password2": "another long password"}
    sure.post(reverse("account_change_password"), new)
    if language == "en":
        assert mail.outbox[-1].subject == subject
    assert mail.outbox[-1].to == [holder.user.email]


@pytest.mark.clause("upstage/6.5")
def test_request_for_a_change_is_kept_and_shown(sure, holder):
    holder.born_on = date(1990, 1, 1)
    holder.save()
    sure.post(reverse("change-request"), {"field": "name", "value": "새이름", "reason": "개명했습니다."})
    assert ChangeRequest.objects.get().member == holder
    assert "새이름" in sure.get(reverse("account")).content.decode()


@pytest.mark.clause("upstage/6.5")
def test_request_that_is_refused_says_why_on_the_form(sure, holder):
    holder.born_on = date(1990, 1, 1)
    holder.save()
    page = sure.post(reverse("change-request"), {"field": "born_on", "value": "2020-01-01", "reason": "-"})
    assert page.status_code == 200
    assert not ChangeRequest.objects.exists()


@pytest.mark.clause("upstage/6.3")
def test_too_many_wrong_passwords_are_stopped(client, holder):
    for _attempt in range(5):
        log_in(client, holder, "wrong")
    assert "_auth_user_id" not in client.session
    log_in(client, holder)
    assert "_auth_user_id" not in client.session


@pytest.mark.clause("upstage/6.3")
def test_too_many_requests_see_a_page_of_ours(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}
    client.post(reverse("account_reset_password"), {"email": "a@b.example"})
    page = client.post(reverse("account_reset_password"), {"email": "a@b.example"})
    assert (page.status_code, "Upstage Console" in page.content.decode()) == (429, True)


def test_addresses_of_allauth_that_have_pages_of_ours_lead_there(inside):
    assert inside.get("/accounts/2fa/").url == reverse("security")
    assert inside.get("/accounts/sessions/").url == reverse("sessions")


def test_links_of_mails_lead_to_us_whatever_host_was_asked(client, holder, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.post(reverse("account_reset_password"), {"email": holder.user.email}, headers={"host": "evil.example"})
    assert f"{settings.SITE_URL}/accounts/password/reset/key/" in mail.outbox[0].body
    assert "evil.example" not in mail.outbox[0].body
