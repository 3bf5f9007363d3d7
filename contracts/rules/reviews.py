"""The three reviews before a contract is accepted: their order, and when they let it through (rift/4.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contracts.enums import ReviewKind, ReviewStatus
from upstage_console.kernel.clauses import enforces

ORDER: Final = (ReviewKind.CREDIT, ReviewKind.SECURITY, ReviewKind.CONFLICT)
"""rift/4.2: credit, information security, conflict with other customers."""


@enforces("rift/4.2")
def missing(statuses: Mapping[str, str]) -> list[ReviewKind]:
    """The reviews that are not approved, in their order; while there is one nothing is concluded."""
    return [kind for kind in ORDER if statuses.get(kind) != ReviewStatus.APPROVED]


@enforces("rift/4.2")
def before(kind: str, statuses: Mapping[str, str]) -> ReviewKind | None:
    """The review that has to be decided before this one; None where it is its turn."""
    earlier = ORDER[: ORDER.index(ReviewKind(kind))]
    return next((one for one in earlier if statuses.get(one) == ReviewStatus.OPEN), None)


# The questionnaire about information security


@dataclass(frozen=True, slots=True)
class Question:
    """One question; the answers are kept under its key."""

    key: str
    ko: str
    en: str


QUESTIONNAIRE_VERSION: Final = 1
"""Goes up with every change of the questions; a review keeps the version it was made with."""

QUESTIONS: Final = (
    Question("personal_data", "처리할 개인정보의 항목과 근거가 확인되었다.",
             "What personal data is processed, and on which ground, is known."),
    Question("encryption", "전송 구간과 저장 데이터의 암호화 요구를 충족한다.",
             "Encryption in transit and at rest meets the customer's demands."),
    Question("access", "접근통제와 관리자 인증 요구를 충족한다.",
             "Access control and authentication of administrators meet the demands."),
    Question("logs", "접속기록 보관과 점검 요구를 충족한다.", "Access logs are kept and checked as demanded."),
    Question("location", "데이터 저장 위치와 국외 이전 조건을 충족한다.",
             "Where data is stored, and transfers abroad, meet the conditions."),
    Question("entrusted", "수탁자와 재수탁자가 확인되고 승인되었다.",
             "Processors and their sub-processors are known and approved."),
    Question("incidents", "침해사고 통지 기한을 지킬 수 있다.", "Incidents can be notified within the demanded time."),
    Question("return", "계약 종료 시 반환과 파기 요구를 충족한다.",
             "Return and destruction at the end of the contract meet the demands."),
)  # fmt: skip

ANSWERS: Final = ("yes", "no", "not_applicable")


@enforces("rift/4.2")
def unanswered(answers: Mapping[str, str]) -> list[str]:
    """The keys of the questions without an answer."""
    return [one.key for one in QUESTIONS if answers.get(one.key) not in ANSWERS]


# The search for conflicts


@dataclass(frozen=True, slots=True)
class Party:
    """What is compared of a customer; empty parts match nothing."""

    key: str
    name: str
    representative: str = ""
    address: str = ""
    business_item: str = ""
    domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """Another customer, and in what it meets this one."""

    key: str
    name: str
    why: tuple[str, ...]


PUBLIC_DOMAINS: Final = frozenset({"gmail.com", "naver.com", "daum.net", "hanmail.net", "kakao.com", "outlook.com"})
"""Mail addresses there say nothing about a firm."""


@enforces("rift/4.2")
def conflicts(party: Party, others: Sequence[Party], *, words: Sequence[str] = ()) -> list[Hit]:
    """The other customers that share a person, a place, a line of business or a domain, or that a search word names."""
    hits = [Hit(other.key, other.name, _shared(party, other, words)) for other in others if other.key != party.key]
    return [hit for hit in hits if hit.why]


def _shared(party: Party, other: Party, words: Sequence[str]) -> tuple[str, ...]:
    found = [name for name in COMPARED if _plain(getattr(party, name)) and _same(party, other, name)]
    if (party.domains & other.domains) - PUBLIC_DOMAINS:
        found.append("domain")
    if any(_plain(word) and _plain(word) in _plain(f"{other.name}{other.business_item}") for word in words):
        found.append("word")
    return tuple(found)


COMPARED: Final = ("representative", "address", "business_item")


def _same(party: Party, other: Party, name: str) -> bool:
    return _plain(getattr(party, name)) == _plain(getattr(other, name))


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
