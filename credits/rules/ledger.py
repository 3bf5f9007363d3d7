"""What an entry of the ledger says: why it was written, with its arithmetic, in Korean and in English."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from credits.rules.expiry import YEARS_OF_PAID_CREDITS
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.figures import grouped
from upstage_console.kernel.wording import Phrase, day

KINDS = {"paid": ("유상", "paid"), "free": ("무상", "free")}


@dataclass(frozen=True)
class Movement:
    """What the rules need to know of an entry and its lot; amounts in the account's currency."""

    kind: str
    amount: Decimal
    balance_before: Decimal
    balance: Decimal
    lot_kind: str
    lot_remaining: Decimal
    expires_on: date
    clauses: tuple[str, ...]
    note: str = ""
    purchase: str = ""
    net: Decimal | None = None
    tax: Decimal | None = None
    is_late: bool = False
    """Of an expiry: what went had been held or restored after the lot's last day."""


@enforces("upstage/2.8", "upstage/3.5.1", "upstage/15.3", "upstage/15.4", "upstage/20.3")
def explained(movement: Movement) -> Reason:
    """The sentence of an entry: what moved, why by the terms, and what that leaves."""
    ko, en = SENTENCES[movement.kind](movement)
    sum_ko, sum_en = _arithmetic(movement)
    facts = {
        "amount": movement.amount,
        "balance_before": movement.balance_before,
        "balance": movement.balance,
        "lot_remaining": movement.lot_remaining,
        "expires_on": movement.expires_on,
    }
    return Reason(movement.clauses, f"{ko} {sum_ko}", f"{en} {sum_en}", facts)


def _arithmetic(movement: Movement) -> tuple[str, str]:
    sign = "+" if movement.amount > 0 else "−"
    before, moved, after = map(grouped, (movement.balance_before, abs(movement.amount), movement.balance))
    return f"잔액 {before} {sign} {moved} = {after}.", f"Balance: {before} {sign} {moved} = {after}."


def _last(movement: Movement) -> Phrase:
    return Phrase(day(movement.expires_on, "ko"), day(movement.expires_on, "en"))


def _granted(movement: Movement) -> tuple[str, str]:
    what, last = grouped(movement.amount), _last(movement)
    why = f" ({movement.note})" if movement.note else ""
    return (
        f"무상 크레딧 {what} 지급{why}, {last.ko} 24:00까지 사용 가능.",
        f"{what} free credits granted{why}, usable to the end of {last.en}.",
    )


def _bonus(movement: Movement) -> tuple[str, str]:
    what, last = grouped(movement.amount), _last(movement)
    return (
        f"충전({movement.purchase})에 따른 보너스 크레딧 {what}, {last.ko} 24:00까지 사용 가능.",
        f"{what} bonus credits for the recharge {movement.purchase}, usable to the end of {last.en}.",
    )


def _bought(movement: Movement) -> tuple[str, str]:
    what, last, years = grouped(movement.amount), _last(movement), YEARS_OF_PAID_CREDITS
    net, tax = grouped(movement.net or Decimal(0)), grouped(movement.tax or Decimal(0))
    return (
        f"유상 크레딧 {what} 충전(공급가액 {net} + 세액 {tax}), 결제일부터 {years}년인 {last.ko} 24:00까지 사용 가능.",
        f"{what} paid credits bought ({net} + tax {tax}), usable for {years} years, to the end of {last.en}.",
    )


def _used(movement: Movement) -> tuple[str, str]:
    ko, en = KINDS[movement.lot_kind]
    what, last, rest = grouped(-movement.amount), _last(movement), grouped(movement.lot_remaining)
    why = f" ({movement.note})" if movement.note else ""
    return (
        f"{last.ko}에 소멸하는 {ko} 크레딧에서 {what} 사용{why}: 무상 먼저, 소멸이 빠른 순. "
        f"이 크레딧의 남은 양 {rest}.",
        f"{what} used{why} of the {en} credits that expire on {last.en}: free first, then the earliest expiry; "
        f"{rest} are left of them.",
    )


def _expired(movement: Movement) -> tuple[str, str]:
    ko, en = KINDS[movement.lot_kind]
    what, last = grouped(-movement.amount), _last(movement)
    if movement.is_late:
        return (
            f"{ko} 크레딧 {what}, 마지막 날 {last.ko}이 지나 돌아와 바로 소멸.",
            f"{what} of the {en} credits came free after their last day, {last.en}, and expired at once.",
        )
    return (
        f"{ko} 크레딧의 남은 양 {what}, 마지막 날 {last.ko} 24:00에 소멸.",
        f"The {what} left of the {en} credits expired at the end of their last day, {last.en}.",
    )


def _voided(movement: Movement) -> tuple[str, str]:
    ko, en = KINDS[movement.lot_kind]
    what = grouped(-movement.amount)
    return (
        f"{ko} 크레딧의 남은 양 {what}, 탈퇴 후 재가입 요청 없이 유예기간이 끝나 무효.",
        f"The {what} left of the {en} credits became void: the membership had ended, and nobody asked to come back "
        "within the grace period.",
    )


def _corrected(movement: Movement) -> tuple[str, str]:
    ko, en = KINDS[movement.lot_kind]
    what, last = grouped(abs(movement.amount)), _last(movement)
    why = f" ({movement.note})" if movement.note else ""
    if movement.amount < 0:
        return (
            f"{last.ko}에 소멸하는 {ko} 크레딧에서 {what} 회수{why}: 잘못 지급된 크레딧의 정정.",
            f"{what} of the {en} credits that expire on {last.en} taken back{why}: they had come in by mistake.",
        )
    return (
        f"사용 정정{why}: {last.ko}에 소멸하는 {ko} 크레딧으로 {what} 복원, 마지막에 차감된 크레딧부터.",
        f"A use was corrected{why}: {what} went back to the {en} credits that expire on {last.en}, "
        "those burned last first.",
    )


def _refunded(movement: Movement) -> tuple[str, str]:
    what, why = grouped(-movement.amount), f" ({movement.note})" if movement.note else ""
    return (
        f"충전({movement.purchase})의 유상 크레딧 {what} 환불{why}. 남은 양 {grouped(movement.lot_remaining)}.",
        f"{what} paid credits of the purchase {movement.purchase} were refunded{why}; "
        f"{grouped(movement.lot_remaining)} are left of them.",
    )


def _bonus_ended(movement: Movement) -> tuple[str, str]:
    what, why = grouped(-movement.amount), f" ({movement.note})" if movement.note else ""
    return (
        f"충전({movement.purchase})의 쓰지 않은 보너스 크레딧 {what} 종료{why}: 혜택이 그 충전과 함께 끝남.",
        f"The unused {what} bonus credits of the recharge {movement.purchase} ended{why}, as its benefit did.",
    )


SENTENCES = {
    "grant": _granted, "bonus": _bonus, "purchase": _bought, "use": _used, "expiry": _expired, "void": _voided,
    "correction": _corrected, "refund": _refunded, "bonus_end": _bonus_ended,
}  # fmt: skip
