"""When changed terms may take effect, for whom, and what members must be told (upstage/4.3-4.5, rift/3.2-3.4)."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.errors import NoticeTooShort, SilenceNotStated
from upstage_console.kernel import wording
from upstage_console.kernel.calendars import day_start, earliest_effective, month_of, months_later
from upstage_console.kernel.clauses import enforces

NOTICE_DAYS = 7
"""upstage/4.3, rift/3.2: clear days (I-3)."""
ADVERSE_NOTICE_DAYS = 30
"""upstage/4.3; rift/3.2, where also what is material needs them."""
FIRST_VERSION_DAYS = 0
"""A document's first version amends nothing; it only never takes effect on the day it is announced, or before."""

NOTICE_CLAUSES = {"rift": ("rift/3.2",)}
SILENCE_CLAUSES = {"rift": ("rift/3.3",)}


@enforces("upstage/4.3", "rift/3.2")
def clear_days(*, is_amendment: bool, is_adverse: bool) -> int:
    """How many clear days of notice a version needs before the day it takes effect."""
    if not is_amendment:
        return FIRST_VERSION_DAYS
    return ADVERSE_NOTICE_DAYS if is_adverse else NOTICE_DAYS


def notice_clauses(document: str) -> tuple[str, ...]:
    """What the notice of a change of this document rests on."""
    return NOTICE_CLAUSES.get(document, ("upstage/4.3",))


def silence_clauses(document: str) -> tuple[str, ...]:
    """What it rests on that silence counts as acceptance of a change of this document."""
    return SILENCE_CLAUSES.get(document, ("upstage/4.4",))


@enforces("upstage/4.3", "rift/3.2")
def require_notice(document: str, effective_on: date, *, announced: date, days: int) -> date:
    """The earliest lawful day for what is announced on `announced`. Refuses `notice_too_short` for an earlier one."""
    earliest = earliest_effective(announced, days)
    if effective_on < earliest:
        facts = {"days": days, "earliest": earliest, "effective_on": effective_on, "announced": announced}
        raise NoticeTooShort(facts=facts, clauses=notice_clauses(document))
    return earliest


@enforces("upstage/4.4")
def paid_from(effective_on: date) -> date:
    """The first day on which a version governs paid services: the 1st after the month that holds its effective day.

    An effective day on the 1st belongs to the month it opens, so 1 June governs from 1 July (upstage/2.7).
    """
    return months_later(month_of(effective_on), 1)


@enforces("upstage/4.4", "rift/3.4")
def answers_until(effective_on: date) -> datetime:
    """Until when a version may be rejected, or a contract terminated because of it: 24:00 of the day before."""
    return day_start(effective_on)


@enforces("rift/3.4")
def may_terminate(*, announced_at: datetime, effective_on: date, at: datetime) -> bool:
    """Whether a customer who disagrees with an announced change may terminate at `at`."""
    return announced_at <= at < answers_until(effective_on)


# What members are told


@dataclass(frozen=True, slots=True)
class Told:
    """A notice in both languages."""

    subject_ko: str
    subject_en: str
    body_ko: str
    body_en: str

    def __add__(self, more: "Told") -> "Told":
        """The same notice with another paragraph."""
        return Told(
            self.subject_ko, self.subject_en, f"{self.body_ko}\n\n{more.body_ko}", f"{self.body_en}\n\n{more.body_en}"
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What the notice of a version says."""

    document: str
    title_ko: str
    title_en: str
    effective_on: date
    is_amendment: bool
    is_adverse: bool
    reason_ko: str
    reason_en: str
    compare_url: str
    account_url: str


SILENCE_KO = "시행일 전날까지 거부 의사를 표시하지 않으면, 시행일에 변경된 약관에 동의한 것으로 봅니다."
SILENCE_EN = (
    "If you do not reject the change by the day before it takes effect, you are taken to have accepted it on that day."
)


@enforces("upstage/4.3", "upstage/4.4", "rift/3.3")
def require_silence_clause(told: Told) -> None:
    """Silence is consent only where the notice says so, apart and clearly (Act on Regulation of Terms, Art. 12(1)).

    The sentence is a paragraph of its own in each language. Refuses `silence_not_stated`.
    """
    stated = SILENCE_KO in told.body_ko.split("\n\n") and SILENCE_EN in told.body_en.split("\n\n")
    if not stated:
        raise SilenceNotStated


def notice_of(change: Change, *, silence_counts: bool) -> Told:
    """What members are told about a coming version, Korean first (upstage/27)."""
    told = _opening(change)
    if change.reason_ko and change.reason_en:
        told += _paragraph(change.reason_ko, change.reason_en)
    if change.document != "rift":
        told += _when(change)
    if silence_counts:
        told += _paragraph(SILENCE_KO, SILENCE_EN)
    told += _rejecting(change) if change.document != "rift" else _terminating()
    return told + _paragraph(
        f"바뀌는 내용 비교: {change.compare_url}", f"What changes, word by word: {change.compare_url}"
    )


def _paragraph(ko: str, en: str) -> Told:
    return Told("", "", ko, en)


def _opening(change: Change) -> Told:
    day_ko, day_en = korean_day(change.effective_on), english_day(change.effective_on)
    kind_ko, what_ko, what_en = (
        ("변경", "바뀝니다", "changes") if change.is_amendment else ("시행", "새로 적용됩니다", "comes into force")
    )
    adverse_ko = " 회원에게 불리하거나 중대한 변경이므로 30일 전에 알려 드립니다." if change.is_adverse else ""
    adverse_en = " The change is adverse or material, so you are told 30 days before." if change.is_adverse else ""
    return Told(
        f"「{change.title_ko}」 {kind_ko} 안내 ({day_ko} 시행)",
        f"{change.title_en} {what_en} on {day_en}",
        f"약관 「{change.title_ko}」의 내용이 {what_ko}. 시행일은 {day_ko}입니다.{adverse_ko}",
        f"{change.title_en} {what_en} on {day_en}.{adverse_en}",
    )


def _when(change: Change) -> Told:
    unit = paid_from(change.effective_on)
    return _paragraph(
        f"무료서비스에는 {korean_day(change.effective_on)}부터, 유료서비스에는 다음 결제 단위의 첫날인 "
        f"{korean_day(unit)}부터 적용됩니다.",
        f"It governs free services from {english_day(change.effective_on)} and paid services from "
        f"{english_day(unit)}, the first day of the next billing unit.",
    )


def _rejecting(change: Change) -> Told:
    return _paragraph(
        "거부하시면 유료서비스에는 시행일이 속한 결제 단위의 말일까지 종전 약관이 적용되고, 그 후 유료서비스 이용이 "
        f"종료될 수 있습니다. 동의하거나 거부하는 곳: {change.account_url}",
        "If you reject it, the earlier version governs paid services to the end of the billing unit that contains the "
        f"effective day, and paid services may end after that. Accept or reject here: {change.account_url}",
    )


def _terminating() -> Told:
    return _paragraph(
        "변경에 동의하지 않는 고객은 시행일 전까지 계약을 해지할 수 있습니다.",
        "A customer who disagrees may terminate the contract before the effective day.",
    )


def korean_day(day: date) -> str:
    """2027년 6월 22일."""
    return wording.day(day, "ko")


def english_day(day: date) -> str:
    """22 Jun 2027."""
    return wording.day(day, "en")
