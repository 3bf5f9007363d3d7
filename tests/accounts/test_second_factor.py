"""Staff need a second factor; nobody enters the back office without (upstage/6.3)."""

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.urls import reverse

from accounts.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/6.3")]
PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def required(settings):
    cache.clear()
    settings.STAFF_SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def logged_in(client):
    def log_in(user):
        EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
        return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})

    return log_in


@pytest.fixture
def app(amy):
    secret = generate_totp_secret()
    TOTP.activate(amy, secret)
    return lambda: format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/member/", "/admin/scenarios/", "/admin/nothing/"])
def test_staff_without_second_factor_are_led_to_the_set_up(client, amy, path):
    client.force_login(amy, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(path).url == reverse("security")


def test_page_to_which_staff_are_led_is_open_to_them(client, amy):
    client.force_login(amy, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/", follow=True).status_code == 200


def test_staff_with_a_second_factor_enter(client, amy, app):
    client.force_login(amy, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(client, amy):
    Authenticator.objects.create(user=amy, type=Authenticator.Type.RECOVERY_CODES, data={})
    client.force_login(amy, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/").url == reverse("security")


def test_setting_lets_staff_in_without(client, amy, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    client.force_login(amy, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/").status_code == 200


def test_back_office_has_no_log_in_of_its_own(client, db):
    assert client.get("/admin/login/").url.startswith(reverse("account_login"))


def test_password_alone_logs_nobody_in_who_has_a_second_factor(client, amy, app, logged_in):
    assert logged_in(amy).url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_code_of_the_app_finishes_the_log_in(client, amy, app, logged_in):
    logged_in(amy)
    assert client.post(reverse("mfa_authenticate"), {"code": app()}).status_code == 302
    assert client.get("/admin/").status_code == 200


def test_wrong_code_is_refused(client, amy, app, logged_in):
    logged_in(amy)
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_set_up_asks_for_the_password_first(client, amy, logged_in):
    logged_in(amy)
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))


def test_app_is_set_up_with_a_picture_that_the_policy_allows(client, member: Member, logged_in):
    logged_in(member.user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    assert 'src="data:image/svg+xml' in page.content.decode()
    code = format_hotp_value(hotp_value(page.context["form"].secret, int(time.time()) // 30))
    assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    assert Authenticator.objects.filter(user=member.user, type=Authenticator.Type.TOTP).exists()
