"""Why a purchase is refunded or not, in sentences that show their numbers (upstage/16)."""

from datetime import date
from decimal import Decimal

from billing.rules.bought import Base, Bought
from billing.rules.conditions import FULL_REFUND_DAYS, SMALL_BALANCE_PERCENT
from upstage_console.kernel.clauses import Reason
from upstage_console.kernel.figures import grouped
from upstage_console.kernel.wording import day


def whole(one: Bought, currency: str) -> Reason:
    """Everything that is left goes back under 16.1."""
    net, tax_of_it = one.net - one.refunded_net, one.tax - one.refunded_tax
    paid, tax = grouped(net), grouped(tax_of_it)
    return Reason(
        ("upstage/16.1", "upstage/20.1.1"),
        f"{day(one.paid_on, 'ko')}에 결제했고 {FULL_REFUND_DAYS}일이 끝나는 {day(one.full_until, 'ko')} 24:00 전이며 "
        f"이 구매의 유상 크레딧을 쓰지 않았으므로 전액 환불됩니다: {paid} + 세액 {tax} {currency}.",
        f"Paid on {day(one.paid_on, 'en')}, within the {FULL_REFUND_DAYS} days that end with "
        f"{day(one.full_until, 'en')}, and none of its paid credits used: all of it is refunded, {paid} + tax {tax} "
        f"{currency}.",
        {"paid_on": one.paid_on, "full_until": one.full_until, "amount": net, "tax": tax_of_it},
    )


def closed(one: Bought) -> Reason:
    """Within its seven days, but used; a hold counts as use, what went back does not."""
    used = grouped(one.credits - one.refunded - one.left + one.held)
    return Reason(
        ("upstage/16.1",),
        f"유상 크레딧 {grouped(one.credits)} 중 사용분이 {used}이므로 {FULL_REFUND_DAYS}일 안의 환불은 할 수 없습니다. "
        f"{day(one.full_until, 'ko')} 뒤에는 남은 잔액으로 판단합니다.",
        f"{used} of its {grouped(one.credits)} paid credits are used, so the refund of the first {FULL_REFUND_DAYS} "
        f"days is closed. After {day(one.full_until, 'en')} the remaining balance decides.",
        {"credits": one.credits, "left": one.left, "held": one.held},
    )


def part(one: Bought) -> Reason:
    """A consumer's unused part within the seven days, where the setting grants it."""
    left = grouped(one.left - one.held)
    return Reason(
        ("upstage/16.1", "upstage/20.1"),
        f"{day(one.full_until, 'ko')} 24:00까지는 사용하지 않은 만큼 환불됩니다: {left}.",
        f"To the end of {day(one.full_until, 'en')} the unused {left} are refunded.",
        {"credits": one.credits, "left": one.left, "held": one.held},
    )


def used_up(one: Bought) -> Reason:
    """Nothing of it is left."""
    return Reason(
        ("upstage/16.1",),
        f"이 구매의 유상 크레딧 {grouped(one.credits)} 중 남은 것이 없습니다. 사용한 크레딧은 환불되지 않습니다.",
        f"None of its {grouped(one.credits)} paid credits is left. Used credits are not refunded.",
        {"credits": one.credits, "left": one.left, "held": one.held},
    )


def expired(expired_on: date) -> Reason:
    """Its five years are over."""
    return Reason(
        ("upstage/15.4", "upstage/16.2"),
        f"유효기간이 {day(expired_on, 'ko')}에 끝나 소멸했습니다. 환불은 유효기간이 끝나기 전에만 할 수 있습니다.",
        f"These credits expired with {day(expired_on, 'en')}. A refund is possible only before.",
        {"expired_on": expired_on},
    )


def too_small(credits: Decimal) -> Reason:
    """What is left comes to less than half of the smallest unit of money."""
    left = grouped(credits)
    return Reason(
        ("upstage/16.2",),
        f"남은 크레딧 {left}은 돈으로 환산하면 0이므로 그대로 둡니다.",
        f"The {left} credits that are left come to no money at all, so they stay.",
        {"left": credits},
    )


def void() -> Reason:
    """What was left went when the time after a withdrawal was over (3.5.1)."""
    return Reason(
        ("upstage/3.5.1", "upstage/16.3"),
        "탈퇴 후 보관 기간이 끝나 남은 크레딧이 소멸했습니다.",
        "What was left of them is void: the time for which credits are kept after leaving is over.",
    )


def refunded(one: Bought, on: date) -> Reason:
    """It went back before, or is asked back in a request that is still looked at."""
    back = grouped(one.refunded_net + one.refunded_tax)
    return Reason(
        ("upstage/16.1", "upstage/16.2"),
        f"이 구매의 환불은 이미 처리했거나 진행 중입니다: {day(on, 'ko')}, 세액 포함 {back}.",
        f"This purchase was refunded already, or its refund is under way: {day(on, 'en')}, {back} with tax.",
        {"refunded_on": on, "refunded": one.refunded_net + one.refunded_tax},
    )


def measured(one: Bought, base: Base | None, *, is_open: bool) -> Reason:
    """The 40 % of 16.2, met or not."""
    if base is None:
        raise ValueError("a purchase past its days is measured on a recharge")
    left, amount, limit = map(grouped, (base.left, base.amount, base.limit))
    sign, ko, en = ("≤", "환불됩니다", "is refunded") if is_open else (">", "환불 대상이 아닙니다", "is not refunded")
    percent = SMALL_BALANCE_PERCENT
    return Reason(
        ("upstage/16.2",),
        f"남은 유상 잔액 {left} {sign} {limit} = 마지막 충전({day(base.recharged_on, 'ko')}) 직후 유상 잔액 {amount}의 "
        f"{percent}%. 따라서 이 구매에서 남은 크레딧({grouped(one.left - one.held)})은 {ko}.",
        f"Remaining paid balance {left} {sign} {limit} = {percent} % of the {amount} right after the last recharge "
        f"({day(base.recharged_on, 'en')}): what is left of it, {grouped(one.left - one.held)}, {en}.",
        {"left": base.left, "base": base.amount, "limit": base.limit, "recharged_on": base.recharged_on},
    )
