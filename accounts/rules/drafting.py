"""The numbers of clauses, which follow from their order and depth (upstage/27: as in the Korean text)."""

from collections.abc import Sequence

from upstage_console.kernel.clauses import Clause
from upstage_console.kernel.errors import InvalidClause

ARTICLE, PARAGRAPH, ITEM = 0, 1, 2


def numbered(article: str, depths: Sequence[int]) -> list[str] | None:
    """The codes of an article's clauses; None where their depths make no article.

    A text without number (depth 0) stands first and once; an item (depth 2) stands under a paragraph.
    """
    codes: list[str] = []
    paragraph = item = 0
    for place, depth in enumerate(depths):
        if depth == PARAGRAPH:
            paragraph, item = paragraph + 1, 0
            codes.append(f"{article}.{paragraph}")
        elif depth == ITEM and paragraph:
            item += 1
            codes.append(f"{article}.{paragraph}.{item}")
        elif depth == ARTICLE and place == 0:
            codes.append(article)
        else:
            return None
    return codes


def is_article_number(code: str) -> bool:
    """Whether this is how an article is counted: 15, 15-2."""
    try:
        Clause.parse(f"terms/{code}")
    except InvalidClause:
        return False
    return "." not in code
