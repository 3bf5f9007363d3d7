"""The texts of the terms come into the console: the console's own digest, and the full text from a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from ruamel.yaml import YAML

from accounts.models import Article, Document, Provision, Version
from accounts.rules.terms import ArticleText, ClauseText, TermsText, fingerprint
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import day_start

DATA = Path(__file__).resolve().parent.parent / "data"
DIGESTS = DATA / "terms"


@dataclass(frozen=True, slots=True)
class Digests:
    """What the digest says: by the code of a clause in Korean and English, and the English titles by article."""

    clauses: Mapping[str, tuple[str, str]]
    titles: Mapping[str, str]

    @classmethod
    def of(cls, text: TermsText) -> "Digests":
        """The digest in the shape it is loaded in."""
        return cls(
            {clause.code: (clause.ko, clause.en) for clause in text.clauses},
            {article.code: article.title_en for article in text.articles},
        )


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading one digest did; `strangers` are its clauses that the imported text does not have."""

    version: Version
    articles: int
    clauses: int
    changed: bool
    strangers: tuple[str, ...] = ()


def documents_known() -> list[dict[str, Any]]:
    """The entries of documents.yaml: code, titles, who has to agree, and by which names a text is known."""
    entries: list[dict[str, Any]] = _yaml(DATA / "documents.yaml")
    return entries


def load_documents() -> dict[str, Document]:
    """Make sure that the documents of documents.yaml exist, by code."""
    documents = {}
    for position, entry in enumerate(documents_known(), start=1):
        titles = {name: entry[name] for name in ("title_ko", "title_en", "required_of")}
        documents[entry["code"]], _ = Document.objects.update_or_create(
            code=entry["code"], defaults={**titles, "position": position}
        )
    return documents


@transaction.atomic
def load_digests(*, by: Any, at: datetime) -> list[Loaded]:
    """Load the plain-words digest of every document, beside the text where there is one. Repeats change nothing."""
    documents = load_documents()
    return [_load(row, by=by, at=at) for code, row in documents.items() if (DIGESTS / f"{code}.yaml").exists()]


def _load(document: Document, *, by: Any, at: datetime) -> Loaded:
    source = _yaml(DIGESTS / f"{document.code}.yaml")
    digest = read_digest(source)
    version = locked_version(document, digest, at=at)
    notes = {name: source.get(name, "") for name in ("note_ko", "note_en")}
    if version.has_text:
        changed, strangers = _digest_beside_text(version, digest), _strangers(version, digest)
    else:
        changed, strangers = _digest_alone(version, digest), ()
    if changed or any(getattr(version, name) != text for name, text in notes.items()):
        Version.objects.filter(pk=version.pk).update(**notes)
        audit.record("terms.digest_loaded", version, by=by, at=at, facts={"sha256": fingerprint(digest)})
    return Loaded(version, len(digest.articles), len(digest.clauses), changed, strangers)


def read_digest(source: Mapping[str, Any]) -> TermsText:
    """The digest file's content in the shape of a text."""
    articles = tuple(
        ArticleText(
            article["code"], article["title_ko"], article["title_en"],
            tuple(ClauseText(clause["code"], clause["ko"], clause["en"]) for clause in article["clauses"]),
        )
        for article in source["articles"]
    )  # fmt: skip
    return TermsText(source["effective_on"], articles)


def locked_version(document: Document, text: TermsText, *, at: datetime) -> Version:
    """The version of the day the text takes effect, locked; a new one is published unless that day is still to come.

    A version of a coming day stays a draft: publishing it needs notice (4.3).
    """
    starts_at = day_start(text.effective_on)
    Version.objects.get_or_create(
        document=document,
        effective_on=text.effective_on,
        defaults={
            "label": text.effective_on.isoformat(),
            "published_at": starts_at if starts_at <= at else None,
            "sha256": fingerprint(text),
        },
    )
    versions: Any = Version.objects.select_related("document")
    version: Version = versions.filter(document=document, effective_on=text.effective_on).locked().get()
    return version


def write_clauses(version: Version, text: TermsText, *, digests: Digests | None = None) -> None:
    """Replace the articles of a version without text. `digests` stand beside; without them `text` is the digest."""
    version.articles.all().delete()
    articles = Article.objects.bulk_create(
        Article(
            version=version, code=article.code, position=position, chapter_ko=article.chapter_ko,
            title_ko=article.title_ko, title_en=article.title_en,
            digest_title_en=digests.titles.get(article.code, "") if digests else article.title_en,
            unpaired_en=[{"after": left.after, "text": left.text} for left in article.unpaired],
        )
        for position, article in enumerate(text.articles, start=1)
    )  # fmt: skip
    rows = [
        _provision(row, clause, position, digests)
        for row, article in zip(articles, text.articles, strict=True)
        for position, clause in enumerate(article.clauses, start=1)
    ]
    paragraphs = {row.code: row for row in Provision.objects.bulk_create(row for row in rows if row.depth < 2)}
    items = [row for row in rows if row.depth == 2]
    for item in items:
        item.parent = paragraphs[item.code.rpartition(".")[0]]
    Provision.objects.bulk_create(items)


def _provision(article: Article, clause: ClauseText, position: int, digests: Digests | None) -> Provision:
    row = Provision(article=article, code=clause.code, position=position, depth=clause.depth)
    if digests is None:
        row.digest_ko, row.digest_en = clause.ko, clause.en
    else:
        row.text_ko, row.text_en = clause.ko, clause.en
        row.digest_ko, row.digest_en = digests.clauses.get(clause.code, ("", ""))
    return row


def _digest_alone(version: Version, digest: TermsText) -> bool:
    shown = fingerprint(digest)
    if version.sha256 == shown and version.articles.exists():
        return False
    write_clauses(version, digest)
    Version.objects.filter(pk=version.pk).update(sha256=shown)
    return True


def _digest_beside_text(version: Version, digest: TermsText) -> bool:
    wanted, clauses, titles = Digests.of(digest), [], []
    for row in Provision.objects.filter(article__version=version):
        now = wanted.clauses.get(row.code, ("", ""))
        if (row.digest_ko, row.digest_en) != now:
            row.digest_ko, row.digest_en = now
            clauses.append(row)
    for article in version.articles.all():
        title = wanted.titles.get(article.code, "")
        if article.digest_title_en != title:
            article.digest_title_en = title
            titles.append(article)
    Provision.objects.bulk_update(clauses, ["digest_ko", "digest_en"])
    Article.objects.bulk_update(titles, ["digest_title_en"])
    return bool(clauses or titles)


def _strangers(version: Version, digest: TermsText) -> tuple[str, ...]:
    known = set(Provision.objects.filter(article__version=version).values_list("code", flat=True))
    return tuple(clause.code for clause in digest.clauses if clause.code not in known)


@cache
def _yaml(path: Path) -> Any:
    """A file that came with the code and does not change while it runs; nobody writes into what was read."""
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
