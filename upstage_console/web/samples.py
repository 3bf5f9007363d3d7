"""What the style guide shows: every component in every state, with names as long as Korean names get."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator

from upstage_console.kernel.clauses import Reason
from upstage_console.kernel.clock import KST
from upstage_console.web.forms import SampleForm

LONG = "주식회사 가나다라마바사아자차카타파하 인공지능 문서이해 연구개발 본부 데이터플랫폼 운영실"
REASON = Reason(
    ("upstage/15.3", "upstage/15-2.1"),
    "무상 크레딧을 먼저 씁니다: 1,234 토큰 × 0.25원 = 308.5원, 무상 300원과 유상 8.5원에서 냈습니다.",
    "Free credits go first: 1,234 tokens × ₩0.25 = ₩308.5, paid from ₩300 free and ₩8.5 paid credits.",
    {"tokens": 1234, "price": Decimal("0.25")},
)


def style_samples(at: datetime) -> dict[str, Any]:
    today = at.astimezone(KST).date()
    days = [today - timedelta(days=29 - step) for step in range(30)]
    amounts = [Decimal((step * 7919) % 4300) for step in range(30)]
    bars = [
        {
            "day": day,
            "value": amount,
            "parts": [_part("Solar LLM", amount * 2 // 3, 1), _part("Document AI", amount - amount * 2 // 3, 2)],
        }
        for day, amount in zip(days, amounts, strict=True)
    ]
    return {
        "at": at,
        "long": LONG,
        "reason": REASON,
        "bars": bars,
        "today": today,
        "nothing": [{"day": day, "value": Decimal(0)} for day in days],
        "flow": [
            {"day": day, "free": Decimal(20000 - step * 600), "paid": Decimal(40000 if step > 9 else 8000)}
            for step, day in enumerate(days)
        ],
        "dates": [today + timedelta(days=step) for step in (30, 3, 0, -2)],
        "shares": [_part("A", 16790, 2), _part("B", 30000, 1), _part("C", 10000, 3)],
        "amounts": [
            Decimal("56790"),
            Decimal(0),
            Decimal("-1200"),
            Decimal("0.123456"),
            Decimal("1234567890.5"),
        ],
        "filled": SampleForm({"name": "", "email": "haneul", "amount": "x", "kind": "a"}, prefix="filled"),
        "form": SampleForm(),
        "page": Paginator(range(4321), 50).page(3),
        "steps": [1, 2, 3],
        "events": [
            _event(at, "card", "accent", "100,000원을 충전했습니다.", "upstage/15.2", by=LONG),
            _event(at, "clock", "", "무상 크레딧 10,000원이 소멸했습니다.", "upstage/15.4"),
            _event(at, "warning", "danger", "이용이 정지되었습니다.", "upstage/11.1"),
        ],
    }


def _part(label: str, value: Decimal | int, tone: int) -> dict[str, Any]:
    return {"label": label, "value": value, "tone": tone}


def _event(at: datetime, icon: str, tone: str, text: str, clause: str, by: str = "") -> dict[str, Any]:
    return {"at": at, "icon": icon, "tone": tone, "text": text, "clauses": [clause], "by": by}
