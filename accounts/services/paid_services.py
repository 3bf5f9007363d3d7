"""What follows for paid services from rejecting a version: a decision of the staff, never of a job (upstage/4.5)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.enums import MemberStatus, RestrictionKind, RestrictionScope
from accounts.errors import NotActive, NothingToEnd
from accounts.models import Member, Restriction, Version
from accounts.queries.amendments import for_members
from accounts.queries.paid_endings import decision_about
from accounts.queries.terms import published
from accounts.rules.amendments import paid_from
from accounts.services import notices
from accounts.services.member_batches import in_batches
from accounts.services.restrictions import Limit, lay
from upstage_console.kernel import due
from upstage_console.kernel.calendars import day_end, kst_date, period_end
from upstage_console.kernel.clauses import enforces

KIND = "end_paid_service"
CLAUSES = ("upstage/4.5",)
DECIDE_WITHIN_DAYS = 7
"""The terms name no time for the decision; this is the console's own."""
WHY_KO = "변경된 약관을 거부하여 유료서비스 이용이 종료되었습니다. 변경된 약관에 동의하면 다시 이용할 수 있습니다."
WHY_EN = "You rejected the changed terms, so paid services have ended. Accept the changed terms to use them again."

ASK = """
WITH refused AS (
    SELECT member.id, member.public_id, member.name FROM accounts_consent AS refusal
    JOIN accounts_member AS member ON member.id = refusal.member_id
    WHERE refusal.version_id = %(version)s AND refusal.mode = 'refused' AND member.id > %(after)s
        AND member.status = 'active'
        AND NOT EXISTS (
            SELECT FROM accounts_consent AS accepted JOIN accounts_version AS newer ON newer.id = accepted.version_id
            WHERE accepted.member_id = member.id AND newer.document_id = %(document)s
                AND newer.effective_on >= %(effective_on)s AND accepted.mode IN ('explicit', 'deemed')
        )
    ORDER BY member.id LIMIT %(size)s
), asked AS (
    INSERT INTO kernel_dueitem (public_id, kind, key, subject, about, title_ko, title_en, clause, due_at, warn_at,
                                opened_at, state, outcome)
    SELECT kernel_new_id(), %(kind)s, who || ':' || %(version)s, who, who,
           left('유료서비스 종료 여부 결정: ' || name, 200), left('End paid services or keep them: ' || name, 200),
           %(clause)s, %(due_at)s, %(at)s, %(at)s, 'open', ''
    FROM (SELECT 'mem_' || replace(public_id::text, '-', '') AS who, name FROM refused) AS named
    ON CONFLICT (kind, key) DO NOTHING
    RETURNING id
)
SELECT (SELECT max(id) FROM refused), (SELECT count(*) FROM asked)
"""


@enforces("upstage/4.5")
def ask_staff(*, at: datetime) -> int:
    """Open a task about each member who rejected a version whose last billing unit under the old one is over.

    Set-based and resumable; returns how many tasks were new.
    """
    today, count = kst_date(at), 0
    for version in for_members(published(at)).filter(paid_tasks_at__isnull=True, effective_on__lt=today):
        if paid_from(version.effective_on) <= today:
            count += _ask_about(version, at=at)
            Version.objects.filter(pk=version.pk).update(paid_tasks_at=at)
    return count


def _ask_about(version: Version, *, at: datetime) -> int:
    first = paid_from(version.effective_on)
    asked = {
        "version": version.pk, "document": version.document_id, "effective_on": version.effective_on, "kind": KIND,
        "clause": CLAUSES[0], "at": at, "due_at": day_end(period_end(first, days=DECIDE_WITHIN_DAYS)),
    }  # fmt: skip
    return in_batches(ASK, asked)


@enforces("upstage/4.5")
@transaction.atomic
def end(member_id: int, *, reason: str, by: Any, at: datetime) -> Restriction:
    """End paid services for a member who rejected a version, once its billing unit is over; the member is told.

    Free services, log-in and all rights of the member go on. Refuses `nothing_to_end`, `not_active`, `already_done`.
    """
    member = _locked(member_id)
    limit = Limit(
        kind=RestrictionKind.PAID_ENDED,
        scope=RestrictionScope.PAID,
        clauses=CLAUSES,
        why_ko=WHY_KO,
        why_en=WHY_EN,
        starts_at=at,
    )
    restriction = lay(member, limit, by=by, at=at)
    close_decision(member, by=by, at=at, outcome=reason)
    _tell(member, limit, restriction, at=at)
    return restriction


@enforces("upstage/4.5")
@transaction.atomic
def keep(member_id: int, *, reason: str, by: Any, at: datetime) -> Member:
    """Let paid services go on under the old version. Refuses `nothing_to_end`."""
    member = _locked(member_id)
    close_decision(member, by=by, at=at, outcome=reason, waived=True)
    return member


def close_decision(member: Member, *, by: Any, at: datetime, outcome: str, waived: bool = False) -> int:
    """Close every open decision about the member's paid services; returns how many."""
    items = list(decision_about(member))
    for item in items:
        due.close_item(item.kind, item.key, by=by, at=at, outcome=outcome, waived=waived)
    return len(items)


def _locked(member_id: int) -> Member:
    member: Member = Member.objects.filter(pk=member_id).locked().get()
    if member.status != MemberStatus.ACTIVE:
        raise NotActive(facts={"status": member.get_status_display()})
    if not decision_about(member).exists():
        raise NothingToEnd
    return member


def _tell(member: Member, limit: Limit, restriction: Restriction, *, at: datetime) -> None:
    text = notices.Text("유료서비스 이용이 종료되었습니다", "Your paid services have ended", limit.why_ko, limit.why_en)
    notices.notify(
        member_id=member.pk, about="terms", text=text, key=f"paid_ended:{restriction.public_id}", at=at, clauses=CLAUSES
    )
