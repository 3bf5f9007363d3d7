"""The conditions of withdrawal that are shown before every purchase and recorded with it (upstage/20.2)."""

from dataclasses import dataclass

FULL_REFUND_DAYS = 7
"""upstage/16.1"""

SMALL_BALANCE_PERCENT = 40
"""upstage/16.2"""


@dataclass(frozen=True)
class Conditions:
    """One version of the text; purchases keep the version they were made under."""

    version: str
    ko: str
    en: str


FIRST = Conditions(
    "2026-01",
    f"결제일부터 {FULL_REFUND_DAYS}일 안에 이 구매로 받은 유상 크레딧을 하나도 쓰지 않았다면 전액 환불됩니다. "
    f"그 뒤에는 남은 유상 크레딧이 마지막 충전 직후 유상 잔액의 {SMALL_BALANCE_PERCENT}% 이하일 때 "
    "남은 만큼 환불됩니다. 이미 쓴 유상 크레딧과 무상 크레딧은 환불되지 않습니다.",
    f"Within {FULL_REFUND_DAYS} days of paying, while none of this purchase's paid credits was used, all of it is "
    f"refunded. After that the remaining paid credits are refunded once they are {SMALL_BALANCE_PERCENT} % or "
    "less of the paid balance right after the last recharge. Used paid and free credits are not refunded.",
)
"""The text that the console begins with; staff post later ones."""
