"""Drafting the next version of a document: copied from the one before, changed article by article (upstage/4.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import DocumentKind
from accounts.errors import DayTaken, DraftIncomplete, NotADraft
from accounts.models import Article, Document, Provision, Version
from accounts.queries.amendments import earliest_day
from accounts.queries.terms import with_articles
from accounts.rules.drafting import is_article_number, numbered
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import ONE_DAY, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import NotFound

CLAUSES = ("upstage/4.3",)
WRITTEN_HERE = "written here"
"""Stands for the hash of a file where the text of a draft came from none."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause as an editor gives it: its depth (0 the article itself, 1 paragraph, 2 item), text and digest."""

    depth: int
    text_ko: str
    text_en: str = ""
    digest_ko: str = ""
    digest_en: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is said about a draft as a whole."""

    effective_on: date
    is_adverse: bool
    reason_ko: str
    reason_en: str
    closing_ko: str = ""
    closing_en: str = ""


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article as an editor gives it; numbers of clauses follow from their order."""

    code: str
    title_ko: str
    title_en: str = ""
    chapter_ko: str = ""
    clauses: Sequence[Clause] = field(default_factory=tuple)


@transaction.atomic
def new_document(
    *, code: str, title_ko: str, title_en: str, service: str, by: Any, at: datetime, reason: str = ""
) -> Document:
    """A new document: the terms of an individual service, or (without one) general terms nobody has to agree to."""
    kind = DocumentKind.SERVICE if service else DocumentKind.GENERAL
    last = Document.objects.order_by("-position").values_list("position", flat=True).first() or 0
    document = Document.objects.create(
        code=code, title_ko=title_ko, title_en=title_en, kind=kind, service=service, position=last + 1
    )
    audit.record("terms.document_made", document, by=by, at=at, reason=reason, clauses=["upstage/5.1"])
    return document


@enforces("upstage/4.3")
@transaction.atomic
def draft_next(document_id: int, *, by: Any, at: datetime, before: Version | None = None, reason: str = "") -> Version:
    """A draft of the next version: a copy of `before`, by default the newest published version; empty without one.

    It is dated on the earliest lawful day that is free, and is nobody's text until it is published.
    """
    document = Document.objects.select_for_update(of=("self",)).get(pk=document_id)
    source = before or _newest(document)
    draft = _empty(document, source, by=by, at=at)
    if source is not None:
        _copy(source, draft)
    audit.record("terms.drafted", draft, by=by, at=at, reason=reason, clauses=CLAUSES, facts={"from": source or "–"})
    return draft


@transaction.atomic
def change(version_id: int, draft: Draft, *, by: Any, at: datetime) -> Version:
    """What is said about the draft as a whole. Refuses `text_published`, `day_taken`."""
    version = _locked(version_id)
    if _taken(version.document_id, draft.effective_on, but=version.pk):
        raise DayTaken(facts={"day": draft.effective_on})
    for name in ("effective_on", "is_adverse", "reason_ko", "reason_en", "closing_ko", "closing_en"):
        setattr(version, name, getattr(draft, name))
    version.label = draft.effective_on.isoformat()
    version.save()
    facts = {"effective_on": draft.effective_on, "adverse": draft.is_adverse}
    audit.record("terms.draft_changed", version, by=by, at=at, clauses=CLAUSES, facts=facts)
    return version


@transaction.atomic
def write_article(version_id: int, article: ArticleDraft, *, by: Any, at: datetime, was: str = "") -> Article:
    """Write an article of a draft anew; `was` is the number it had, without one it is added at the end.

    Clauses are numbered by their order: paragraphs from 1, items from 1 in each paragraph; a single text without
    number is the article itself. Refuses `text_published`, and `draft_incomplete` for an article without a clause, an
    item without a paragraph, or a number that another article has.
    """
    version = _locked(version_id)
    codes = _codes(version, article, was)
    row = _article(version, article, was)
    row.provisions.all().delete()
    _write_clauses(row, article.clauses, codes)
    facts = {"article": article.code}
    audit.record("terms.article_written", version, by=by, at=at, clauses=CLAUSES, facts=facts)
    return row


