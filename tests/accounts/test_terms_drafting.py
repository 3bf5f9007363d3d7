"""Drafting the next version: a copy, changed by article, published by a verb with preview."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from accounts.errors import DayTaken, DraftIncomplete, NotADraft, NoticeTooShort
from accounts.models import Announcement, Article, Document, Provision, Version
from accounts.queries.texts import comparison, text_of
from accounts.rules.drafting import is_article_number, numbered
from accounts.rules.terms import fingerprint
from accounts.services import amendments, drafting
from accounts.services.drafting import ArticleDraft, Clause, Draft
from tests.accounts.terms_setup import amend, import_file, load_digests
from upstage_console.kernel import clock
from upstage_console.kernel.clock import KST

pytestmark = pytest.mark.django_db

AT = datetime(2027, 7, 1, 10, tzinfo=KST)
DAY = date(2027, 7, 15)


@pytest.fixture(autouse=True)
def at():
    with clock.fixed(AT):
        yield AT


@pytest.fixture
def version(db) -> Version:
    load_digests(AT)
    return import_file().version


@pytest.fixture
def draft(version, amy) -> Version:
    return drafting.draft_next(version.document_id, by=amy, at=AT)


def said(**changes) -> Draft:
    return Draft(**{"effective_on": DAY, "is_adverse": False, "reason_ko": "이유", "reason_en": "Why", **changes})


# Numbers


@pytest.mark.parametrize(
    ("depths", "codes"),
    [
        ([0], ["a/1"]),
        ([1, 2, 2, 1], ["a/1.1", "a/1.1.1", "a/1.1.2", "a/1.2"]),
        ([0, 1, 2], ["a/1", "a/1.1", "a/1.1.1"]),
        ([2], None),
        ([1, 0], None),
        ([], []),
    ],
)
def test_clauses_are_numbered_by_their_order(depths, codes):
    assert numbered("a/1", depths) == codes


@pytest.mark.parametrize(
    ("code", "is_one"), [("15", True), ("15-2", True), ("0", False), ("1.2", False), ("", False), ("x", False)]
)
def test_article_number(code, is_one):
    assert is_article_number(code) is is_one


# Services


def test_draft_is_a_copy_that_nobody_reads(version, draft):
    assert (draft.published_at, draft.effective_on) == (None, date(2027, 7, 9))
    assert [article.code for article in text_of(draft).articles] == [one.code for one in text_of(version).articles]
    assert text_of(draft).clauses == text_of(version).clauses
    assert all(one.kind == "same" for one in comparison(version, draft)[0])
    parents = Provision.objects.filter(article__version=draft, depth=2).values_list(
        "parent__article__version", flat=True
    )
    assert set(parents) == {draft.pk}


def test_another_draft_takes_the_next_free_day(draft, amy):
    assert drafting.draft_next(draft.document_id, by=amy, at=AT).effective_on == date(2027, 7, 10)


def test_article_is_written_anew_and_numbered(draft, amy):
    clauses = [Clause(1, "첫째", "First"), Clause(2, "가", "a"), Clause(1, "둘째", "Second")]
    drafting.write_article(draft.pk, ArticleDraft("3", "요금", "Fees", clauses=clauses), by=amy, at=AT, was="3")
    rows = Provision.objects.filter(article__version=draft, article__code="3").order_by("position")
    assert [row.code for row in rows] == ["upstage/3.1", "upstage/3.1.1", "upstage/3.2"]
    assert [row.parent and row.parent.code for row in rows] == [None, "upstage/3.1", None]


def test_article_is_added_and_taken_out(draft, amy):
    before = draft.articles.count()
    drafting.write_article(draft.pk, ArticleDraft("99", "새 조", clauses=[Clause(0, "글")]), by=amy, at=AT)
    assert draft.articles.order_by("-position").first().code == "99"
    drafting.remove_article(draft.pk, "99", by=amy, at=AT)
    assert draft.articles.count() == before


@pytest.mark.parametrize(
    "article",
    [
        ArticleDraft("3", "요금"),
        ArticleDraft("3", "요금", clauses=[Clause(2, "가")]),
        ArticleDraft("1", "요금", clauses=[Clause(0, "가")]),
        ArticleDraft("3.1", "요금", clauses=[Clause(0, "가")]),
    ],
)
def test_article_that_is_none_is_refused(draft, amy, article):
    before = text_of(draft)
    with pytest.raises(DraftIncomplete):
        drafting.write_article(draft.pk, article, by=amy, at=AT, was="3")
    assert text_of(Version.objects.get(pk=draft.pk)) == before


def test_day_of_another_version_is_refused(draft, amy):
    other = drafting.draft_next(draft.document_id, by=amy, at=AT)
    with pytest.raises(DayTaken):
        drafting.change(draft.pk, said(effective_on=other.effective_on), by=amy, at=AT)


def test_draft_without_reason_is_not_published(draft, amy):
    with pytest.raises(DraftIncomplete):
        amendments.publish(draft.pk, by=amy, at=AT)
    assert Version.objects.get(pk=draft.pk).published_at is None
    assert not Announcement.objects.exists()


@pytest.mark.clause("upstage/4.3")
def test_published_text_is_hashed_and_never_changed(draft, amy):
    drafting.change(draft.pk, said(), by=amy, at=AT)
    published = amendments.publish(draft.pk, by=amy, at=AT).version
    assert published.sha256 == published.source_sha256 == fingerprint(text_of(published))
    for change in (
        lambda: drafting.change(draft.pk, said(), by=amy, at=AT),
        lambda: drafting.discard(draft.pk, by=amy, at=AT),
        lambda: drafting.remove_article(draft.pk, "3", by=amy, at=AT),
    ):
        with pytest.raises(NotADraft):
            change()


def test_imported_draft_is_published_by_the_same_verb(amy):
    early = datetime(2026, 2, 1, 10, tzinfo=KST)
    load_digests(early)
    imported = import_file(at=early).version
    drafting.change(imported.pk, said(effective_on=imported.effective_on), by=amy, at=early)
    assert amendments.publish(imported.pk, by=amy, at=early).version.published_at == early


def test_first_version_needs_no_notice_but_a_day_to_come(version, amy):
    document = drafting.new_document(
        code="service-ocr", title_ko="OCR 약관", title_en="OCR terms", service="ocr", by=amy, at=AT
    )
    draft = drafting.draft_next(document.pk, by=amy, at=AT)
    drafting.write_article(draft.pk, ArticleDraft("1", "목적", clauses=[Clause(0, "글", "Text")]), by=amy, at=AT)
    drafting.change(draft.pk, said(effective_on=date(2027, 7, 1)), by=amy, at=AT)
    with pytest.raises(NoticeTooShort):
        amendments.publish(draft.pk, by=amy, at=AT)
    drafting.change(draft.pk, said(effective_on=date(2027, 7, 2)), by=amy, at=AT)
    assert amendments.publish(draft.pk, by=amy, at=AT).earliest_on == date(2027, 7, 2)


# The back office


@pytest.fixture
def office(client, amy):
    client.force_login(amy, backend="django.contrib.auth.backends.ModelBackend")
    return client


def verb(name: str, row, model: str = "version") -> str:
    return reverse(f"admin:accounts_{model}_do", args=[row.pk, name])


def confirmed(client, address: str, **given: str):
    shown = client.post(address, {"reason": "까닭", "nonce": "n", "preview": "1", **given})
    seen = shown.context["form"].data["seen"]
    return client.post(address, {"reason": "까닭", "nonce": "n", "seen": seen, "confirm": "1", **given})


def test_draft_is_made_from_its_document(office, version):
    assert confirmed(office, verb("draft", version.document, "document")).status_code == 302
    assert Version.objects.filter(document=version.document, published_at=None).count() == 1


def test_page_of_a_draft_counts_the_days_and_shows_the_notice(office, amy, draft):
    amy.language = "en"
    amy.save()
    page = office.get(reverse("admin:accounts_version_change", args=[draft.pk]))
    shown = page.content.decode()
    assert page.status_code == 200
    assert "7 whole days lie between" in shown
    assert "you are taken to have accepted it" in shown
    assert reverse("admin:accounts_version_article", args=[draft.pk, "3"]) in shown


def test_draft_is_changed_and_published_with_a_preview(office, draft):
    given = {"effective_on": "2027-07-15", "reason_ko": "이유", "reason_en": "Why"}
    assert confirmed(office, verb("change", draft), **given).status_code == 302
    preview = office.post(verb("publish", draft), {"reason": "까닭", "nonce": "n", "preview": "1"})
    assert Version.objects.get(pk=draft.pk).published_at is None
    assert "시행일 전날까지 거부" in preview.content.decode()
    assert confirmed(office, verb("publish", draft)).status_code == 302
    assert Version.objects.get(pk=draft.pk).published_at == AT
    page = office.get(reverse("admin:accounts_version_change", args=[draft.pk]))
    assert page.status_code == 200


def test_article_is_edited_in_both_languages(office, draft):
    address = reverse("admin:accounts_version_article", args=[draft.pk, "3"])
    page = office.get(address)
    rows = page.context["rows"]
    data = {"clause-TOTAL_FORMS": len(rows.forms), "clause-INITIAL_FORMS": rows.initial_form_count()}
    for form in rows:
        for name in form.fields:
            value = form[name].value()
            if name != "DELETE" and value is not None:
                data[f"{form.prefix}-{name}"] = value
    data["clause-0-text_ko"] = "고친 글"
    last = len(rows.forms) - 1
    data |= {f"clause-{last}-place": 15, f"clause-{last}-depth": 1, f"clause-{last}-text_ko": "끼운 항"}
    head = {"code": "3", "title_ko": "요금", "title_en": "Fees", "chapter_ko": ""}
    before = Provision.objects.filter(article__version=draft, article__code="3").count()
    answer = office.post(address, data | head)
    assert answer.status_code == 302, answer.context["rows"].errors
    rows_now = Provision.objects.filter(article__version=draft, article__code="3").order_by("position")
    texts = list(rows_now.values_list("text_ko", flat=True))
    assert (len(texts), texts[0]) == (before + 1, "고친 글")
    assert "끼운 항" in texts


def test_article_of_a_published_version_has_no_editor(office, version):
    assert office.get(reverse("admin:accounts_version_article", args=[version.pk, "3"])).status_code == 403
    assert Article.objects.filter(version=version, code="3").exists()


def test_draft_is_thrown_away(office, draft):
    confirmed(office, verb("discard", draft))
    assert not Version.objects.filter(pk=draft.pk).exists()


def test_service_terms_begin_with_an_empty_draft(office, version):
    address = reverse("admin:accounts_document_do_on_list", args=["service-terms"])
    given = {"code": "service-ocr", "title_ko": "OCR 약관", "title_en": "OCR terms", "service": "ocr"}
    assert confirmed(office, address, **given).status_code == 302
    assert Document.objects.get(code="service-ocr").versions.count() == 1


def test_published_version_shows_who_said_what(office, version, amy):
    later = amend(effective_on=DAY, at=AT, by=amy)
    page = office.get(reverse("admin:accounts_version_change", args=[later.pk]))
    assert page.status_code == 200
