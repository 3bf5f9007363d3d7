"""Pages that guard an account: log-in, sessions, second factors, theft, dormancy, requests for a change."""

import re
from datetime import date

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.enums import RestrictionKind
from accounts.models import ApiKey, ChangeRequest
from accounts.queries import standing
from accounts.services import information, restrictions, theft, theft_link
from accounts.services.restrictions import Limit
from tests.pages.conftest import AT
from upstage_console.kernel import outbox

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
OWN = ("security", "sessions", "theft", "change-request", "account_email", "account_change_password")
SECOND_FACTOR = ("mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "mfa_generate_recovery_codes")
OPEN_TO_ALL = ("theft-ask", "theft-done", "account_reset_password", "account_reset_password_done", "account_inactive")


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    cache.clear()


@pytest.fixture
def holder(member):
    EmailAddress.objects.create(user=member.user, email=member.user.email, verified=True, primary=True)
    return member


@pytest.fixture
def inside(client, holder):
    """A browser in which the holder has logged in by the page."""
    log_in(client, holder)
    return client


@pytest.fixture
def sure(inside):
    """… and has given the password once more."""
    inside.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return inside


def log_in(client: Client, member, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": member.user.email, "password": password})


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


@pytest.mark.clause("upstage/6.4")
def test_theft_reported_by_who_is_logged_in_logs_out_everywhere(inside, holder):
    other = Client()
    log_in(other, holder)
    assert inside.post(reverse("theft"), {"told": "모르는 기기"}).url == reverse("theft-done")
    assert [one.get(reverse("account")).status_code for one in (inside, other)] == [302, 302]
    assert not standing(holder, at=AT).may_use


@pytest.mark.clause("upstage/6.4")
def test_theft_page_does_nothing_by_being_read(inside, holder):
    inside.get(reverse("theft"))
    assert standing(holder, at=AT).may_use


@pytest.mark.clause("upstage/6.4")
def test_answer_is_the_same_whether_the_address_is_a_members_or_not(client, holder):
    pages = [client.post(reverse("theft-ask"), {"email": email}) for email in (holder.user.email, "no@body.example")]
    texts = [re.sub(r"[\w.]+@[\w.]+|[0-9a-f]{12}|csrf[^>]*>", "", page.content.decode()) for page in pages]
    assert texts[0] == texts[1]


@pytest.mark.clause("upstage/6.4")
def test_link_of_the_mail_closes_the_account_once(client, holder):
    client.post(reverse("theft-ask"), {"email": holder.user.email})
    outbox.deliver_due(at=AT)
    link = re.search(r"/stolen/\S+/", mail.outbox[-1].body)[0]
    assert client.get(link).status_code == 200
    assert standing(holder, at=AT).may_use
    assert client.post(link).url == reverse("theft-done")
    assert not standing(holder, at=AT).may_use
    assert client.post(link).status_code == 409


@pytest.mark.clause("upstage/6.4")
def test_locked_member_logs_in_with_a_new_password(client, holder):
    theft.report(holder.pk, by=None, at=AT)
    assert log_in(client, holder).status_code == 200
    client.post(reverse("account_reset_password"), {"email": holder.user.email})
    link = re.search(r"http\S+/password/reset/key/\S+", mail.outbox[-1].body)[0]
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "another long password", "password2": "another long password"})
    assert log_in(client, holder, "another long password").status_code == 302
    assert client.get(reverse("invoices")).status_code == 200


@pytest.mark.clause("upstage/6.4")
@pytest.mark.parametrize("name", ["account_email", "account_change_password", "key-new", "mfa_activate_totp"])
def test_locked_account_keeps_what_a_thief_would_change(sure, holder, name):
    lock = Limit(RestrictionKind.LOCKED, ["upstage/6.4"], "잠김", "locked", AT)
    restrictions.lay(holder, lock, by=None, at=AT)
    assert sure.get(reverse(name)).status_code == 403
    assert sure.post(reverse(name), {"name": "k", "email": "x@y.example"}).status_code == 403
    assert [ApiKey.objects.count(), Authenticator.objects.count()] == [0, 0]


@pytest.mark.clause("upstage/6.4")
@pytest.mark.parametrize("name", ["account", "notices", "invoices", "security", "sessions"])
def test_locked_member_goes_on_reading(sure, holder, name):
    lock = Limit(RestrictionKind.LOCKED, ["upstage/6.4"], "잠김", "locked", AT)
    restrictions.lay(holder, lock, by=None, at=AT)
    assert sure.get(reverse(name)).status_code == 200


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


def test_token_that_is_no_link_is_a_page_of_ours(client):
    assert client.get(reverse("theft-report", args=["nonsense"])).status_code == 409


def test_link_names_the_console(holder):
    assert theft_link.address(holder, at=AT).startswith(settings.SITE_URL)


def test_links_of_mails_lead_to_us_whatever_host_was_asked(client, holder, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.post(reverse("account_reset_password"), {"email": holder.user.email}, headers={"host": "evil.example"})
    assert f"{settings.SITE_URL}/accounts/password/reset/key/" in mail.outbox[0].body
    assert "evil.example" not in mail.outbox[0].body


@pytest.mark.clause("upstage/6.4")
def test_link_to_another_address_changes_nothing_once_the_account_is_locked(client, holder):
    late = EmailAddress.objects.create(user=holder.user, email="thief@evil.example")
    limit = Limit(RestrictionKind.LOCKED, ["upstage/6.4"], "잠김", "locked", AT)
    restrictions.lay(holder, limit, by=None, at=AT)
    page = reverse("account_confirm_email", args=[EmailConfirmationHMAC(late).key])
    assert client.post(page).status_code == 403
    holder.user.refresh_from_db()
    late.refresh_from_db()
    assert (holder.user.email.endswith("@member.example"), late.verified) == (True, False)


@pytest.mark.clause("upstage/6.4")
def test_locked_account_takes_no_missing_information(sure, holder, amy):
    information.ask(holder.pk, fields=["phone"], reason="incomplete", by=amy, at=AT)
    limit = Limit(RestrictionKind.LOCKED, ["upstage/6.4"], "잠김", "locked", AT)
    restrictions.lay(holder, limit, by=None, at=AT)
    assert sure.post(reverse("information"), {"phone": "010-6666-6666"}).status_code == 403
    holder.refresh_from_db()
    assert holder.phone == ""
