"""Stored content, exports and advertising at the desk."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.test import Client
from django.urls import reverse

from accounts.models import Campaign, Member, Notice, StoredData, User
from accounts.services import campaigns, exports, marketing, stored_data
from accounts.services.campaigns import Advert
from accounts.services.stored_data import Content
from tests.admin.verbs import page_of, preview, use, verb_of

pytestmark = pytest.mark.django_db
ADVERT = {
    "channel": "email", "subject_ko": "새 모델", "subject_en": "A new model", "body_ko": "본문", "body_en": "The text",
}  # fmt: skip


@pytest.fixture(autouse=True)
def files(monkeypatch: pytest.MonkeyPatch) -> InMemoryStorage:
    storage = InMemoryStorage()
    monkeypatch.setattr(default_storage, "_wrapped", storage)
    return storage


@pytest.fixture
def item(member: Member, at: datetime) -> StoredData:
    row = stored_data.store(
        member.pk, Content("console", ContentFile(b"a secret text"), at, name="a.txt"), by=None, at=at
    )
    assert row is not None
    return row


@pytest.mark.clause("upstage/22.9")
def test_blocking_is_shown_before_it_is_done(office: Client, item: StoredData) -> None:
    url = verb_of(item, "block")
    shown = preview(office, url, reason="A right.", clause="upstage/22.9").content.decode()
    assert "A right." in shown
    assert not Notice.objects.exists()
    use(office, url, reason="A right.", clause="upstage/22.9")
    item.refresh_from_db()
    assert item.blocked_why == "A right."
    use(office, verb_of(item, "unblock"), reason="A mistake.")
    item.refresh_from_db()
    assert item.blocked_at is None


@pytest.mark.clause("upstage/7.4")
def test_the_preview_of_a_deletion_deletes_nothing(office: Client, item: StoredData, files: InMemoryStorage) -> None:
    url = verb_of(item, "remove")
    preview(office, url, reason="Unlawful.", clause="upstage/7.4")
    assert files.exists(item.file.name)
    use(office, url, reason="Unlawful.", clause="upstage/7.4")
    item.refresh_from_db()
    assert item.destroy_at is not None


def test_no_page_shows_what_is_in_an_item(office: Client, item: StoredData) -> None:
    pages = [reverse("admin:accounts_storeddata_changelist"), page_of(item)]
    for page in pages:
        answer = office.get(page)
        assert answer.status_code == 200
        assert "a secret text" not in answer.content.decode()


def test_exports_are_listed(office: Client, member: Member, at: datetime) -> None:
    row = exports.ask(member.pk, by=member.user, at=at)
    assert row.public_id in office.get(reverse("admin:accounts_dataexport_changelist")).content.decode()
    assert office.get(page_of(row)).status_code == 200


@pytest.mark.clause("upstage/13")
def test_advertising_is_previewed_with_its_count_and_sent_once(office: Client, member: Member, at: datetime) -> None:
    marketing.answer(member.pk, given=True, by=member.user, at=at)
    url = reverse("admin:accounts_campaign_do_on_list", args=["send"])
    shown = preview(office, url, reason="launch", **ADVERT).content.decode()
    assert "(광고) 새 모델" in shown
    assert not Campaign.objects.exists()
    use(office, url, reason="launch", **ADVERT)
    assert Campaign.objects.get().status == "sending"
    assert campaigns.send_campaigns(at=at) == 1


def test_text_messages_are_refused_at_the_desk(office: Client) -> None:
    url = reverse("admin:accounts_campaign_do_on_list", args=["send"])
    answer = preview(office, url, reason="launch", **(ADVERT | {"channel": "sms"}))
    assert (answer.status_code, "No gateway for this channel" in answer.content.decode()) == (409, True)
    assert not Campaign.objects.exists()


def test_sending_is_stopped(office: Client, amy: User, at: datetime) -> None:
    row = campaigns.begin(Advert("제목", "Subject", "본문", "Text"), reason="launch", by=amy, at=at)
    assert office.get(page_of(row)).status_code == 200
    use(office, verb_of(row, "stop"), reason="wrong price")
    row.refresh_from_db()
    assert row.status == "stopped"


def test_the_case_file_says_what_is_stored_and_agreed(
    office: Client, member: Member, item: StoredData, at: datetime
) -> None:
    marketing.answer(member.pk, given=True, by=member.user, at=at)
    text = office.get(page_of(member)).content.decode()
    assert "Stored data" in text
    assert "Reconfirm by" in text
    assert office.get(reverse("admin:accounts_marketingconsent_changelist")).status_code == 200


@pytest.mark.parametrize("name", ["storeddata", "dataexport", "marketingconsent", "campaign"])
def test_whom_it_is_not_sees_nothing(clerk: Callable[..., Client], name: str) -> None:
    assert clerk().get(reverse(f"admin:accounts_{name}_changelist")).status_code == 403
