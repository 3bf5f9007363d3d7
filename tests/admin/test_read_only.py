"""Money and history are only read, whoever asks and however."""

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from tests.admin.verbs import page_of
from upstage_console.kernel.admin import ReadOnlyAdmin

OURS = {"accounts", "credits", "billing", "contracts", "kernel"}
TABLES = [model for model in admin.site._registry if model._meta.app_label in OURS]


def names(model: Any) -> str:
    return str(model._meta.label)


def url(model: type[Model], view: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


@pytest.mark.parametrize("model", TABLES, ids=names)
def test_a_table_of_ours_is_read_only(model: type[Model]) -> None:
    assert isinstance(admin.site._registry[model], ReadOnlyAdmin)


@pytest.mark.parametrize("model", TABLES, ids=names)
def test_adding_is_refused(model: type[Model], office: Client) -> None:
    assert office.post(url(model, "add"), {}).status_code == 403


@pytest.mark.parametrize("model", TABLES, ids=names)
def test_changing_is_refused(model: type[Model], office: Client) -> None:
    assert office.post(url(model, "change", 1), {"status": "active"}).status_code == 403


@pytest.mark.parametrize("model", TABLES, ids=names)
def test_deleting_is_refused(model: type[Model], office: Client) -> None:
    assert office.post(url(model, "delete", 1), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", TABLES, ids=names)
def test_no_bulk_action_and_no_editable_list(model: type[Model], amy: User) -> None:
    request = RequestFactory().get("/")
    request.user = amy
    shown = admin.site._registry[model]
    assert (shown.get_actions(request), tuple(shown.list_editable)) == ({}, ())


@pytest.mark.parametrize("model", TABLES, ids=names)
def test_a_list_opens(model: type[Model], office: Client) -> None:
    assert office.get(url(model, "changelist")).status_code == 200


def test_a_posted_state_changes_nothing(office: Client, member: Any) -> None:
    office.post(page_of(member), {"status": "disqualified"})
    member.refresh_from_db()
    assert member.status == "active"


@pytest.mark.parametrize("view", ["index", "kernel_dueitem_changelist", "accounts_member_changelist"])
def test_a_stranger_is_sent_to_log_in(view: str, client: Client, db: None) -> None:
    assert client.get(reverse(f"admin:{view}")).status_code == 302


def test_a_member_is_kept_out(client: Client, member: Any) -> None:
    client.force_login(member.user)
    assert client.get(reverse("admin:accounts_member_changelist"), follow=True).status_code == 403
