"""Credits in the back office: everything is seen, nothing is changed but by the service."""

import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from credits import queries
from credits.models import Debt, Lot, Reservation
from credits.services import expiry
from tests.credits import make
from tests.credits.books import findings
from upstage_console.kernel import clock

pytestmark = pytest.mark.django_db

TABLES = ["account", "lot", "entry", "reservation", "debt"]


@pytest.fixture(autouse=True)
def noon():
    with clock.fixed(make.NOON), translation.override("en"):
        yield


@pytest.fixture
def staff(client, amy):
    amy.language = "en"
    amy.save(update_fields=["language"])
    client.force_login(amy)
    return client


@pytest.fixture
def kim():
    holder = make.member()
    make.granted(holder, "100")
    make.bought(holder, "50")
    make.burned(holder, "120")
    return holder


@pytest.fixture
def busy(kim):
    """Kim with a row in every table."""
    make.held(kim, "10")
    make.burned(kim, "30", may_owe=True)
    return kim


def row_of(table, holder):
    rows = {
        "account": holder.credit_account,
        "lot": holder.credit_lots.first(),
        "entry": queries.entries(holder.pk).first(),
        "reservation": Reservation.objects.first(),
        "debt": Debt.objects.first(),
    }
    return rows[table]


@pytest.mark.parametrize("table", TABLES)
def test_list_and_page_are_shown(staff, busy, table):
    assert staff.get(reverse(f"admin:credits_{table}_changelist")).status_code == 200
    assert staff.get(reverse(f"admin:credits_{table}_change", args=[row_of(table, busy).pk])).status_code == 200


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_added_changed_or_deleted(staff, busy, table):
    row = row_of(table, busy)
    paths = [
        reverse(f"admin:credits_{table}_add"),
        reverse(f"admin:credits_{table}_delete", args=[row.pk]),
        reverse(f"admin:credits_{table}_change", args=[row.pk]),
    ]
    assert [staff.post(path, {"amount": 1}).status_code for path in paths] == [403, 403, 403]
    assert findings() == []


@pytest.mark.parametrize("table", TABLES)
def test_list_takes_the_same_queries_for_one_row_and_many(staff, table, django_assert_max_num_queries):
    path = reverse(f"admin:credits_{table}_changelist")
    make.granted(make.member(), "5")
    staff.get(path)
    with django_assert_max_num_queries(20) as one:
        staff.get(path)
    for _ in range(3):
        make.granted(make.member(), "5")
    with django_assert_max_num_queries(len(one)):
        staff.get(path)


def test_entry_page_says_why(staff, kim):
    page = staff.get(reverse("admin:credits_entry_change", args=[queries.entries(kim.pk).first().pk]))
    assert "Balance: 50 − 20 = 30." in page.content.decode()


def test_case_file_shows_balance_lots_and_story(staff, kim):
    expiry.post_expired(at=make.later(days=400))
    page = staff.get(reverse("admin:accounts_member_change", args=[kim.pk])).content.decode()
    assert "100 free credits granted (event)" in page
    assert "Grant credits" in page


GIVEN = {"amount": "25", "expires_on": "2026-06-30", "reason": "thank you"}


def confirmed(client, path, given):
    """Fill in, look at the effect, confirm."""
    preview = client.post(path, given | {"nonce": "n1"}).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', preview)
    return preview, client.post(path, given | {"nonce": "n1", "seen": seen[1] if seen else "", "confirm": "1"})


def grant_path(holder):
    return reverse("admin:accounts_member_do", args=[holder.pk, "grant-credits"])


def test_grant_previews_then_grants_once(staff, kim, amy):
    preview, answer = confirmed(staff, grant_path(kim), GIVEN)
    assert "₩55" in preview
    assert answer.status_code == 302
    confirmed(staff, grant_path(kim), GIVEN)
    lot = Lot.objects.get(reason="thank you")
    assert (lot.amount, lot.entries.get().by, queries.balance(kim.pk, make.NOON).total) == (Decimal(25), amy, 55)
    assert findings() == []


def test_grant_preview_leaves_nothing(staff, kim):
    staff.post(grant_path(kim), GIVEN | {"nonce": "n1"})
    assert queries.balance(kim.pk, make.NOON).total == 30


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"amount": "0"}, {"amount": "-1"}, {"expires_on": "2026-02-09"}])
def test_grant_that_is_not_possible_changes_nothing(staff, kim, wrong):
    confirmed(staff, grant_path(kim), GIVEN | wrong)
    assert queries.balance(kim.pk, make.NOON).total == 30


def test_grant_needs_the_permission(client, kim):
    ben = User.objects.create_user("viewer@staff.example", "a long enough password", is_staff=True)
    ben.user_permissions.add(Permission.objects.get(codename="view_member"))
    client.force_login(ben)
    assert client.post(grant_path(kim), GIVEN).status_code == 403
    assert queries.balance(kim.pk, make.NOON).total == 30
