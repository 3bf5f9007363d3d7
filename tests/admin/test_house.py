"""The house around the tables: what its pages may load, its menu, its words, its staff."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import DataView, Member, User
from tests.admin.verbs import page_of, preview, use, verb_of
from upstage_console.kernel.admin.words import named_actions
from upstage_console.web.back_office import ICONS, navigation

HEADER = "Content-Security-Policy"
ACTION = re.compile(r"audit\.record\(\s*f?\"([a-z_]+\.[a-z_]+)\"")


def test_the_back_office_may_evaluate_and_style(office: Client) -> None:
    policy = office.get(reverse("admin:index")).headers[HEADER]
    assert ("script-src 'self' 'unsafe-eval'" in policy, "style-src 'self' 'unsafe-inline'" in policy) == (True, True)


@pytest.mark.parametrize("path", ["/health/", "/accounts/login/", "/administrator/"])
def test_every_other_page_may_not(path: str, client: Client, db: None) -> None:
    policy = client.get(path).headers[HEADER]
    assert ("unsafe" in policy, "default-src 'self'" in policy) == (False, True)


def test_no_page_loads_from_elsewhere(office: Client) -> None:
    text = office.get(reverse("admin:accounts_member_changelist")).content.decode()
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//[^\"]*", text) == []


def test_technical_tables_stand_last_and_folded(amy: User) -> None:
    request = RequestFactory().get("/admin/")
    request.user = amy
    assert navigation(request)[-1]["collapsible"] is True


def test_every_table_has_an_icon_of_its_own_in_the_menu(amy: User) -> None:
    request = RequestFactory().get("/admin/")
    request.user = amy
    assert {model._meta.model_name for model in admin.site._registry} - set(ICONS) == set()
    for group in navigation(request)[1:]:
        icons = [item["icon"] for item in group["items"]]
        assert len(icons) == len(set(icons)), (group["title"], sorted(icons))


def test_the_schedule_wears_our_clothes(office: Client) -> None:
    assert office.get(reverse("admin:django_celery_beat_periodictask_add")).status_code == 200


def test_every_deed_has_a_name() -> None:
    sources = [path for app in ("accounts", "credits", "billing", "contracts", "upstage_console")
               for path in (Path(settings.BASE_DIR) / app).rglob("*.py")]  # fmt: skip
    used = {action for path in sources for action in ACTION.findall(path.read_text(encoding="utf-8"))}
    assert used - named_actions() == set()


def test_staff_are_added_without_a_password(office: Client) -> None:
    group = Group.objects.create(name="support")
    fields = {"email": "New@Staff.example", "name": "New", "groups": [group.pk]}
    use(office, reverse("admin:accounts_user_do_on_list", args=["add-staff"]), **fields)
    user = User.objects.get(email="new@staff.example")
    assert (user.is_staff, user.is_superuser, user.has_usable_password(), list(user.groups.all())) == (
        True, False, False, [group],
    )  # fmt: skip


def test_a_member_is_never_given_rights(office: Client, member: Member) -> None:
    answer = preview(office, verb_of(member.user, "change-staff"))
    member.user.refresh_from_db()
    assert (answer.context["refused"].code, member.user.is_staff) == ("not_staff", False)


def test_nobody_changes_their_own_rights(office: Client, amy: User) -> None:
    assert preview(office, verb_of(amy, "change-staff")).context["refused"].code == "own_rights"


def test_somebody_who_left_cannot_log_in(office: Client, ben: User) -> None:
    use(office, verb_of(ben, "change-staff"))
    ben.refresh_from_db()
    assert ben.is_active is False


@pytest.mark.parametrize("term", ["김대기", "wait@member", "public_id"])
def test_the_search_box_finds_a_member(term: str, office: Client, waiting: Member) -> None:
    wanted = waiting.public_id if term == "public_id" else term
    results = office.get(reverse("admin:search"), {"s": wanted, "extended": "1"}).context["results"]
    assert [result.link for result in results] == [page_of(waiting)]


def test_the_search_box_shows_only_what_one_may_see(clerk: Callable[..., Client], waiting: Member) -> None:
    results = clerk().get(reverse("admin:search"), {"s": waiting.name, "extended": "1"}).context["results"]
    assert list(results) == []


def test_a_look_at_a_members_account_is_logged(office: Client, member: Member) -> None:
    office.get(page_of(member.user))
    assert DataView.objects.get().member == member
