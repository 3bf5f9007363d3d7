"""Cases of the staff: what was reported or noticed, what it proposes, how it was decided (upstage/7.1, 7.3, 22.9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from accounts.enums import CASE_MOVES, CaseKind, CaseStatus
from accounts.errors import NotAGround
from accounts.models import Case, Member, Report
from accounts.rules import sanctions as rules
from accounts.services import notices
from upstage_console.kernel import audit, due, policy
from upstage_console.kernel.calendars import day_end, day_start, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, Invalid, NotFound
from upstage_console.kernel.models import DueItem, Holiday
from upstage_console.kernel.transitions import move

MOST_SCORE = 100
ONE_AT_A_TIME = (CaseKind.CONDUCT, CaseKind.THEFT)
URGENT = (CaseKind.INCIDENT, CaseKind.THEFT)
PROPOSALS = ("review", "suspension", "termination")
TITLES = {
    CaseKind.CONDUCT: ("회원의 행위 검토", "Look into the conduct of a member"),
    CaseKind.INCIDENT: ("접속 장애 또는 정보 유출 신고 처리", "Handle a reported access failure or leak"),
    CaseKind.RIGHTS: ("권리 침해 신고 처리", "Handle a reported infringement of rights"),
    CaseKind.OUTPUT: ("위법한 결과물 처리", "Handle an unlawful output"),
    CaseKind.THEFT: ("계정 도용 신고 처리", "Handle a stolen account"),
}
PROPOSED = {
    "review": ("행위 신고 검토", "Review reports of conduct"),
    "suspension": ("일시정지 검토", "Consider a temporary suspension"),
    "termination": ("영구이용정지 검토", "Consider a permanent termination"),
}


def _whole(least: int, most: int) -> Any:
    return lambda value: type(value) is int and least <= value <= most


policy.reading(
    "conduct_score_days",
    90,
    clause="upstage/26.1",
    why_ko="오래된 신고가 끝없이 쌓이지 않도록, 최근 90일의 신고만 점수에 더합니다.",
    why_en="So that old reports do not add up for ever, only those of the last 90 days count.",
    valid=_whole(1, 3650),
)
for _name, _least in zip(PROPOSALS, (5, 10, 20), strict=True):
    policy.reading(
        f"conduct_score_{_name}",
        _least,
        clause="upstage/26.1",
        why_ko=f"이 점수부터 직원에게 ‘{PROPOSED[_name][0]}’를 제안합니다. 제안은 아무것도 제한하지 않습니다.",
        why_en=f"From this score on the staff are asked: “{PROPOSED[_name][1]}”. The proposal itself restricts nobody.",
        valid=_whole(1, 10000),
    )
policy.reading(
    "case_answer_days",
    3,
    clause="upstage/7.1",
    why_ko="약관에 처리 기한이 없어, 신고와 제안은 3영업일 안에 결정합니다.",
    why_en="The terms name no time: reports and proposals are decided within 3 business days.",
    valid=_whole(1, 60),
)
policy.reading(
    "urgent_case_answer_days",
    1,
    clause="upstage/7.3",
    why_ko="접속 장애, 정보 유출, 계정 도용은 즉시 알릴 의무가 있는 일이므로 1영업일 안에 처리합니다.",
    why_en="Access failures, leaks and stolen accounts are told at once, so they are handled within 1 business day.",
    valid=_whole(1, 30),
)


@dataclass(frozen=True)
class Told:
    """One report: which clause it is about, what was said, by whom."""

    ground: str
    text: str = ""
    item: str = ""
    score: int = 1
    reporter: Member | None = None
    contact: str = ""


@dataclass(frozen=True)
class Reported:
    """What a report came to: its case, the member's score now, and what that proposes to staff."""

    case: Case
    report: Report
    score: int
    proposals: tuple[str, ...]


@transaction.atomic
def open_case(kind: CaseKind, told: Told, *, member: Member | None, by: Any, at: datetime) -> Case:
    """Open a case with its first report and its clock; conduct and theft join the open case about the same member.

    It restricts nobody by itself. Refuses `invalid` for a score outside 1 to 100.
    """
    return _report(kind, told, member, by, at)[0]


