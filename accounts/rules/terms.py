"""The shape of a document of terms, and its fingerprint. Codes follow the Korean numbering (upstage/27)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from upstage_console.kernel.clauses import Clause


@dataclass(frozen=True, slots=True)
class ClauseText:
    """One clause in both languages; English may be missing."""

    code: str
    ko: str
    en: str = ""

    @property
    def depth(self) -> int:
        """0: a whole article, 1: a paragraph, 2: an item."""
        place = Clause.parse(self.code)
        return 2 if place.item else 1 if place.paragraph else 0

    @property
    def paragraph(self) -> str:
        """The code of the paragraph an item belongs to."""
        return self.code.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class UnpairedText:
    """English text without a Korean counterpart: after which clause it stands, and the text."""

    after: str
    text: str


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article with its clauses in reading order."""

    code: str
    title_ko: str
    title_en: str
    clauses: tuple[ClauseText, ...]
    chapter_ko: str = ""
    unpaired: tuple[UnpairedText, ...] = ()


@dataclass(frozen=True, slots=True)
class TermsText:
    """A document as of the day it takes effect."""

    effective_on: date
    articles: tuple[ArticleText, ...]
    closing_ko: str = ""
    closing_en: str = ""

    @property
    def clauses(self) -> tuple[ClauseText, ...]:
        """All clauses in reading order."""
        return tuple(clause for article in self.articles for clause in article.clauses)


def fingerprint(text: TermsText) -> str:
    """The SHA-256 of all that is shown, so that a consent can say to what it was given. Hexadecimal."""
    seen = hashlib.sha256()
    for line in _lines(text):
        seen.update("\x1f".join(line).encode() + b"\x1e")
    return seen.hexdigest()


def _lines(text: TermsText) -> list[Sequence[str]]:
    lines: list[Sequence[str]] = [(text.effective_on.isoformat(), text.closing_ko, text.closing_en)]
    for article in text.articles:
        lines.append((article.code, article.chapter_ko, article.title_ko, article.title_en))
        lines += [(clause.code, clause.ko, clause.en) for clause in article.clauses]
        lines += [(left.after, left.text) for left in article.unpaired]
    return lines
