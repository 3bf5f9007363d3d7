"""Silence counts: at the effective instant, who was told and said nothing has accepted (upstage/4.4)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.enums import ConsentMode
from accounts.models import Consent, Member, Version
from accounts.queries.amendments import for_members, silence_counts
from accounts.queries.terms import published
from accounts.rules.amendments import answers_until
from accounts.services.member_batches import in_batches
from accounts.services.telling import key_of
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.models import DueItem

KIND = "terms_unreached"
REACH_WITHIN = timedelta(days=7)
"""The terms name no time in which to reach whom a notice did not reach; this is the console's own."""

# Everything is asked as of the effective instant, so that a late run comes to what one in time would have: who left
# since then was still a member, who joined since then was not.
# LIMIT and OFFSET make the planner look up each member of the batch by index, whatever it believes about the tables:
# right after a mass of notices, and while these consents come in, its statistics know nothing of the version.
SILENT = """
WITH batch AS (
    SELECT id, public_id, status, name FROM accounts_member WHERE id > %(after)s ORDER BY id LIMIT %(size)s
), silent AS (
    SELECT batch.id, batch.public_id, batch.name, notice.id AS notice_id,
           notice.bounced_at IS NULL OR notice.bounced_at >= %(instant)s
               OR coalesce(notice.read_at < %(instant)s, false) AS is_reached
    FROM batch CROSS JOIN LATERAL (
        SELECT id, at, bounced_at, read_at FROM accounts_notice
        WHERE member_id = batch.id AND key = %(key)s LIMIT 1
    ) AS notice
    WHERE notice.at < %(instant)s
        AND 'active' = coalesce((
            SELECT move.from_state FROM kernel_transition AS move
            WHERE move.subject = 'mem_' || replace(batch.public_id::text, '-', '') AND move.field = 'status'
                AND move.at > %(instant)s
            ORDER BY move.at, move.id LIMIT 1
        ), batch.status)
        AND NOT EXISTS (
            SELECT FROM (
                SELECT version_id, at FROM accounts_consent WHERE member_id = batch.id OFFSET 0
            ) AS answer
            WHERE answer.version_id = %(version)s AND answer.at < %(instant)s
        )
        AND NOT EXISTS (
            SELECT FROM (SELECT * FROM accounts_restriction WHERE member_id = batch.id OFFSET 0) AS stopped
            WHERE stopped.kind IN ('dormant', 'termination')
                AND stopped.starts_at <= %(instant)s
                AND (stopped.lifted_at IS NULL OR stopped.lifted_at > %(instant)s)
                AND (stopped.ends_at IS NULL OR stopped.ends_at > %(instant)s)
        )
), deemed AS (
    INSERT INTO accounts_consent (member_id, version_id, mode, at, sha256, user_agent, notice_id)
    SELECT id, %(version)s, 'deemed', %(instant)s, %(sha256)s, '', notice_id FROM silent WHERE is_reached
    ON CONFLICT (member_id, version_id, mode) DO NOTHING
    RETURNING id
), queued AS (
    INSERT INTO kernel_dueitem (public_id, kind, key, subject, about, title_ko, title_en, clause, due_at, warn_at,
                                opened_at, state, outcome)
    SELECT kernel_new_id(), %(kind)s, who || ':' || %(version)s, who, who,
           left('약관 변경 안내가 닿지 않은 회원: ' || name, 200),
           left('Not reached about changed terms: ' || name, 200),
           %(clause)s, %(due_at)s, %(instant)s, %(at)s, 'open', ''
    FROM (SELECT 'mem_' || replace(public_id::text, '-', '') AS who, name FROM silent WHERE NOT is_reached) AS named
    ON CONFLICT (kind, key) DO NOTHING
)
SELECT (SELECT max(id) FROM batch), (SELECT count(*) FROM deemed)
"""


@enforces("upstage/4.4", "rift/3.3")
def record_deemed(*, at: datetime) -> int:
    """Record the deemed consents of every version that has taken effect, each with the notice the member got.

    Who had stopped using the service (dormant, terminated) is not deemed to accept, nor is whom the notice did not
    reach: about these a task asks staff. Set-based, resumable, and the same however late it runs. Returns how many.
    """
    versions = for_members(published(at)).filter(deemed_at__isnull=True, effective_on__lte=kst_date(at))
    return sum(_record(version, at=at) for version in versions)


def close_unreached(member: Member, version: Version, *, by: Any, at: datetime, outcome: str) -> None:
    """Close the task about a member whom the notice did not reach, if there is one."""
    key = f"{member.public_id}:{version.pk}"
    if DueItem.objects.filter(kind=KIND, key=key, closed_at__isnull=True).exists():
        due.close_item(KIND, key, by=by, at=at, outcome=outcome)


def _record(version: Version, *, at: datetime) -> int:
    count = 0
    announced = kst_date(version.published_at or at)
    if silence_counts(version, announced=announced):
        count = _batches(version, at=at)
    with transaction.atomic():
        Version.objects.filter(pk=version.pk).update(deemed_at=at)
        told = Consent.objects.filter(version=version, mode=ConsentMode.DEEMED).count()  # also by a run that was killed
        if told:
            facts = {"members": told, "at": answers_until(version.effective_on)}
            audit.record("terms.deemed", version, by=None, at=at, clauses=["upstage/4.4"], facts=facts)
    return count


def _batches(version: Version, *, at: datetime) -> int:
    instant = answers_until(version.effective_on)
    asked = {
        "version": version.pk, "key": key_of(version), "instant": instant, "sha256": version.sha256,
        "kind": KIND, "clause": "upstage/4.4", "at": at, "due_at": instant + REACH_WITHIN,
    }  # fmt: skip
    return in_batches(SILENT, asked)
