"""The page of one's own data, and of advertising: the owner's, and nobody else's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.test import Client

from accounts.models import Case, DataExport, MarketingConsent, Member, StoredData
from accounts.services import blocking, exports, marketing, stored_data
from accounts.services.stored_data import Content
from tests.pages.conftest import AT
from upstage_console.kernel import clock
from upstage_console.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def files(monkeypatch: pytest.MonkeyPatch) -> InMemoryStorage:
    storage = InMemoryStorage()
    monkeypatch.setattr(default_storage, "_wrapped", storage)
    return storage


@pytest.fixture
def mine(client: Client, member: Member) -> Client:
    """A browser in which the member has just given the password."""
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def other(stranger: Member) -> Client:
    client = Client()
    client.force_login(stranger.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def item(member: Member) -> StoredData:
    content = Content("async_output", ContentFile(b"<script>alert(1)</script>"), AT, name="out.html", service="ocr")
    row = stored_data.store(member.pk, content, by=None, at=AT)
    assert row is not None
    return row


@pytest.fixture
def export(member: Member) -> DataExport:
    row = exports.ask(member.pk, by=member.user, at=AT)
    exports.build(row.pk, at=AT)
    row.refresh_from_db()
    return row


def test_the_page_shows_what_is_stored_and_until_when(mine: Client, item: StoredData) -> None:
    text = mine.get("/account/data/").content.decode()
    assert "out.html" in text
    assert f"/account/data/stored/{item.public_id}/" in text


@pytest.mark.parametrize("path", ["/account/data/", "/account/advertising/"])
def test_signed_out_is_led_to_the_log_in(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Location"].startswith("/accounts/login/")) == (302, True)


def test_asking_for_the_file_puts_it_on_the_page(mine: Client, member: Member) -> None:
    answer = mine.post("/account/data/export/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/data/")
    row = DataExport.objects.get()
    assert (row.member_id, row.status) == (member.pk, "requested")
    text = mine.get("/account/data/").content.decode()
    assert f'hx-get="/account/data/export/{row.public_id}/"' in text
    assert mine.post("/account/data/export/").status_code == 409
    assert mine.get("/account/data/export/").status_code == 405


def test_the_progress_is_asked_for_until_it_is_there(mine: Client, member: Member) -> None:
    row = exports.ask(member.pk, by=member.user, at=AT)
    path = f"/account/data/export/{row.public_id}/"
    running = mine.get(path, headers={"HX-Request": "true"})
    assert (b"hx-trigger" in running.content, "HX-Refresh" in running) == (True, False)
    exports.build(row.pk, at=AT)
    done = mine.get(path, headers={"HX-Request": "true"})
    assert (b"hx-trigger" in done.content, done["HX-Refresh"]) == (False, "true")
    assert mine.get(path)["Location"] == "/account/data/"


def test_the_file_is_downloaded_by_its_owner_alone(mine: Client, other: Client, export: DataExport) -> None:
    path = f"/account/data/export/{export.public_id}/download/"
    answer = mine.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert AuditEvent.objects.filter(action="export.downloaded").count() == 1
    assert other.get(path).status_code in (302, 404)
    assert other.get(f"/account/data/export/{export.public_id}/", headers={"HX-Request": "true"}).status_code == 404
    assert AuditEvent.objects.filter(action="export.downloaded").count() == 1


def test_the_download_asks_who_it_is(member: Member, export: DataExport) -> None:
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    with clock.fixed(AT):
        answer = client.get(f"/account/data/export/{export.public_id}/download/")
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]


def test_an_expired_file_says_so(mine: Client, export: DataExport) -> None:
    path = f"/account/data/export/{export.public_id}/download/"
    with clock.fixed(AT + timedelta(days=9)):
        assert mine.get(path).status_code == 409


def test_a_stored_item_comes_as_a_file_and_never_as_a_page(mine: Client, other: Client, item: StoredData) -> None:
    path = f"/account/data/stored/{item.public_id}/"
    answer = mine.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/octet-stream")
    assert answer["Content-Disposition"] == 'attachment; filename="out.html"'
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]
    assert other.get(path).status_code == 404
    assert mine.post(path).status_code == 405
    assert mine.get("/account/data/stored/dat_nonsense/").status_code == 404
    assert AuditEvent.objects.filter(action="data.downloaded").count() == 1


def test_no_item_is_read_once_its_time_is_over_or_it_is_blocked(mine: Client, item: StoredData, amy: object) -> None:
    path = f"/account/data/stored/{item.public_id}/"
    with clock.fixed(AT + timedelta(days=31)):
        assert mine.get(path).status_code == 409
    blocking.block(item.public_id, why="A right.", clause="upstage/22.9", by=amy, at=AT)
    answer = mine.get(path)
    assert (answer.status_code, "A right." in answer.content.decode()) == (409, True)
    assert not AuditEvent.objects.filter(action="data.downloaded").exists()


def test_what_was_removed_can_be_objected_to(mine: Client, item: StoredData, amy: object) -> None:
    blocking.remove(item.public_id, why="Unlawful.", clause="upstage/7.4", by=amy, at=AT)
    path = f"/account/data/stored/{item.public_id}/object/"
    assert path in mine.get("/account/data/").content.decode()
    assert "Unlawful." in mine.get(path).content.decode()
    assert mine.post(path, {"text": "내가 쓴 글입니다."}).status_code == 302
    assert Case.objects.get().reports.get().item == item.public_id


def test_who_is_blocked_objects_once(mine: Client, other: Client, item: StoredData, amy: object) -> None:
    path = f"/account/data/stored/{item.public_id}/object/"
    mine.post(path, {"text": "Nothing is blocked."})
    assert not Case.objects.exists()
    blocking.block(item.public_id, why="A right.", clause="upstage/22.9", by=amy, at=AT)
    assert "A right." in mine.get(path).content.decode()
    assert mine.post(path, {"text": "It is mine."}).status_code == 302
    assert mine.post(path, {"text": "It is mine."}).status_code == 200
    assert other.post(path, {"text": "It is not."}).status_code == 404
    case = Case.objects.get()
    assert (case.kind, case.reports.get().item) == ("rights", item.public_id)


@pytest.mark.clause("upstage/13")
def test_the_choice_of_advertising_is_kept_with_its_history(mine: Client, member: Member) -> None:
    mine.post("/account/advertising/", {"choice": "always"})
    mine.post("/account/advertising/", {"choice": "none"})
    answers = MarketingConsent.objects.order_by("pk").values_list("given", "night")
    assert list(answers) == [(True, True), (False, False)]
    assert mine.get("/account/advertising/").status_code == 200
    assert mine.post("/account/advertising/", {"choice": "perhaps"}).status_code == 200
    assert MarketingConsent.objects.count() == 2


@pytest.mark.clause("upstage/13")
def test_the_link_refuses_without_a_log_in_but_only_when_sent(member: Member) -> None:
    marketing.answer(member.pk, given=True, by=member.user, at=AT)
    client = Client(enforce_csrf_checks=True)
    path = f"/advertising/refuse/{marketing.opt_out_token(member)}/"
    assert client.get(path).status_code == 200
    assert marketing.state_of(member.pk, at=AT) is not None
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.post(path).status_code == 200
    assert marketing.state_of(member.pk, at=AT) is None
    assert MarketingConsent.objects.count() == 2


def test_a_link_that_we_did_not_sign_refuses_nothing(member: Member, client: Client) -> None:
    assert client.post(f"/advertising/refuse/{member.public_id}:forged/").status_code == 404
    assert not MarketingConsent.objects.exists()


def test_queries_do_not_grow_with_the_items(
    mine: Client, member: Member, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(3):
        stored_data.store(member.pk, Content("console", ContentFile(b"x"), AT, name=str(number)), by=None, at=AT)
        exports.build(exports.ask(member.pk, by=member.user, at=AT).pk, at=AT)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        mine.get("/account/data/")
