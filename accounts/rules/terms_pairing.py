"""Putting the Korean and the English text of terms side by side, and telling wherever their structures differ.

The Korean text gives the codes (upstage/27). English is paired by article and, inside it, by structure; what has no
counterpart is kept beside the article as unpaired, never merged into something else.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from accounts.enums import Difference, Flaw
from accounts.errors import NotTerms
from accounts.rules.terms import ArticleText, ClauseText, TermsText, UnpairedText
from accounts.rules.terms_text import ENGLISH, KOREAN, Article, Paragraph, Text, read

READINGS: Mapping[str, tuple[int, tuple[int, ...]]] = {
    # 26.1 runs its items into one another: ten grounds, those under "4." each one of its own, those under "9." not.
    "upstage/26.1": (13, (0, 1, 3, 4, 5, 6, 7, 8, 9, 12)),
}
"""Where the levels of a list do not tell its items: how many lines it has, and which of them begin one."""

MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip
DATE = re.compile(
    r"(\d{4})[년.]\s*(\d{1,2})[월.]\s*(\d{1,2})일?"
    rf"|({'|'.join(MONTHS)})\s+(\d{{1,2}}),\s*(\d{{4}})"
)
EFFECTIVE = re.compile(rf"(?:{DATE.pattern})\s*(?:부터|자로|약관)\s*(?:시행|적용)")
ONLY_HERE = re.compile(r"Disclaimer\b.*")


@dataclass(frozen=True, slots=True)
class Found:
    """A difference of structure: where (article code, "" for the whole), which, and its numbers."""

    article: str
    kind: Difference
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The difference in words, with its numbers."""
        return str(self.kind.label) % self.facts


@dataclass(slots=True)
class Paired:
    """A text with both languages side by side and everything that was noticed on the way."""

    text: TermsText
    differences: list[Found]

    @property
    def pairs(self) -> int:
        """How many clauses have an English counterpart."""
        return sum(bool(clause.en) for clause in self.text.clauses)

    def count(self, depth: int) -> int:
        """How many clauses stand at this depth (1: paragraphs, 2: items)."""
        return sum(clause.depth == depth for clause in self.text.clauses)


def pair(source: str, document: str) -> Paired:
    """The text of `document` in a file's content, Korean and English paired. Refuses `not_terms`, saying why."""
    texts = read(source)
    korean, english = texts.get(KOREAN, Text()), texts.get(ENGLISH, Text())
    effective_on = _check(korean, english)
    found = list(_of_whole(korean, english))
    articles = _articles(korean, english, document, found)
    closings = [_closing(text) for text in (korean, english)]
    return Paired(TermsText(effective_on, tuple(articles), *closings), found)


def first_article(source: str) -> str:
    """The words of the first article, which names the parties. Refuses `not_terms` where there is none."""
    texts = read(source)
    if KOREAN not in texts:
        raise NotTerms(facts={"why": Flaw.NO_ARTICLES.label})
    articles = [article for text in texts.values() for article in text.articles[:1]]
    return "\n".join(part for article in articles for part in (article.lead, *(p.text for p in article.paragraphs)))


def _check(korean: Text, english: Text) -> date:
    if not korean.articles:
        raise NotTerms(facts={"why": Flaw.NO_ARTICLES.label})
    for text in (korean, english):
        codes = [article.code for article in text.articles]
        if len(codes) != len(set(codes)):
            raise NotTerms(facts={"why": Flaw.REPEATED.label})
    if not all(article.lead or article.paragraphs for article in korean.articles):
        raise NotTerms(facts={"why": Flaw.EMPTY.label})
    last = korean.articles[-2:]
    lines = [*korean.closing, *(line for article in last for p in article.paragraphs for line in (p.text, *p.items()))]
    lines += [article.lead for article in last]
    effective = [_date(match) for line in lines for match in EFFECTIVE.finditer(line)]
    if not effective:
        raise NotTerms(facts={"why": Flaw.NO_DATE.label})
    return effective[0]


def _date(match: re.Match[str]) -> date:
    year, month, day, name, day_en, year_en = match.groups()
    try:
        return date(int(year or year_en), int(month) if month else MONTHS.index(name) + 1, int(day or day_en))
    except ValueError:
        raise NotTerms(facts={"why": Flaw.NO_DATE.label}) from None


def _of_whole(korean: Text, english: Text) -> Iterator[Found]:
    if not english.articles:
        yield Found("", Difference.ONE_LANGUAGE)
        return
    chapters = {article.chapter for article in korean.articles if article.chapter}
    if chapters:
        yield Found("", Difference.CHAPTERS, {"korean": len(chapters)})
    dates = [[_date(match) for line in text.closing for match in DATE.finditer(line)] for text in (korean, english)]
    if dates[0] != dates[1]:
        one, other = ({*dates[0]} - {*dates[1]}, {*dates[1]} - {*dates[0]})
        yield Found("", Difference.DATES, {"korean": _listed(one), "english": _listed(other)})
    for line in english.closing:
        if ONLY_HERE.fullmatch(line.strip()):
            yield Found("", Difference.ONLY_ENGLISH, {"text": line.strip()})


def _closing(text: Text) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.closing)).strip()


def _listed(days: Iterable[date]) -> str:
    return ", ".join(str(day) for day in sorted(days)) or "–"


