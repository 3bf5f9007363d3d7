"""Why a text governs, and why others yield to it, in both languages."""

from datetime import date

from accounts.rules.amendments import english_day, korean_day, paid_from
from accounts.rules.governing import Held, Stance
from upstage_console.kernel.clauses import Reason

Name = tuple[str, str]
"""The title of a document in Korean and English."""

KINDS = {
    "agreement": ("별도 계약이 다른 약관에 우선합니다.", "A separate agreement prevails over all terms."),
    "service": (
        "개별 서비스의 약관이 이용약관에 우선합니다.",
        "The terms of an individual service prevail over the general terms.",
    ),
    "general": (
        "이 서비스에는 별도 계약이나 개별 약관이 없으므로 이용약관이 적용됩니다.",
        "There is no separate agreement and there are no terms of this service that hold, so the general terms govern.",
    ),
}
CONSENTS = {
    "explicit": ("명시적으로 동의하셨습니다.", "You agreed to it expressly."),
    "deemed": (
        "안내를 받고 시행일까지 거부하지 않아 동의한 것으로 봅니다.",
        "You were told and did not reject it before it took effect, so you are taken to have accepted it.",
    ),
    "refused": (
        "이후의 변경을 거부하셨으므로 종전 버전이 계속 적용됩니다.",
        "You rejected a later change, so the earlier version goes on.",
    ),
}


def why(kind: str, name: Name, held: Held, *, paid: bool) -> Reason:
    """Why the version that holds governs."""
    first_ko, first_en = KINDS[kind]
    said_ko, said_en = CONSENTS[held.consent]
    use_ko, use_en = ("유료서비스", "paid services") if paid else ("무료서비스", "free services")
    facts = {"effective_on": held.stance.effective_on, "begins_on": held.begins_on, "consent": held.consent}
    return Reason(
        clauses=("upstage/5.2", "upstage/4.5" if held.consent == "refused" else "upstage/4.4"),
        ko=f"{first_ko} 「{name[0]}」 {korean_day(held.stance.effective_on)} 버전은 {use_ko}에 "
        f"{korean_day(held.begins_on)}부터 적용됩니다. {said_ko}",
        en=f"{first_en} {name[1]}, version of {english_day(held.stance.effective_on)}, governs {use_en} from "
        f"{english_day(held.begins_on)}. {said_en}",
        facts=facts,
    )


def not_yet(name: Name, stance: Stance, *, paid: bool) -> Reason:
    """Why a newer version of the same document does not hold: rejected, never agreed to, or its day is to come."""
    version_ko, version_en = korean_day(stance.effective_on), english_day(stance.effective_on)
    if stance.consent == "refused":
        return Reason(
            ("upstage/4.5",),
            f"{version_ko} 버전은 거부하셨습니다.",
            f"You rejected the version of {version_en}.",
        )
    if not stance.is_accepted:
        return Reason(
            ("upstage/4.2",),
            f"{version_ko} 버전에는 동의하지 않으셨습니다.",
            f"You have not agreed to the version of {version_en}.",
        )
    from_day = paid_from(stance.effective_on) if paid else stance.effective_on
    return _waits(version_ko, version_en, from_day)


def _waits(version_ko: str, version_en: str, from_day: date) -> Reason:
    return Reason(
        ("upstage/4.4",),
        f"{version_ko} 버전은 유료서비스에 다음 결제 단위의 첫날인 {korean_day(from_day)}부터 적용됩니다.",
        f"The version of {version_en} governs paid services from {english_day(from_day)}, the first day of the next "
        "billing unit.",
        {"paid_from": from_day},
    )


def lower(name: Name, before: Name) -> Reason:
    """Why another document yields where both say something."""
    return Reason(
        ("upstage/5.2",),
        f"「{name[0]}」은(는) 「{before[0]}」과(와) 어긋나는 범위에서 적용되지 않습니다.",
        f"{name[1]} yields to {before[1]} as far as the two conflict.",
    )


def not_agreed(name: Name) -> Reason:
    """Why a document does not hold at all: it has effect only for those who agreed to it."""
    return Reason(
        ("upstage/4.2",),
        f"「{name[0]}」에는 동의하지 않으셨습니다.",
        f"You have not agreed to {name[1]}.",
    )
