"""A version as it is read: articles with their clauses, Korean and English side by side, prepared for the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.models import Article, Provision, Version
from accounts.queries.enforcement import Enforcement, enforcement

NOTHING = Enforcement()


@dataclass(frozen=True, slots=True)
class Side:
    """One language of a clause; a summary is the console's words, not those of the terms."""

    text: str
    is_summary: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A clause (or, without number, English text that has no Korean counterpart)."""

    code: str
    number: str
    depth: int
    korean: Side
    english: Side
    plain_ko: str = ""
    plain_en: str = ""
    enforcement: Enforcement = NOTHING


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article with its rows; `chapter` is said where a chapter begins."""

    code: str
    number: int
    branch: int
    title_ko: str
    title_en: str
    chapter: str
    rows: tuple[Row, ...]
    enforcement: Enforcement = NOTHING

    @property
    def anchor(self) -> str:
        """The anchor of the whole article."""
        return self.code


def read(version: Version, article: str = "") -> list[ReadArticle]:
    """The articles of a version (or the one with this number), in order. Two queries."""
    rows = Prefetch("provisions", Provision.objects.order_by("position"))
    articles = version.articles.prefetch_related(rows).order_by("position")
    found = list(articles.filter(code=article) if article else articles)
    chapters = ["", *(one.chapter_ko for one in found)]
    return [
        _article(one, version, "" if one.chapter_ko == before else one.chapter_ko)
        for before, one in zip(chapters, found, strict=False)
    ]


def contents(version: Version) -> Sequence[Article]:
    """The articles of a version without their clauses, for lists and for going on to the next one."""
    return list(version.articles.order_by("position").defer("unpaired_en"))


def _article(article: Article, version: Version, chapter: str) -> ReadArticle:
    number, _, branch = article.code.partition("-")
    code = f"{version.document.code}/{article.code}"
    rows: list[Row] = []
    for provision in article.provisions.all():
        rows.append(_row(provision, has_text=version.has_text))
        rows += _unpaired(article, provision.code)
    rows += _unpaired(article, "")
    whole = NOTHING if any(row.code == code for row in rows) else enforcement().get(code, NOTHING)
    return ReadArticle(
        article.code,
        int(number),
        int(branch or 0),
        article.title_ko,
        article.title_en or article.digest_title_en,
        chapter,
        tuple(rows),
        whole,
    )


def _row(provision: Provision, *, has_text: bool) -> Row:
    korean = Side(provision.text_ko) if has_text else Side(provision.digest_ko, is_summary=True)
    summary = not has_text or not provision.text_en
    english = Side(provision.digest_en, is_summary=True) if summary else Side(provision.text_en)
    return Row(
        provision.code,
        provision.number,
        provision.depth,
        korean,
        english,
        plain_ko="" if korean.is_summary else provision.digest_ko,
        plain_en="" if english.is_summary else provision.digest_en,
        enforcement=enforcement().get(provision.code, NOTHING),
    )


def _unpaired(article: Article, after: str) -> list[Row]:
    lines = [left["text"] for left in article.unpaired_en if left["after"] == after]
    return [Row("", "", 2 if after else 1, Side(""), Side("\n".join(f"• {line}" for line in lines)))] if lines else []
