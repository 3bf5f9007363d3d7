"""Reading the plain text of terms: articles, paragraphs and items of one language, numbered by their place.

Printed numbers are no guide (English starts again at 1 after every list; 26.1 begins at 3), so the place counts, and
the printed number is kept to report where the two differ. Nothing is dropped: a line without a number belongs to what
stands before it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

KOREAN, ENGLISH = "ko", "en"
HEADINGS = {
    KOREAN: re.compile(r"제\s*(\d+)\s*조(?:\s*의\s*(\d+))?(?:\s*[(（](.+)[)）])?"),
    ENGLISH: re.compile(r"Article\s+(\d+)(?:-(\d+))?(?:\s*[(（](.+)[)）])?"),
}
CHAPTER = re.compile(r"제\s*\d+\s*장\s+\S.{0,40}")
CLOSINGS = {KOREAN: re.compile(r"부\s*칙"), ENGLISH: re.compile(r"Addendum")}
NUMBERED = re.compile(r"(\d{1,2})\.\s+(\S.*)")
BULLETED = re.compile(r"[•\-–·*]\s+(\S.*)")
RUN_IN = re.compile(r"(?<=\s)(\d{1,2})\.\s+(?=\D)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an article: its indent, the printed number ("" for a bullet, None for neither), and the words."""

    indent: int
    printed: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list; level 0 is an item, deeper levels belong to the item above."""

    printed: str
    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and the lines of its list."""

    printed: str
    text: str
    lines: tuple[Item, ...] = ()

    def items(self, starts: Sequence[int] | None = None) -> list[str]:
        """The texts of the items; `starts` are the lines that begin one, where the levels do not tell."""
        if starts is None:
            starts = [place for place, line in enumerate(self.lines) if line.level == 0]
        ends = [*starts, len(self.lines)][1:]
        return [
            "\n– ".join(line.text for line in self.lines[start:end]) for start, end in zip(starts, ends, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it stands in one language; without paragraphs all of it is the lead."""

    code: str
    title: str
    chapter: str
    lead: str
    paragraphs: tuple[Paragraph, ...]
    run_in: tuple[str, ...] = ()
    """The printed numbers of items that stood within a line, with the place of their paragraph: `1: 3 4 5`."""


@dataclass(slots=True)
class Text:
    """One language of a file: the articles in order and what stands after them."""

    articles: list[Article] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """The article or closing that is being read."""

    language: str
    chapter: str = ""
    heading: re.Match[str] | None = None
    lines: list[str] = field(default_factory=list)


def read(text: str) -> dict[str, Text]:
    """The languages of the file, with their articles. What stands before the first article (a title) is left out."""
    texts: dict[str, Text] = {}
    part: _Open | None = None
    chapter = ""
    for line in text.lstrip("\ufeff").splitlines():
        words = line.strip()
        opened = _opened(words, part, chapter)
        if opened:
            _close(part, texts)
            part = opened
        elif CHAPTER.fullmatch(words):
            chapter = " ".join(words.split())
        elif part:
            part.lines.append(line)
    _close(part, texts)
    return texts


def _opened(words: str, part: _Open | None, chapter: str) -> _Open | None:
    for language, pattern in HEADINGS.items():
        if heading := pattern.fullmatch(words):
            return _Open(language, chapter if language == KOREAN else "", heading)
    if part and part.heading and CLOSINGS[part.language].fullmatch(words):
        return _Open(part.language, lines=[words])
    return None


def _close(part: _Open | None, texts: dict[str, Text]) -> None:
    if part is None:
        return
    text = texts.setdefault(part.language, Text())
    if part.heading:
        text.articles.append(_article(part.heading, part.chapter, part.lines))
    else:
        text.closing += part.lines


def _article(heading: re.Match[str], chapter: str, lines: Iterable[str]) -> Article:
    number, branch, title = heading.groups()
    lead, paragraphs = _paragraphs(_lines(lines))
    taken = [_take_apart(paragraph) for paragraph in paragraphs]
    run_in = [f"{place}: {' '.join(found)}" for place, (_, found) in enumerate(taken, start=1) if found]
    code = f"{number}-{branch}" if branch else number
    whole = tuple(paragraph for paragraph, _ in taken)
    return Article(code, (title or "").strip(), chapter, lead, whole, tuple(run_in))


def _lines(lines: Iterable[str]) -> Iterator[Line]:
    for line in lines:
        words = line.strip()
        indent = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
        if numbered := NUMBERED.fullmatch(words):
            yield Line(indent, numbered[1], numbered[2])
        elif bulleted := BULLETED.fullmatch(words):
            yield Line(indent, "", bulleted[1])
        elif words:
            yield Line(indent, None, words)


def _paragraphs(lines: Iterable[Line]) -> tuple[str, list[Paragraph]]:
    lead: list[str] = []
    paragraphs: list[Paragraph] = []
    first: Line | None = None
    for line in lines:
        if first is None and line.printed is None:
            lead.append(line.text)
            continue
        first = first or line
        if _begins_paragraph(line, first):
            paragraphs.append(Paragraph(line.printed or "", line.text))
        else:
            paragraphs[-1] = _grown(paragraphs[-1], line)
    return "\n".join(lead), paragraphs


def _begins_paragraph(line: Line, first: Line) -> bool:
    """Paragraphs look like the first one. Below bullets, a line without one is a paragraph too: they are counted."""
    if line.printed is None:
        return first.printed == "" and line.indent <= first.indent
    return bool(line.printed) == bool(first.printed) and line.indent <= first.indent


def _grown(paragraph: Paragraph, line: Line) -> Paragraph:
    if line.printed is not None:
        return replace(paragraph, lines=(*paragraph.lines, Item(line.printed, line.text, line.indent)))
    if not paragraph.lines:
        return replace(paragraph, text=f"{paragraph.text}\n{line.text}")
    last = paragraph.lines[-1]
    return replace(paragraph, lines=(*paragraph.lines[:-1], replace(last, text=f"{last.text}\n{line.text}")))


def _take_apart(paragraph: Paragraph) -> tuple[Paragraph, list[str]]:
    """The paragraph with the levels of its lines, and items that run into one another ("… 3. … 4. …") on their own.

    Numbers within a line count as items only if they follow one another without a gap through the whole list.
    """
    outer = paragraph.lines[0].level if paragraph.lines else 0  # so far, the levels are the indents
    lines = [replace(line, level=int(line.level > outer)) for line in paragraph.lines]
    found = [number for text in (paragraph.text, *(line.text for line in lines)) for number in RUN_IN.findall(text)]
    consecutive = all(int(after) == int(before) + 1 for before, after in pairwise(found))
    if len(found) < 2 or not consecutive:
        return replace(paragraph, lines=tuple(lines)), []
    text, *apart = _split(Item("", paragraph.text))
    for line in lines:
        inner, *following = _split(line)
        apart += [replace(inner, level=1 if apart else inner.level), *following]
    return replace(paragraph, text=text.text, lines=tuple(apart)), found


def _split(line: Item) -> list[Item]:
    first, *rest = RUN_IN.split(line.text)
    return [
        replace(line, text=first.strip()),
        *(Item(number, words.strip()) for number, words in zip(rest[::2], rest[1::2], strict=True)),
    ]
