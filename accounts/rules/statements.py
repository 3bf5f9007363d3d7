"""What a statement of reasons says, in Korean with English beside it (upstage/11.2, 26.3; operations.md 3.10)."""

import re
from datetime import date

from accounts.enums import SanctionKind
from upstage_console.kernel.clauses import Clause, enforces
from upstage_console.kernel.wording import Phrase, day

HANGUL = re.compile("[가-힣]")
LONGEST_FACTS = 5000


def written_day(on: date) -> Phrase:
    """A day as sentences have it: 2027년 6월 22일, 22 Jun 2027."""
    return Phrase(day(on, "ko"), day(on, "en"))


def cited(code: str) -> Phrase:
    """A clause as sentences cite it: 제7조 제1항 제7호, Article 7, paragraph 1, item 7."""
    clause = Clause.parse(code)
    branch = f"의{clause.branch}" if clause.branch else ""
    ko, en = [f"제{clause.number}조{branch}"], [f"Article {clause.article}"]
    for number, korean, english in ((clause.paragraph, "항", "paragraph"), (clause.item, "호", "item")):
        if number:
            ko.append(f"제{number}{korean}")
            en.append(f"{english} {number}")
    return Phrase(" ".join(ko), ", ".join(en))


NAMES = {
    SanctionKind.WARNING: Phrase("경고", "warning"),
    SanctionKind.SUSPENSION: Phrase("일시정지", "temporary suspension"),
    SanctionKind.TERMINATION: Phrase("영구이용정지", "permanent termination of use"),
    SanctionKind.STOP: Phrase("서비스 이용 정지", "suspension without prior notice"),
    SanctionKind.LOSS: Phrase("회원자격 상실", "loss of membership"),
}

SCOPES = {
    SanctionKind.WARNING: Phrase(
        "이용은 제한되지 않습니다. 모든 서비스를 그대로 쓸 수 있습니다.",
        "Nothing is restricted. You can go on using every service.",
    ),
    SanctionKind.LOSS: Phrase(
        "모든 서비스의 이용. 남은 크레딧은 소멸하지 않고 동결되며, 소명이 받아들여지면 그대로 돌아옵니다.",
        "Use of all services. What is left of your credits is frozen, not voided, and returns if your statement is"
        " upheld.",
    ),
}
CLOSED = Phrase(
    "모든 서비스(API 포함)의 이용과 크레딧 구매. 로그인, 알림과 청구서 열람, 요금 납부, 이의신청, 자료 내보내기, 탈퇴는"
    " 그대로 할 수 있습니다.",
    "Use of all services, the API included, and buying credits. You can still log in, read notices and invoices, pay,"
    " object, export your data and leave.",
)
REVIEWED = {
    SanctionKind.LOSS: Phrase(
        "소명이 정당하면 회원자격과 크레딧을 원래대로 되돌립니다(제3조 제4항).",
        "If it is upheld, your membership and credits are as they were before (Article 3, paragraph 4).",
    ),
    SanctionKind.STOP: Phrase(
        "이의가 정당하거나 정지 사유가 없어지면 지체 없이 이용을 재개합니다(제11조 제2항).",
        "If it is upheld, or once the ground is gone, your use is restored without delay (Article 11, paragraph 2).",
    ),
}
RESTORED_AT_ONCE = Phrase(
    "이의가 정당하면 즉시 이용을 재개합니다(제26조 제4항).",
    "If it is upheld, your use is restored immediately (Article 26, paragraph 4).",
)


@enforces("upstage/11.2", "upstage/26.3")
def missing_from(
    kind: str, *, ground: str, days: int | None, facts_ko: str, facts_en: str, source: str
) -> tuple[str, ...]:
    """The names of what a statement of reasons still lacks: who is restricted is told why, how long, how it was found.

    The facts are needed in Korean, which binds, and in English; what is temporary needs an end.
    """
    has_end = kind not in (SanctionKind.SUSPENSION, SanctionKind.STOP) or bool(days and days > 0)
    asked = {
        "ground": bool(ground),
        "days": has_end,
        "facts_ko": bool(HANGUL.search(facts_ko)) and len(facts_ko) <= LONGEST_FACTS,
        "facts_en": bool(facts_en.strip()) and len(facts_en) <= LONGEST_FACTS,
        "source": bool(source),
    }
    return tuple(name for name, given in asked.items() if not given)


def measure(kind: SanctionKind, *, ground: str, starts_on: date, ends_on: date | None) -> Phrase:
    """What is done, on which clause, from when to when."""
    name, clause, start = NAMES[kind], cited(ground), written_day(starts_on)
    if kind is SanctionKind.WARNING:
        return Phrase(
            f"{clause.ko}에 따라 {start.ko} 경고합니다.", f"You are warned under {clause.en}, on {start.en}."
        )  # fmt: skip
    if ends_on is None:
        return Phrase(
            f"{clause.ko}에 따른 {name.ko}입니다. {start.ko}부터이며 끝나는 날은 없습니다.",
            f"A {name.en} under {clause.en}, from {start.en} on. It has no end.",
        )
    end = written_day(ends_on)
    return Phrase(
        f"{clause.ko}에 따른 {name.ko}입니다. {start.ko}부터 {end.ko} 24:00까지입니다.",
        f"A {name.en} under {clause.en}, from {start.en} to the end of {end.en} (Korean time).",
    )


def scope(kind: SanctionKind) -> Phrase:
    """What is closed, and what stays open."""
    return SCOPES.get(kind, CLOSED)


@enforces("upstage/11.2", "upstage/26.4")
def redress(kind: SanctionKind, *, until: date, decided_within: int) -> Phrase:
    """How and until when to object, who decides it, and how soon (in business days)."""
    last, after = written_day(until), REVIEWED.get(kind, RESTORED_AT_ONCE)
    deed = (
        Phrase("소명서를 낼", "submit a statement") if kind is SanctionKind.LOSS else Phrase("이의를 신청할", "object")
    )
    return Phrase(
        f"콘솔의 ‘이용 상태’에서 {last.ko} 24:00까지 {deed.ko} 수 있습니다. 이 조치를 정하지 않은 다른 직원이"
        f" {decided_within}영업일 안에 결정합니다. {after.ko}",
        f"You can {deed.en} under “Standing” in the console to the end of {last.en}. Somebody who did not take part in"
        f" this decision decides within {decided_within} business days. {after.en}",
    )
