"""The text of a stored version in the shape that rules read: to hash it, to compare it."""

from accounts.models import Article, Provision, Version
from accounts.queries.terms import with_articles
from accounts.rules.comparison import Difference, Whole, compare
from accounts.rules.terms import ArticleText, ClauseText, TermsText, UnpairedText


def text_of(version: Version) -> TermsText:
    """What a version shows: its text or, where it has none, its digest. Two queries."""
    shown = "text" if version.has_text else "digest"
    articles = tuple(_article(article, shown) for article in with_articles(version).articles.all())
    return TermsText(version.effective_on, articles, version.closing_ko, version.closing_en)


def _article(article: Article, shown: str) -> ArticleText:
    clauses = tuple(
        ClauseText(row.code, getattr(row, f"{shown}_ko"), getattr(row, f"{shown}_en"))
        for row in article.provisions.all()
    )
    unpaired = tuple(UnpairedText(left["after"], left["text"]) for left in article.unpaired_en)
    title_en = article.title_en if shown == "text" else article.title_en or article.digest_title_en
    return ArticleText(article.code, article.title_ko, title_en, clauses, article.chapter_ko, unpaired)


def comparison(before: Version, after: Version) -> tuple[list[Difference], bool]:
    """Every article of two versions word by word, and whether it is texts that are compared or only digests.

    A text is never compared with a digest: where one side has only a digest, digests are.
    """
    has_text = before.has_text and after.has_text
    shown = "text" if has_text else "digest"
    return compare(_wholes(before, shown), _wholes(after, shown)), has_text


def _wholes(version: Version, shown: str) -> list[Whole]:
    return [_whole(article, shown) for article in with_articles(version).articles.all()]


def _whole(article: Article, shown: str) -> Whole:
    rows = list(article.provisions.all())
    english = (article.title_en, article.digest_title_en)
    title_en = (english[0] or english[1]) if shown == "text" else (english[1] or english[0])
    return Whole(article.code, article.title_ko, title_en, _lines(rows, f"{shown}_ko"), _lines(rows, f"{shown}_en"))


def _lines(rows: list[Provision], field: str) -> str:
    """One line per clause; a clause's own lines are run together, for what counts are the words."""
    texts = [(row, " ".join(getattr(row, field).split())) for row in rows]
    return "\n".join(f"{row.number} {text}" if row.depth else text for row, text in texts if text)
