"""Staff write on the notice board, tell of interruptions, end versions of APIs, and follow up what did not arrive."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Addition, Announcement, ApiVersion, Member, Notice, User
from accounts.services import api_versions, notices
from tests.admin.verbs import everything, page_of, preview, use, verb_of
from upstage_console.kernel import outbox
from upstage_console.kernel.clock import KST

BOARD = "admin:accounts_announcement_do_on_list"
VERSIONS = "admin:accounts_apiversion_do_on_list"
TEXTS = {"title_ko": "점검", "title_en": "Maintenance", "body_ko": "서버를 점검합니다.", "body_en": "We look after it."}
TEXT = notices.Text("제목", "Subject", "본문입니다.", "The body.")
LISTS = ("announcement", "apiversion", "notice")


def said(at: datetime, hours: int) -> str:
    return f"{(at + timedelta(hours=hours)).astimezone(KST):%Y-%m-%dT%H:%M}"


def drafted(office: Client) -> Announcement:
    use(office, reverse(BOARD, args=["write"]), kind="news", **TEXTS)
    return Announcement.objects.get()


def planned(office: Client, at: datetime, starts: int = 1) -> Any:
    fields = {"starts_at": said(at, starts), "ends_at": said(at, starts + 2), "ground": "1", "services": "solar, ocr"}
    return use(office, reverse(BOARD, args=["announce-maintenance"]), **TEXTS, **fields)


@pytest.mark.parametrize("name", LISTS)
def test_lists_open_empty(office: Client, name: str) -> None:
    assert office.get(reverse(f"admin:accounts_{name}_changelist")).status_code == 200


def test_a_post_is_drafted_rewritten_and_published(office: Client, amy: User, at: datetime) -> None:
    post = drafted(office)
    assert (post.published_at, post.drafted_by) == (None, amy)
    use(office, verb_of(post, "rewrite"), kind="news", **{**TEXTS, "title_ko": "다른 제목"})
    use(office, verb_of(post, "publish"))
    post.refresh_from_db()
    assert (post.title_ko, post.published_at, post.published_by) == ("다른 제목", at, amy)
    assert use_is_refused(office, verb_of(post, "rewrite"), kind="news", **TEXTS)


def use_is_refused(office: Client, url: str, **fields: Any) -> bool:
    before = everything()
    answer = preview(office, url, **fields)
    return answer.status_code == 409 and everything() == before


def test_the_preview_shows_the_post_and_leaves_nothing(office: Client, member: Member) -> None:
    post = drafted(office)
    before = everything()
    page = preview(office, verb_of(post, "publish"), tell_members="on").content.decode()
    assert "서버를 점검합니다." in page
    assert member.user.email in page
    assert everything() == before


def test_of_many_mails_the_preview_shows_some_and_how_many(office: Client, make_member: Callable[[], Member]) -> None:
    post = drafted(office)
    for _number in range(6):
        make_member()
    page = preview(office, verb_of(post, "publish"), tell_members="on")
    rows = {str(row.label): row.after for row in page.context["effect"].rows}
    assert rows["Messages that will be sent"] == "6"
    assert sum(mail.is_sent for mail in page.context["effect"].mails) == 4


def test_a_draft_is_thrown_away(office: Client) -> None:
    post = drafted(office)
    use(office, verb_of(post, "drop"))
    assert not Announcement.objects.exists()


def test_a_published_post_is_corrected_beside_it(office: Client) -> None:
    post = drafted(office)
    assert use_is_refused(office, verb_of(post, "add"), text_ko="가", text_en="a")
    use(office, verb_of(post, "publish"))
    use(office, verb_of(post, "add"), text_ko="고칩니다.", text_en="Corrected.")
    assert Addition.objects.get().text_ko == "고칩니다."


@pytest.mark.clause("upstage/12.2")
def test_maintenance_is_announced_moved_and_called_off(office: Client, at: datetime) -> None:
    planned(office, at)
    post = Announcement.objects.get()
    assert (post.kind, post.services, post.starts_at) == ("maintenance", ["solar", "ocr"], at + timedelta(hours=1))
    use(office, verb_of(post, "move-end"), ends_at=said(at, 8))
    use(office, verb_of(post, "call-off"))
    post.refresh_from_db()
    assert (post.ends_at, post.called_off_at) == (at + timedelta(hours=8), at)
    assert Addition.objects.count() == 2


@pytest.mark.clause("upstage/12.2")
def test_maintenance_that_has_begun_is_not_announced(office: Client, at: datetime) -> None:
    fields = {"starts_at": said(at, -1), "ends_at": said(at, 1), "ground": "1"}
    assert use_is_refused(office, reverse(BOARD, args=["announce-maintenance"]), **TEXTS, **fields)


def test_an_outage_is_reported_and_ended(office: Client, at: datetime) -> None:
    use(office, reverse(BOARD, args=["report-outage"]), **TEXTS, starts_at=said(at, -2), ground="4")
    post = Announcement.objects.get()
    assert (post.ground, post.ends_at) == (4, None)
    use(office, verb_of(post, "end-outage"), ended_at=said(at, -1))
    post.refresh_from_db()
    assert post.ends_at == at - timedelta(hours=1)


def test_a_post_offers_only_what_fits_its_kind(office: Client, at: datetime) -> None:
    planned(office, at)
    page = office.get(page_of(Announcement.objects.get()))
    assert {button.name for button in page.context["buttons"]} == {"add", "move-end", "call-off"}


@pytest.mark.clause("upstage/12-2.4")
def test_a_version_is_brought_out_and_its_end_announced(office: Client, member: Member, at: datetime) -> None:
    use(office, reverse(VERSIONS, args=["change"]), service="solar", version="v2", audience="all")
    version = ApiVersion.objects.get()
    assert str(version.old_until) == "2026-12-18"
    assert use_is_refused(office, verb_of(version, "end"), ends_on="2026-12-18", audience="all")
    use(office, verb_of(version, "end"), ends_on="2026-12-19", audience="all", successor="v3")
    version.refresh_from_db()
    assert (str(version.ends_on), version.successor) == ("2026-12-19", "v3")
    assert Notice.objects.filter(member=member, about="api_version").count() == 2


def test_the_end_of_a_version_opens_with_the_earliest_day(office: Client, amy: User, at: datetime) -> None:
    version = api_versions.record(service="solar", version="v1", by=amy, at=at)
    page = office.get(verb_of(version, "end")).content.decode()
    assert "2026-12-19" in page


def test_a_version_is_listed_without_telling_anybody(office: Client, member: Member) -> None:
    use(office, reverse(VERSIONS, args=["list"]), service="solar", version="v1")
    assert ApiVersion.objects.get().version == "v1"
    assert not Notice.objects.exists()


@pytest.mark.clause("upstage/27")
def test_a_notice_that_came_back_is_found_and_sent_again(office: Client, member: Member, at: datetime) -> None:
    notice = notices.notify(member_id=member.pk, about="test", text=TEXT, key="a", at=at)
    assert preview(office, verb_of(notice, "bounced")).status_code == 409
    outbox.deliver_due(at=at)
    use(office, verb_of(notice, "bounced"), reason="550 no such user")
    changelist = reverse("admin:accounts_notice_changelist")
    found = [len(office.get(changelist, {"delivery": state}).context["cl"].queryset) for state in ("bounced", "mailed")]
    assert found == [1, 0]
    use(office, verb_of(notice, "send-again"))
    outbox.deliver_due(at=at)
    notice.refresh_from_db()
    assert (notice.mailed_at, notice.bounced_at, len(mail.outbox)) == (at, None, 2)


VERBS = [("announcement", "write"), ("announcement", "report-outage"), ("apiversion", "change")]


@pytest.mark.parametrize(("model", "verb"), VERBS)
def test_whoever_may_not_publish_sees_no_verb(clerk: Callable[..., Client], model: str, verb: str) -> None:
    client = clerk(f"accounts.view_{model}")
    assert client.get(reverse(f"admin:accounts_{model}_do_on_list", args=[verb])).status_code == 403
    assert client.get(reverse(f"admin:accounts_{model}_changelist")).context["buttons"] == []