def _articles(korean: Text, english: Text, document: str, found: list[Found]) -> list[ArticleText]:
    others = {article.code: article for article in english.articles}
    paired = []
    for before, article in zip([None, *korean.articles], korean.articles, strict=False):
        other = others.pop(article.code, None)
        found += _of_article(before, article, other, single=not english.articles)
        paired.append(_side_by_side(article, other, document, found))
    for other in others.values():
        found.append(Found(other.code, Difference.ONLY_ENGLISH, {"text": other.title}))
        words = [f"Article {other.code} ({other.title})", *numbered(other, document).values()]
        paired[-1] = replace(paired[-1], unpaired=(*paired[-1].unpaired, UnpairedText("", "\n".join(words))))
    return paired


def _of_article(before: Article | None, korean: Article, english: Article | None, *, single: bool) -> Iterator[Found]:
    expected = _whole(before) + 1 if before else 1
    if _whole(korean) > expected:
        yield Found(korean.code, Difference.GAP, {"number": expected})
    yield from _printing(korean, "Korean")
    if english:
        yield from _printing(english, "English")
        loose = [_loose(article) for article in (korean, english)]
        if loose[0] != loose[1]:
            yield Found(korean.code, Difference.LOOSE, {"korean": loose[0], "english": loose[1]})
    elif not single:
        yield Found(korean.code, Difference.ONLY_KOREAN)


def _whole(article: Article) -> int:
    return int(article.code.partition("-")[0])


def _printing(article: Article, language: str) -> Iterator[Found]:
    lists = [[paragraph.printed for paragraph in article.paragraphs]]
    if article.run_in:
        yield Found(article.code, Difference.RUN_IN, {"language": language, "printed": "; ".join(article.run_in)})
    else:
        lists += [[line.printed for line in paragraph.lines if line.level == 0] for paragraph in article.paragraphs]
    for printed in lists:
        places = [str(place) for place, _ in enumerate(printed, start=1)]
        if any(printed) and printed != places:
            facts = {"language": language, "printed": " ".join(printed), "read": " ".join(places)}
            yield Found(article.code, Difference.PRINTED, facts)


def _loose(article: Article) -> int:
    texts = [text for paragraph in article.paragraphs for text in (paragraph.text, *(i.text for i in paragraph.lines))]
    return sum(text.count("\n") for text in [article.lead, *texts])


def numbered(article: Article, document: str) -> dict[str, str]:
    """The clauses of an article in one language, by their code, in the order of reading."""
    code = f"{document}/{article.code}"
    clauses = {code: article.lead} if article.lead else {}
    for place, paragraph in enumerate(article.paragraphs, start=1):
        clauses[f"{code}.{place}"] = paragraph.text
        items = _items(paragraph, f"{code}.{place}")
        clauses |= {f"{code}.{place}.{item}": text for item, text in enumerate(items, start=1)}
    return clauses


def _items(paragraph: Paragraph, code: str) -> list[str]:
    lines, starts = READINGS.get(code, (0, ()))
    return paragraph.items(starts if lines == len(paragraph.lines) else None)


def _side_by_side(korean: Article, english: Article | None, document: str, found: list[Found]) -> ArticleText:
    clauses = numbered(korean, document)
    others, unpaired = _counterparts(korean, english, document, found) if english else ({}, [])
    for code in clauses:
        if code in READINGS and READINGS[code][0] == len(korean.paragraphs[int(code.rpartition(".")[2]) - 1].lines):
            found.append(Found(korean.code, Difference.READING, {"items": len(READINGS[code][1])}))
    return ArticleText(
        korean.code,
        korean.title,
        english.title if english else "",
        tuple(ClauseText(code, text, others.get(code, "")) for code, text in clauses.items()),
        korean.chapter,
        tuple(unpaired),
    )


def _counterparts(
    korean: Article, english: Article, document: str, found: list[Found]
) -> tuple[dict[str, str], list[UnpairedText]]:
    """English texts by the code of their Korean counterpart, and what has none."""
    codes, others = numbered(korean, document), numbered(english, document)
    if bool(korean.lead) != bool(english.lead):
        found.append(Found(korean.code, Difference.LEAD))
    counts = {"korean": len(korean.paragraphs), "english": len(english.paragraphs)}
    if counts["korean"] == counts["english"]:
        return _by_place(codes, others, korean.code, found)
    if len(codes) == len(others):
        found.append(Found(korean.code, Difference.IN_ORDER, counts))
        return dict(zip(codes, others.values(), strict=True)), []
    found.append(Found(korean.code, Difference.PARAGRAPHS, counts))
    lead = f"{document}/{korean.code}"
    return {lead: others.pop(lead)} if lead in codes and lead in others else {}, [
        UnpairedText(list(codes)[-1], text) for text in others.values()
    ]


def _by_place(
    codes: Mapping[str, str], others: Mapping[str, str], article: str, found: list[Found]
) -> tuple[dict[str, str], list[UnpairedText]]:
    """Pair what has the same place; a list of another length in English stays unpaired as a whole."""
    paired, unpaired = {}, []
    for code, text in others.items():
        paragraph = _list_of(code)
        counts = {"korean": _length(codes, paragraph), "english": _length(others, paragraph)} if paragraph else {}
        if code in codes and (not counts or counts["korean"] == counts["english"]):
            paired[code] = text
            continue
        unpaired.append(UnpairedText(paragraph, text))
        if counts and Found(article, Difference.ITEMS, counts) not in found:
            found.append(Found(article, Difference.ITEMS, counts))
    return paired, unpaired


def _list_of(code: str) -> str:
    """The paragraph whose list an item belongs to; nothing for a paragraph or a whole article."""
    return code.rpartition(".")[0] if code.count(".") == 2 else ""


def _length(codes: Mapping[str, str], paragraph: str) -> int:
    return sum(_list_of(code) == paragraph for code in codes)
