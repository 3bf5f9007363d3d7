"""Which document governs a topic on a day, and why the others yield (rift/2.4, 5.2).

Documents signed by both sides come before the terms; the terms before what was accepted without signatures, which
applies where it alone speaks. Within a rank: what a document itself says to prevail over, else change order > SOW >
order form > MSA, else the later one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from contracts.enums import PaperKind
from contracts.rules.terms import Said
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.wording import day

TERMS: Final = "terms"
ORDER: Final = (
    PaperKind.CHANGE_ORDER, PaperKind.SOW, PaperKind.ORDER, PaperKind.MSA, PaperKind.QUOTE, PaperKind.NDA,
    PaperKind.JOINT_PROJECT,
)  # fmt: skip
"""rift/2.4, 5.2: the earlier named prevails."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that binds: what it says about the topic, since when, and which documents it says to prevail over."""

    key: str
    kind: str
    title: str
    value: Any
    is_signed: bool
    effective_on: date
    bound_at: datetime
    prevails_over: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Loser:
    """A text that speaks of the topic and yields, with the reason."""

    key: str
    kind: str
    title: str
    value: Any
    reason: Reason


@dataclass(frozen=True, slots=True)
class Governing:
    """The value that holds, the text it stands in, why, and the texts that yield. `kind` is `terms` for the terms."""

    value: Any
    key: str
    kind: str
    title: str
    reason: Reason
    losers: tuple[Loser, ...]


@enforces("rift/2.4", "rift/5.2")
def resolve(papers: Sequence[Paper], terms: Said | None, *, on: date) -> Governing | None:
    """What governs among the documents that speak of a topic, and the terms where they do; None where nothing does.

    A document counts from the day it takes effect, so a later one never rewrites an earlier day.
    """
    held = [paper for paper in papers if paper.effective_on <= on]
    signed = ranked([paper for paper in held if paper.is_signed])
    accepted = ranked([paper for paper in held if not paper.is_signed])
    texts: list[Paper | Said] = [*signed, *([terms] if terms else []), *accepted]
    if not texts:
        return None
    winner, others = texts[0], texts[1:]
    key, kind, title, value = _named(winner)
    losers = tuple(Loser(*_named(other), why_not(winner, other)) for other in others)
    return Governing(value, key, kind, title, why(winner, alone=not others), losers)


def ranked(papers: Sequence[Paper]) -> list[Paper]:
    """Documents of one rank, the prevailing one first; the order in which they are given does not matter."""
    left, found = list(papers), []
    while left:
        free = [one for one in left if not any(_overrules(other, one) for other in left)] or left
        best = min(free, key=_place)
        found.append(best)
        left.remove(best)
    return found


def _overrules(one: Paper, other: Paper) -> bool:
    """Whether a document says to prevail over the other, which does not say the same of it."""
    return other.key in one.prevails_over and one.key not in other.prevails_over


def _place(paper: Paper) -> tuple[int, float, str]:
    return ORDER.index(PaperKind(paper.kind)), -paper.bound_at.timestamp(), paper.key


def _named(text: "Paper | Said") -> tuple[str, str, str, Any]:
    if isinstance(text, Said):
        return TERMS, TERMS, TERMS, text.value
    return text.key, text.kind, text.title, text.value


KINDS: Final = {
    PaperKind.CHANGE_ORDER: ("변경합의서", "change order"), PaperKind.SOW: ("작업 범위(SOW)", "statement of work"),
    PaperKind.ORDER: ("주문서", "order form"), PaperKind.MSA: ("마스터서비스계약(MSA)", "master services agreement"),
    PaperKind.QUOTE: ("견적서", "quote"), PaperKind.NDA: ("비밀유지계약", "non-disclosure agreement"),
    PaperKind.JOINT_PROJECT: ("공동 프로젝트 합의서", "joint project agreement"),
}  # fmt: skip


ALONE: Final = ("이 사항을 정한 것은 이 문서뿐입니다", "it alone speaks of this")
SILENT: Final = (
    "서명된 문서와 약관은 이 사항을 정하지 않았습니다",
    "no signed document and no clause of the terms speaks of this",
)


def why(winner: "Paper | Said", *, alone: bool) -> Reason:
    """Why a text governs."""
    if isinstance(winner, Said):
        return Reason(
            ("rift/2.4", winner.clause), "양 당사자가 서명한 문서가 달리 정하지 않아 약관이 적용됩니다.",
            "No document signed by both sides says otherwise, so the terms govern.",
        )  # fmt: skip
    facts = {"document": winner.key, "effective_on": winner.effective_on, "is_signed": winner.is_signed}
    since_ko, since_en = day(winner.effective_on, "ko"), day(winner.effective_on, "en")
    name_ko, name_en = KINDS[PaperKind(winner.kind)]
    if winner.is_signed:
        return Reason(
            ("rift/2.4",), f"양 당사자가 서명한 {name_ko}이며 {since_ko}부터 적용됩니다.",
            f"The {name_en} is signed by both sides and holds from {since_en}.", facts,
        )  # fmt: skip
    ko, en = ALONE if alone else SILENT
    return Reason(
        ("rift/5.2",), f"서명 없이 승인된 {name_ko}: {ko}. {since_ko}부터 적용됩니다.",
        f"The {name_en} was accepted without signatures, and {en}; it holds from {since_en}.", facts,
    )  # fmt: skip


def why_not(winner: "Paper | Said", other: "Paper | Said") -> Reason:
    """Why a text yields to the one that governs."""
    if isinstance(winner, Said):
        return _because(
            "서명이 없는 문서는 약관에 우선하지 않습니다.", "What nobody signed does not outrank the terms."
        )
    if isinstance(other, Said):
        return _because(
            "양 당사자가 서명한 문서가 약관에 우선합니다.", "A document signed by both sides prevails over the terms."
        )
    if winner.is_signed and not other.is_signed:
        return _because("서명이 없는 문서입니다.", "Nobody signed it.")
    if _overrules(winner, other):
        return _because(
            "우선하는 문서가 이 문서에 우선한다고 정했습니다.", "The other says that it prevails over this one."
        )
    if winner.kind != other.kind:
        return _kinds(winner, other)
    return _because("같은 종류의 문서 중 나중 것이 우선합니다.", "Of documents of one kind the later prevails.")


def _kinds(winner: Paper, other: Paper) -> Reason:
    (first_ko, first_en), (second_ko, second_en) = KINDS[PaperKind(winner.kind)], KINDS[PaperKind(other.kind)]
    if ORDER.index(PaperKind(winner.kind)) > ORDER.index(PaperKind(other.kind)):
        return _because(
            "이 문서에 우선한다고 정한 다른 문서 다음입니다.", "It comes after a document that another prevails over."
        )
    return _because(f"순서: {first_ko} > {second_ko}.", f"Order: {first_en} > {second_en}.")


def _because(ko: str, en: str) -> Reason:
    return Reason(("rift/2.4",), ko, en)
