"""A member asks for everything of their own, sees it become ready, and takes it away: in both languages."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from accounts.models import DataExport
from accounts.services import exports
from tests.browser.lived_in import beginner
from tests.browser.person import PASSWORD, Person
from upstage_console.kernel import clock
from upstage_console.kernel.models import AuditEvent

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path: Path) -> None:
    """Exports of a test lie in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.clause("upstage/6.5")
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_member_takes_everything_away(open_page, transactional_db, language):
    member = beginner(clock.now())
    me = Person(open_page(language), language)
    me.log_in(member.user.email)
    me.choose_language()
    me.page.goto("/account/data/")
    me.press("Ask for the file")
    me.reads(me.say("Being made"))
    exports.build_due(at=clock.now())
    me.reads(me.say("Ready"))  # the page asks for itself
    me.follow("Download")
    me.page.fill("[name=password]", PASSWORD)
    with me.page.expect_download() as coming:
        me.press("Go on")
    with ZipFile(coming.value.path()) as archive:
        assert member.public_id in archive.read("profile.json").decode()
    assert DataExport.objects.get().status == "ready"
    assert AuditEvent.objects.filter(action="export.downloaded").count() == 1
