"""Measures for tests, as staff would take them."""

from typing import Any

from accounts.enums import SanctionKind
from accounts.models import Member, Sanction
from accounts.services import sanctions
from accounts.services.sanctions import Measure
from accounts.services.statements import Finding

FINDING = Finding(
    "11월 17일 02시에 요청 120만 건을 보냈습니다.", "On 17 November at 02:00 it sent 1.2 million requests."
)
GROUND = "upstage/7.1.7"


def measure(kind: str = SanctionKind.WARNING, **fields: Any) -> Measure:
    """A complete one of this kind; fields may be given."""
    has_end = kind in (SanctionKind.SUSPENSION, SanctionKind.STOP)
    ground = "upstage/11.1.2" if kind == SanctionKind.STOP else GROUND
    given = {"ground": ground, "finding": FINDING, "days": 7 if has_end else None, **fields}
    return Measure(SanctionKind(kind), **given)


def imposed(member: Member, kind: str = SanctionKind.WARNING, *, by: Any, at: Any, **fields: Any) -> Sanction:
    """A measure that holds from `at`."""
    return sanctions.impose(member.pk, measure(kind, **fields), by=by, at=at)


def suspended(member: Member, *, by: Any, at: Any, **fields: Any) -> Sanction:
    """A suspension with the warning before it."""
    imposed(member, by=by, at=at)
    return imposed(member, SanctionKind.SUSPENSION, by=by, at=at, **fields)
