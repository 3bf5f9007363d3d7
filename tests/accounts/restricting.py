"""Restrictions for the tests: laid as they stand in the table, with the sanction behind them where there is one."""

from datetime import datetime, timedelta
from typing import Any

from accounts.enums import RestrictionKind, SanctionKind
from accounts.models import Member, Restriction, Sanction, Statement
from accounts.queries.standing import SANCTIONS

CLAUSES = {
    RestrictionKind.SUSPENSION: ["upstage/26.1", "upstage/7.1.8"],
    RestrictionKind.TERMINATION: ["upstage/26.1", "upstage/7.1.3"],
    RestrictionKind.STOP: ["upstage/11.1.3"],
    RestrictionKind.UNPAID: ["upstage/18.2"],
    RestrictionKind.DORMANT: ["upstage/26.2"],
    RestrictionKind.LOCKED: ["upstage/6.4"],
    RestrictionKind.INFORMATION: ["upstage/6.1"],
    RestrictionKind.PAID_ENDED: ["upstage/4.5"],
}
PAID_ONLY = (RestrictionKind.INFORMATION, RestrictionKind.PAID_ENDED)


def sanctioned(member: Member, kind: str, *, at: datetime, ends_at: datetime | None = None, **more: Any) -> Sanction:
    """A sanction with its statement of reasons, as it stands once it is in force."""
    timed = kind in (SanctionKind.SUSPENSION, SanctionKind.STOP)
    given = {
        "status": "in_force", "ground": "upstage/7.1.8", "clauses": ["upstage/26.1", "upstage/7.1.8"],
        "starts_at": at, "ends_at": (ends_at or at + timedelta(days=30)) if timed else None, "decided_at": at,
    } | more  # fmt: skip
    sanction = Sanction.objects.create(member=member, kind=kind, **given)
    Statement.objects.create(
        sanction=sanction, at=at, source="own",
        facts_ko="회원이 API 키를 다른 사람에게 넘겼습니다.", facts_en="The member passed the API key on.",
        measure_ko="일시 이용정지", measure_en="Temporary suspension",
        scope_ko="API 이용과 구매", scope_en="Use of the API and purchases",
        redress_ko="콘솔에서 이의를 신청할 수 있습니다.", redress_en="You may object in the console.",
    )  # fmt: skip
    return sanction


def restricted(
    member: Member,
    kind: RestrictionKind,
    *,
    at: datetime,
    ends_at: datetime | None = None,
    scope: str | None = None,
    **more: Any,
) -> Restriction:
    """A restriction from `at` on."""
    sanction = sanctioned(member, kind, at=at, ends_at=ends_at) if kind in SANCTIONS else None
    return Restriction.objects.create(
        member=member, kind=kind, scope=scope or ("paid" if kind in PAID_ONLY else "all"), clauses=CLAUSES[kind],
        why_ko=f"{kind} 때문에 이용이 제한됩니다.", why_en=f"Use is restricted: {kind}.", sanction=sanction,
        starts_at=at, ends_at=ends_at, **more,
    )  # fmt: skip