@transaction.atomic
@enforces("upstage/7.1")
def report_conduct(member_id: int, told: Told, *, by: Any, at: datetime) -> Reported:
    """Note conduct of a member that may violate a duty; it counts towards the score and restricts nobody.

    Refuses `not_found`, `unknown_ground` for a clause that no sanction can rest on, `invalid` for a wrong score.
    """
    member = _locked_member(member_id)
    if not (rules.is_ground_of_ladder(told.ground) or rules.is_ground_of_stop(told.ground)):
        raise NotAGround(facts={"ground": told.ground})
    before = score_of(member, at=at)
    case, report = _report(CaseKind.CONDUCT, told, member, by, at)
    score = before + told.score
    proposed = proposals_for(score, at=at)
    _propose(case, proposed, score, at)
    return Reported(case, report, score, proposed)


@enforces("upstage/7.3", "upstage/7.3.1", "upstage/7.3.2")
def report_incident(member: Member, told: Told, *, by: Any, at: datetime) -> Case:
    """A member tells of an access failure or a (suspected) leak; it becomes a case with a clock. Refuses `invalid`."""
    if told.ground not in ("upstage/7.3.1", "upstage/7.3.2") or not told.text.strip():
        raise Invalid
    return open_case(CaseKind.INCIDENT, told, member=member, by=by, at=at)


@enforces("upstage/22.9")
def report_rights(told: Told, *, member: Member | None, by: Any, at: datetime) -> Case:
    """Anybody tells that content infringes rights; it becomes a case. Refuses `invalid` where something is missing."""
    if not (told.text.strip() and told.item.strip() and (told.contact.strip() or told.reporter)):
        raise Invalid
    return open_case(CaseKind.RIGHTS, told, member=member, by=by, at=at)


def _locked_member(member_id: int) -> Member:
    member: Member | None = Member.objects.filter(pk=member_id).locked().first()
    if member is None:
        raise NotFound
    return member


def _report(kind: CaseKind, told: Told, member: Member | None, by: Any, at: datetime) -> tuple[Case, Report]:
    if not 1 <= told.score <= MOST_SCORE:
        raise Invalid
    if member is not None:
        _locked_member(member.pk)
    case = _open_one(kind, member) or _new_case(kind, member, told, by, at)
    report = Report.objects.create(
        case=case,
        ground=told.ground,
        score=told.score,
        text=told.text,
        item=told.item,
        reporter=told.reporter,
        reporter_contact=told.contact,
        noted_by=audit.actor(by),
        at=at,
    )
    facts = {"ground": told.ground, "score": told.score}
    about = member or ""
    audit.record("case.reported", case, by=by, at=at, about=about, clauses=[told.ground], facts=facts)
    return case, report


def _open_one(kind: CaseKind, member: Member | None) -> Case | None:
    if member is None or kind not in ONE_AT_A_TIME:
        return None
    return Case.objects.filter(member=member, kind=kind, status=CaseStatus.OPEN).first()


def _new_case(kind: CaseKind, member: Member | None, told: Told, by: Any, at: datetime) -> Case:
    case = Case.objects.create(kind=kind, member=member, opened_at=at)
    audit.record("case.opened", case, by=by, at=at, about=member or "", clauses=[told.ground])
    if kind != CaseKind.CONDUCT:
        _ask_staff("case", case, TITLES[kind], told.ground, at=at)
    return case


def _ask_staff(kind: str, case: Case, title: tuple[str, str], clause: str, *, at: datetime, key: str = "") -> None:
    setting = "urgent_case_answer_days" if case.kind in URGENT else "case_answer_days"
    last = Holiday.objects.calendar().business_days_after(kst_date(at), policy.value(setting, at=at))
    name = case.member.name if case.member else ""
    due.open_item(
        kind,
        case,
        title_ko=f"{title[0]}: {name}" if name else title[0],
        title_en=f"{title[1]}: {name}" if name else title[1],
        clause=clause,
        due_at=day_end(last),
        warn_at=day_start(last),
        at=at,
        about=case.member or "",
        key=key,
    )