@transaction.atomic
def remove_article(version_id: int, code: str, *, by: Any, at: datetime) -> None:
    """Take an article out of a draft. Refuses `text_published`, `not_found`."""
    version = _locked(version_id)
    found = version.articles.filter(code=code).first()
    if found is None:
        raise NotFound
    found.delete()
    audit.record("terms.article_removed", version, by=by, at=at, clauses=CLAUSES, facts={"article": code})


@transaction.atomic
def discard(version_id: int, *, by: Any, at: datetime, reason: str = "") -> None:
    """Throw a draft away. Refuses `text_published`."""
    version = _locked(version_id)
    facts = {"document": version.document.code, "effective_on": version.effective_on}
    audit.record("terms.draft_discarded", version, by=by, at=at, reason=reason, clauses=CLAUSES, facts=facts)
    version.delete()


def _locked(version_id: int) -> Version:
    version: Version | None = Version.objects.filter(pk=version_id).locked().select_related("document").first()
    if version is None:
        raise NotFound
    if version.published_at is not None:
        raise NotADraft
    return version


def _newest(document: Document) -> Version | None:
    return document.versions.filter(published_at__isnull=False).order_by("-effective_on").first()


def _empty(document: Document, source: Version | None, *, by: Any, at: datetime) -> Version:
    has_text = source is None or source.has_text
    version = Version(
        document=document,
        effective_on=kst_date(at),
        text_imported_at=at if has_text else None,
        source_sha256=WRITTEN_HERE if has_text else "",
        drafted_by=audit.actor(by),
    )
    if source is not None:
        version.closing_ko, version.closing_en = source.closing_ko, source.closing_en
    version.effective_on = _free_day(document, earliest_day(version, announced=kst_date(at)))
    version.label = version.effective_on.isoformat()
    version.save()
    return version


def _codes(version: Version, article: ArticleDraft, was: str) -> list[str]:
    """The numbers of the clauses, where the article can be written so."""
    codes = numbered(f"{version.document.code}/{article.code}", [clause.depth for clause in article.clauses])
    is_own = article.code == was or not version.articles.filter(code=article.code).exists()
    if not (is_article_number(article.code) and is_own):
        raise DraftIncomplete(facts={"missing": _("a number of its own for the article")})
    if not codes:
        raise DraftIncomplete(facts={"missing": _("a paragraph for each item")})
    return codes


def _free_day(document: Document, day: date) -> date:
    while _taken(document.pk, day):
        day += ONE_DAY
    return day


def _taken(document_id: int, day: date, but: int | None = None) -> bool:
    return Version.objects.filter(document=document_id, effective_on=day).exclude(pk=but).exists()


def _copy(source: Version, draft: Version) -> None:
    for article in with_articles(source).articles.all():
        rows = list(article.provisions.all())
        article.pk, article.version = None, draft
        article._state.adding = True
        article.save()
        made: dict[str, Provision] = {}
        for row in rows:
            row.parent = made[row.code.rpartition(".")[0]] if row.parent_id else None
            row.pk, row.article = None, article
            row._state.adding = True
            row.save()
            made[row.code] = row


def _article(version: Version, article: ArticleDraft, was: str) -> Article:
    row = version.articles.filter(code=was).first() if was else None
    if row is None:
        last = version.articles.order_by("-position").values_list("position", flat=True).first() or 0
        row = Article(version=version, position=last + 1)
    row.code, row.title_ko, row.title_en = article.code, article.title_ko, article.title_en
    row.chapter_ko = article.chapter_ko
    if was and was != article.code:
        row.unpaired_en = []
    row.save()
    return row


def _write_clauses(article: Article, clauses: Sequence[Clause], codes: Sequence[str]) -> None:
    made: dict[str, Provision] = {}
    for position, (clause, code) in enumerate(zip(clauses, codes, strict=True), start=1):
        made[code] = Provision.objects.create(
            article=article,
            parent=made[code.rpartition(".")[0]] if clause.depth == 2 else None,
            code=code,
            position=position,
            depth=clause.depth,
            text_ko=clause.text_ko,
            text_en=clause.text_en,
            digest_ko=clause.digest_ko,
            digest_en=clause.digest_en,
        )
