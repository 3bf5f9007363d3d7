"""Two texts word by word: what stays, what goes, what comes (upstage/4.3: members see what changes)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from upstage_console.kernel.clauses import enforces

SAME, REMOVED, ADDED = "same", "removed", "added"
WORDS = re.compile(r"\n|[^\S\n]+|\S+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row that stay, go or come."""

    kind: str
    text: str


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """An article as it is compared: its number, its title and its text, one line per clause, in both languages."""

    code: str
    title_ko: str
    title_en: str
    ko: str
    en: str


@dataclass(frozen=True, slots=True)
class Difference:
    """An article in two versions; `before` or `after` is None where it is new or gone."""

    before: Whole | None
    after: Whole | None
    ko: tuple[Line, ...]
    en: tuple[Line, ...]

    @property
    def kind(self) -> str:
        """same, changed, added or removed."""
        if self.before is None:
            return ADDED
        if self.after is None:
            return REMOVED
        return SAME if self.before == self.after else "changed"

    @property
    def shown(self) -> Whole:
        """The article as it will be, or as it was where it goes."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a difference has at least one side")
        return found


def pieces(before: str, after: str) -> list[Piece]:
    """The words of both texts in reading order; what goes stands before what comes in its place."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    found: list[Piece] = []
    for tag, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(SAME, "".join(old[from_old:to_old])))
            continue
        found += [
            Piece(kind, "".join(words))
            for kind, words in ((REMOVED, old[from_old:to_old]), (ADDED, new[from_new:to_new]))
            if words
        ]
    return list(_joined(found))


def _joined(found: Sequence[Piece]) -> Iterator[Piece]:
    """A blank that stays between two changes is no news: it joins them, so that phrases read as phrases."""
    removed, added = "", ""
    for place, piece in enumerate(found):
        is_blank = piece.kind == SAME and piece.text == " "
        if is_blank and 0 < place < len(found) - 1 and (removed and added):
            removed, added = removed + " ", added + " "
        elif piece.kind == REMOVED:
            removed += piece.text
        elif piece.kind == ADDED:
            added += piece.text
        else:
            yield from _changed(removed, added)
            removed, added = "", ""
            yield piece
    yield from _changed(removed, added)


def _changed(removed: str, added: str) -> Iterator[Piece]:
    if removed:
        yield Piece(REMOVED, removed)
    if added:
        yield Piece(ADDED, added)


def lines(before: str, after: str) -> tuple[Line, ...]:
    """The pieces of both texts, broken where a clause begins."""
    found: list[list[Piece]] = [[]]
    for piece in pieces(before, after):
        first, *others = piece.text.split("\n")
        if first:
            found[-1].append(Piece(piece.kind, first))
        found += [[Piece(piece.kind, text)] if text else [] for text in others]
    return tuple(tuple(line) for line in found if line)


@enforces("upstage/4.3")
def compare(before: Sequence[Whole], after: Sequence[Whole]) -> list[Difference]:
    """Every article of both versions, in the order of the new one; what is gone stands where it stood."""
    partners = _partners(before, after)
    partnered = {partner.code for partner in partners.values()}
    gone = [article for article in before if article.code not in partnered]
    found: list[Difference] = []
    for article in after:
        partner = partners.get(article.code)
        while gone and partner is not None and before.index(gone[0]) < before.index(partner):
            found.append(_difference(gone.pop(0), None))
        found.append(_difference(partner, article))
    return found + [_difference(article, None) for article in gone]


def _partners(before: Sequence[Whole], after: Sequence[Whole]) -> dict[str, Whole]:
    """The old article of each new one, by the code of the new: of the same title, else of the same number."""
    titles = {article.title_ko: article for article in before}
    partners = {article.code: titles[article.title_ko] for article in after if article.title_ko in titles}
    taken = {partner.code for partner in partners.values()}
    free = {article.code: article for article in before if article.code not in taken}
    return partners | {
        article.code: free[article.code] for article in after if article.code not in partners and article.code in free
    }


def _difference(before: Whole | None, after: Whole | None) -> Difference:
    old, new = before or Whole("", "", "", "", ""), after or Whole("", "", "", "", "")
    return Difference(before, after, lines(old.ko, new.ko), lines(old.en, new.en))
