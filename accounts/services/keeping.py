"""What the law keeps of a membership, and who has to wait before it is taken apart (upstage/21.1)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from accounts.enums import CaseStatus, ObjectionStatus, RecordType
from accounts.models import (
    Case,
    ChangeRequest,
    Consent,
    Departure,
    LegalHold,
    MarketingConsent,
    Member,
    Notice,
    Objection,
    Report,
    Sanction,
)
from accounts.services.kept_parts import Ids, Kept, keeper, waits
from upstage_console.kernel.calendars import kst_date

Grouped = dict[int, list[dict[str, Any]]]


@waits
def under_legal_hold(ids: Ids, at: datetime) -> Iterable[int]:
    """Whose data a duty of law holds as it is."""
    return LegalHold.objects.filter(member__in=ids, ends_at__isnull=True).values_list("member_id", flat=True)


@waits
def in_dispute(ids: Ids, at: datetime) -> Iterable[int]:
    """Who waits for a decision: an objection, a statement, a case."""
    open_objections = Objection.objects.filter(member__in=ids, status=ObjectionStatus.SUBMITTED)
    open_cases = Case.objects.filter(member__in=ids, status=CaseStatus.OPEN)
    return [*open_objections.values_list("member_id", flat=True), *open_cases.values_list("member_id", flat=True)]


@keeper
def contract(ids: Ids) -> Iterable[Kept]:
    """Who it was, what was agreed to, when it began and ended."""
    consents, told, left = _consents(ids), _notices(ids), _departures(ids)
    for member in Member.objects.filter(pk__in=ids).select_related("user"):
        ended_at = member.withdrawn_at or member.disqualified_at
        if ended_at is not None:
            parts = {"consents": consents[member.pk], "notices": told[member.pk], "withdrawals": left[member.pk]}
            yield Kept(member.pk, RecordType.CONTRACT, kst_date(ended_at), _identity(member) | parts)


def _identity(member: Member) -> dict[str, Any]:
    said = ("name", "phone", "born_on", "business_number", "kind", "country", "currency")
    times = ("applied_at", "accepted_at", "withdrawn_at", "disqualified_at")
    return {
        "email": member.user.email, "language": member.user.language,
        **{name: _text(getattr(member, name)) for name in (*said, *times)},
    }  # fmt: skip


def _consents(ids: Ids) -> Grouped:
    found = Consent.objects.filter(member__in=ids).select_related("version__document").order_by("pk")
    return _grouped(
        (one.member_id, {
            "document": one.version.document.code, "version": one.version.label, "mode": one.mode, "at": _text(one.at),
            "sha256": one.sha256, "ip": _text(one.ip), "browser": one.user_agent,
        })
        for one in found
    )  # fmt: skip


def _notices(ids: Ids) -> Grouped:
    found = Notice.objects.filter(member__in=ids).order_by("pk")
    return _grouped(
        (one.member_id, {"about": one.about, "at": _text(one.at), "subject": one.subject_ko}) for one in found
    )


def _departures(ids: Ids) -> Grouped:
    found = Departure.objects.filter(member__in=ids).order_by("pk")
    return _grouped(
        (one.member_id, {"requested_at": _text(one.requested_at), "completed_at": _text(one.completed_at),
                         "reason": one.reason})
        for one in found
    )  # fmt: skip


@keeper
def sanctions(ids: Ids) -> Iterable[Kept]:
    """Measures with their reasons, kept from their decision or end."""
    for one in Sanction.objects.filter(member__in=ids).select_related("statement").order_by("pk"):
        statement = getattr(one, "statement", None)
        yield _complaint(one.member_id, one.closed_at or one.decided_at, {
            "sanction": one.public_id, "kind": one.kind, "ground": one.ground, "clauses": one.clauses,
            "from": _text(one.starts_at), "to": _text(one.ends_at), "facts": statement.facts_ko if statement else "",
        })  # fmt: skip


@keeper
def objections(ids: Ids) -> Iterable[Kept]:
    """Objections and statements with their answers."""
    for one in Objection.objects.filter(member__in=ids).order_by("pk"):
        yield _complaint(one.member_id, one.decided_at or one.submitted_at, {
            "objection": one.public_id, "text": one.text, "status": one.status, "answer": one.answer,
        })  # fmt: skip


@keeper
def reports(ids: Ids) -> Iterable[Kept]:
    """What these members reported, and what was reported about them."""
    found = Report.objects.filter(Q(reporter__in=ids) | Q(case__member__in=ids)).select_related("case").order_by("pk")
    for one in found:
        for member_id in {one.reporter_id, one.case.member_id} & set(ids):
            yield _complaint(member_id, one.case.closed_at or one.at, {
                "report": one.public_id, "ground": one.ground, "text": one.text, "item": one.item,
                "outcome": one.case.outcome,
            })  # fmt: skip


@keeper
def change_requests(ids: Ids) -> Iterable[Kept]:
    """Requests for a change with their answers."""
    for one in ChangeRequest.objects.filter(member__in=ids).order_by("pk"):
        yield _complaint(one.member_id, one.answered_at or one.requested_at, {
            "request": one.public_id, "field": one.field, "value": one.value, "reason": one.reason,
            "answer": one.answer,
        })  # fmt: skip


@keeper
def advertising(ids: Ids) -> Iterable[Kept]:
    """Answers on advertising, from the last one."""
    found = MarketingConsent.objects.filter(member__in=ids).order_by("pk")
    answers = _grouped(
        (one.member_id, {"given": one.given, "night": one.night, "at": _text(one.at), "day": kst_date(one.at)})
        for one in found
    )
    for member_id, said in answers.items():
        last = max(one.pop("day") for one in said)
        yield Kept(member_id, RecordType.ADVERTISING, last, {"answers": said})


def _complaint(member_id: int, since: datetime, content: dict[str, Any]) -> Kept:
    return Kept(member_id, RecordType.COMPLAINT, kst_date(since), content)


def _grouped(rows: Iterable[tuple[int, dict[str, Any]]]) -> Grouped:
    found: Grouped = defaultdict(list)
    for member_id, row in rows:
        found[member_id].append(row)
    return found


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
