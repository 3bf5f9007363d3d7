"""The pages of the terms: for everybody, at addresses that last."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import Version
from accounts.queries.enforcement import enforcement
from accounts.queries.reading import read
from accounts.services import terms_text
from tests.accounts.terms_setup import AT, content, import_file, load_digests
from upstage_console.kernel import clock

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/4.1")]


@pytest.fixture(autouse=True)
def at():
    with clock.fixed(AT):
        yield


@pytest.fixture
def loaded() -> None:
    load_digests()
    import_file()


def page(client, address: str, language: str = "en") -> str:
    response = client.get(address, headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.clause("rift/3.1")
def test_list_shows_every_document_and_version(client, loaded):
    shown = page(client, reverse("terms"))
    for label in ("upstage/2025-11-04", "upstage/2026-03-02", "rift/2025-12-15"):
        assert f'href="/terms/{label}/"' in shown


def test_list_without_documents_says_so(client):
    assert 'class="empty"' in page(client, reverse("terms"))


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("document", ["upstage/2025-11-04", "upstage/2026-03-02", "rift/2025-12-15"])
def test_version_shows_both_languages(client, loaded, document, language):
    shown = page(client, f"/terms/{document}/", language)
    assert '<div class="side-text' in shown
    assert f'<html lang="{language}">' in shown


def test_version_has_an_anchor_for_each_clause_and_article_once(client, loaded):
    shown = page(client, "/terms/upstage/2026-03-02/")
    for anchor in ("1", "2.2", "2.2.1", "2-2", "2-2.1", "closing"):
        assert shown.count(f'id="{anchor}"') == 1


def test_summary_is_marked_while_there_is_no_text(client, loaded):
    assert 'class="banner warn"' in page(client, "/terms/rift/2025-12-15/")


def test_full_text_stands_first_and_the_digest_behind_a_fold(client):
    text = content().decode().replace("2026년 3월 2일", "2025년 11월 4일").encode()
    load_digests()
    terms_text.import_text(terms_text.read(text), by=None, at=AT)
    version = Version.objects.get(label="2025-11-04")
    row = next(row for row in read(version, "3")[0].rows if row.code == "upstage/3.2")
    assert (row.korean.text, row.korean.is_summary) == ("늦으면 가산금이 붙습니다.", False)
    assert row.plain_ko != ""


def test_english_column_of_a_korean_text_is_the_summary():
    load_digests()
    text = content("bullets").decode().replace("2026년 4월 1일", "2025년 12월 15일").encode()
    terms_text.import_text(terms_text.read(text), by=None, at=AT)
    article = read(Version.objects.get(document__code="rift"), "2")[0]
    assert [row.english.is_summary for row in article.rows] == [True, True]
    assert article.title_en == "Definitions"


def test_unpaired_english_stands_below_its_clause(loaded):
    rows = read(Version.objects.get(label="2026-03-02"), "2-2")[0].rows
    assert [row.code for row in rows] == ["upstage/2-2.1", "upstage/2-2.2", ""]
    assert rows[2].english.text == "• Debts.\n• Invoices."


def test_article_has_its_own_address_and_leads_on(client, loaded):
    shown = " ".join(page(client, "/terms/upstage/2026-03-02/2-2/").split())
    assert 'rel="prev" href="/terms/upstage/2026-03-02/2/"' in shown
    assert 'rel="next" href="/terms/upstage/2026-03-02/3/"' in shown
    assert 'id="3.1"' not in shown


def test_earlier_version_leads_to_the_one_in_force(client, loaded):
    shown = page(client, "/terms/upstage/2025-11-04/")
    assert 'href="/terms/upstage/2026-03-02/"' in shown


def test_document_leads_to_the_version_in_force(client, loaded):
    assert client.get("/terms/upstage/").url == "/terms/upstage/2026-03-02/"


@pytest.mark.parametrize(
    ("code", "address"),
    [
        ("upstage/3.1.1", "/terms/upstage/2026-03-02/#3.1.1"),
        ("upstage/2-2.1", "/terms/upstage/2026-03-02/#2-2.1"),
        ("upstage/2", "/terms/upstage/2026-03-02/#2"),
        ("rift/17.3", "/terms/rift/2025-12-15/#17.3"),
    ],
)
def test_clause_leads_to_its_place_in_force(client, loaded, code, address):
    assert client.get(reverse("terms-clause", kwargs={"code": code})).url == address


def test_clause_leads_to_the_version_of_its_day(client, loaded):
    with clock.fixed(datetime(2026, 3, 1, 14, 59, tzinfo=UTC)):
        assert client.get("/terms/clause/upstage/3.1/").url == "/terms/upstage/2025-11-04/#3.1"


@pytest.mark.parametrize(
    "address",
    [
        "/terms/nowhere/",
        "/terms/upstage/2020-01-01/",
        "/terms/upstage/%00/",
        "/terms/nowhere/2026-03-02/",
        "/terms/upstage/2026-03-02/99/",
        "/terms/upstage/2026-03-02/2-2.1/",
        "/terms/clause/upstage/99.9/",
        "/terms/clause/upstage/99/",
        "/terms/clause/upstage/3.9/",
        "/terms/clause/nowhere/1/",
        "/terms/clause/15.3/",
        "/terms/clause/upstage/../1/",
    ],
)
def test_unknown_address_is_not_found(client, loaded, address):
    assert client.get(address).status_code == 404


def test_draft_is_not_found(client):
    import_file(at=AT - timedelta(days=300))
    assert client.get("/terms/upstage/2026-03-02/").status_code == 404


@pytest.mark.parametrize("address", ["/terms/", "/terms/upstage/", "/terms/upstage/2026-03-02/"])
def test_pages_are_only_read(client, loaded, address):
    assert client.post(address).status_code == 405


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/terms/", 3),
        ("/terms/rift/2025-12-15/", 5),
        ("/terms/rift/2025-12-15/17/", 6),
        ("/terms/clause/rift/17.3/", 2),
    ],
)
@pytest.mark.parametrize("versions", [1, 2])
def test_number_of_queries_does_not_grow(client, address, queries, versions, django_assert_max_num_queries):
    load_digests()
    if versions == 2:
        import_file()
    with django_assert_max_num_queries(queries):
        client.get(address)


def test_clause_tells_the_rules_and_stories_about_it():
    found = enforcement()["upstage/3.1"]
    assert "accounts.services.consents.agree" in [rule.place for rule in found.rules]
    assert "accounts/sign_up_needs_agreement.yaml" in [story.file for story in found.stories]


def test_rule_says_what_it_does_in_a_sentence():
    rules = {rule.place: rule.says for rule in enforcement()["upstage/3.1"].rules}
    assert rules["accounts.services.consents.agree"].startswith("Record the member's express agreement")


def test_enforcement_is_shown_on_the_clause(client, loaded):
    assert "accounts/sign_up_needs_agreement.yaml" in page(client, "/terms/upstage/2025-11-04/3/")


def test_pages_do_not_ask_who_reads(client, loaded):
    assert "sessionid" not in client.get("/terms/upstage/2026-03-02/").cookies