def score_of(member: Member, *, at: datetime) -> int:
    """What the reports of conduct of the last days add up to; dismissed ones never count."""
    first = rules.first_day_counted(kst_date(at), days=policy.value("conduct_score_days", at=at))
    counted = Report.objects.filter(
        case__member=member, case__kind=CaseKind.CONDUCT, at__gte=day_start(first), at__lte=at
    ).exclude(case__status=CaseStatus.DISMISSED)
    return int(counted.aggregate(total=Sum("score"))["total"] or 0)


def proposals_for(score: int, *, at: datetime) -> tuple[str, ...]:
    """What a score proposes at `at`: a review, a suspension, a termination."""
    return rules.proposals(score, {name: policy.value(f"conduct_score_{name}", at=at) for name in PROPOSALS})


def _propose(case: Case, proposed: Sequence[str], score: int, at: datetime) -> None:
    """A task for each proposal, once in a case."""
    for name in proposed:
        key = f"{case.public_id}:{name}"
        ko, en = PROPOSED[name]
        title = (f"{ko} ({score}점)", f"{en} ({score} points)")
        _ask_staff("conduct_review", case, title, "upstage/26.1", at=at, key=key)


def accused(case: Case) -> Member | None:
    """Whom a measure of this case can be against: never the member who told of it.

    An incident (7.3) or a theft (6.4) stands on the file of who reported it, an objection (22.9) on the objector's.
    """
    told_it = case.kind in (CaseKind.INCIDENT, CaseKind.THEFT) or case.reports.filter(reporter=case.member_id).exists()
    return None if told_it else case.member


@transaction.atomic
def name_member(case_id: int, *, member_id: str, reason: str, by: Any, at: datetime) -> Case:
    """Note which member a case is about, once that is known; only then can it end in a measure.

    `member_id` is the public id. Refuses `not_found`, and `already_done` where it is known or the case is closed.
    """
    member: Member = Member.objects.locked().get_public(member_id)
    case: Case | None = Case.objects.filter(pk=case_id).locked().first()
    if case is None:
        raise NotFound
    if case.member_id is not None or case.status != CaseStatus.OPEN:
        raise AlreadyDone
    case.member = member
    case.save(update_fields=["member"])
    DueItem.objects.filter(subject=case.public_id).update(about=member.public_id)
    audit.record("case.member_named", case, by=by, at=at, about=member, reason=reason)
    return case


@transaction.atomic
def decide(case_id: int, *, outcome: str, by: Any, at: datetime) -> Case:
    """Close a case with what was decided. Refuses `not_found`, `invalid`, `already_done`, `not_allowed`."""
    return _close(case_id, CaseStatus.DECIDED, outcome, by, at)


@transaction.atomic
def dismiss(case_id: int, *, outcome: str, by: Any, at: datetime) -> Case:
    """Close a case without finding: its reports no longer count. Refuses like `decide`."""
    return _close(case_id, CaseStatus.DISMISSED, outcome, by, at)


def _close(case_id: int, to: CaseStatus, outcome: str, by: Any, at: datetime) -> Case:
    case: Case | None = Case.objects.filter(pk=case_id).select_related("member").first()
    if case is None:
        raise NotFound
    if not outcome.strip():
        raise Invalid
    move(case, to, allowed=CASE_MOVES, by=by, at=at, reason=outcome, closed_at=at, closed_by=by, outcome=outcome)
    about = case.member or ""
    audit.record(f"case.{to}", case, by=by, at=at, about=about, reason=outcome)
    for item in DueItem.objects.filter(subject=case.public_id, state__in=DueItem.OPEN_STATES):
        due.close_item(item.kind, item.key, by=by, at=at, outcome=to)
    _tell_reporters(case, at)
    return case


def _tell_reporters(case: Case, at: datetime) -> None:
    """Members who reported hear that it was looked into; what was decided about somebody else is not theirs to read."""
    reports = case.reports.filter(reporter__isnull=False)
    text = notices.compose(
        _("We have looked into your report"),
        _("Thank you for telling us. We have looked into your report and closed it."),
    )
    clauses = list(reports.order_by("ground").values_list("ground", flat=True).distinct())
    letters = [
        notices.Letter(reporter, "report", text, f"case:{case.public_id}", clauses=clauses)
        for reporter in set(reports.values_list("reporter", flat=True))
    ]
    notices.notify_all(letters, at=at)
