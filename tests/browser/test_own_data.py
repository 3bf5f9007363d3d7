"""Taking one's data along: asked for, made by the job, downloaded after the password once more."""

import json
from zipfile import ZipFile

import pytest
from playwright.sync_api import Download

from accounts.models import DataExport, Member
from accounts.services import exports
from accounts.services.own_data import parts
from tests.browser.lived_in import firm
from tests.browser.person import Person
from upstage_console.kernel import clock
from upstage_console.kernel.models import AuditEvent
from upstage_console.scenarios.registry import discovered

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["ko", "en"])]


@pytest.fixture
def holder(transactional_db, settings, tmp_path, language) -> Member:
    settings.MEDIA_ROOT = tmp_path
    discovered()  # as a worker does: the upper apps tell what they have
    member = firm(clock.now())
    member.user.language = language
    member.user.save()
    return member


@pytest.mark.clause("upstage/6.5")
def test_member_downloads_everything(open_page, holder, language):
    me = Person(open_page(language), language)
    me.log_in(holder.user.email)
    me.page.goto("/account/data/")
    me.press("Ask for the file")
    me.reads_that("We are making your file. This page shows how far it is.")
    me.reads_that("Being made")
    exports.build_due(at=clock.now())
    me.reads_that("Ready")  # the page asks for itself
    assert DataExport.objects.get().parts_done == len(parts())
    me.follow("Download")
    with me.page.expect_download() as downloaded:
        me.proves_it_is_me()
    holds_everything(downloaded.value, holder)
    assert AuditEvent.objects.filter(action="export.downloaded").count() == 1
    me.page.goto("/account/data/")
    me.reads_that("Ask for a new file")


def holds_everything(file: Download, holder: Member) -> None:
    """Each table twice, and what is in them is this member's."""
    assert file.suggested_filename.endswith(".zip")
    with ZipFile(file.path()) as archive:
        names = {f"{part.name}.{ending}" for part in parts() for ending in ("csv", "json")}
        assert set(archive.namelist()) == {"README.txt", *names}
        (profile,) = json.loads(archive.read("profile.json"))
        invoices = json.loads(archive.read("invoices.json"))
    assert profile["number"] == holder.public_id
    assert [row["number"] for row in invoices] == list(holder.invoices.order_by("pk").values_list("number", flat=True))
