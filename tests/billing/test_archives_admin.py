"""Archived months at the desk: seen by who may, downloaded for a purpose, and each download logged."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import DataView
from billing.models import UsageArchive
from billing.services import archive_files, archiving, closing
from tests.admin.conftest import clerk, desk_of
from tests.billing import make
from tests.billing.archives import A_YEAR_LATER, files
from upstage_console.kernel import clock
from upstage_console.kernel.clock import KST
from upstage_console.kernel.models import AuditEvent

__all__ = ["clerk", "files"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_year_later():
    with clock.fixed(A_YEAR_LATER):
        yield


@pytest.fixture
def row(db):
    make.price("12")
    holder = make.member(card="ok", postpaid=True)
    make.taken(make.event(holder, quantity="2.5"))
    closing.close_due(at=datetime(2026, 4, 1, 0, 10, tzinfo=KST))
    archiving.archive_due(at=A_YEAR_LATER)
    return UsageArchive.objects.get()


@pytest.fixture
def office(amy) -> Client:
    return desk_of(amy)


def download(client, row, purpose="objection 7 of kim"):
    return client.post(reverse("admin:billing_usagearchive_download", args=[row.pk]), {"purpose": purpose})


def page(client, row):
    return client.get(reverse("admin:billing_usagearchive_change", args=[row.pk]))


def test_list_and_page_show_month_and_sums(office, row):
    listed = office.get(reverse("admin:billing_usagearchive_changelist")).content.decode()
    shown = page(office, row).content.decode()
    assert ("2026-02" in listed, "ocr · page" in shown, "₩30" in shown) == (True, True, True)


def test_the_file_is_given_for_a_purpose_and_logged(office, row, amy):
    answer = download(office, row)
    with row.file.open("rb") as file:
        assert b"".join(answer.streaming_content) == file.read()
    view = DataView.objects.get(screen="usagearchive.export")
    assert (view.actor, view.rows, view.purpose) == (amy, 1, "objection 7 of kim")
    assert AuditEvent.objects.get(action="usage_archive.downloaded").reason == "objection 7 of kim"


def test_without_a_purpose_nothing_is_given(office, row):
    assert download(office, row, purpose=" ").status_code == 302
    assert not DataView.objects.exists()


def test_the_address_takes_no_get(office, row):
    assert office.get(reverse("admin:billing_usagearchive_download", args=[row.pk])).status_code == 405


def test_who_may_only_look_downloads_nothing(clerk, row):
    client = clerk("billing.view_usagearchive")
    assert "Download the file" not in page(client, row).content.decode()
    assert download(client, row).status_code == 403


def test_who_may_not_look_sees_nothing(clerk, row):
    assert page(clerk(), row).status_code == 403


def test_a_destroyed_file_is_told_as_gone(office, row):
    archive_files.destroy_due(at=datetime(2040, 1, 1, tzinfo=KST))
    assert "Download the file" not in page(office, row).content.decode()
    assert download(office, row).status_code == 410
    assert not DataView.objects.exists()


def test_nothing_is_added_changed_or_deleted(office, row):
    paths = [reverse("admin:billing_usagearchive_add"), reverse("admin:billing_usagearchive_delete", args=[row.pk]),
             reverse("admin:billing_usagearchive_change", args=[row.pk])]  # fmt: skip
    assert [office.post(path, {"rows": 0}).status_code for path in paths] == [403, 403, 403]
