"""Pages after a theft: the account is closed at once, and whoever has the password changes nothing."""

import re

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.enums import RestrictionKind
from accounts.models import ApiKey
from accounts.queries import standing
from accounts.services import information, restrictions, theft, theft_link
from accounts.services.restrictions import Limit
from tests.pages.conftest import AT
from tests.pages.logging_in import holder, inside, log_in, nobody_has_tried_yet, sure
from upstage_console.kernel import outbox

__all__ = ["holder", "inside", "nobody_has_tried_yet", "sure"]
pytestmark = pytest.mark.django_db


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


def test_token_that_is_no_link_is_a_page_of_ours(client):
    assert client.get(reverse("theft-report", args=["nonsense"])).status_code == 409


def test_link_names_the_console(holder):
    assert theft_link.address(holder, at=AT).startswith(settings.SITE_URL)


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
