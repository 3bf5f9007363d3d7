"""How the demo's running contract is worked on by both: meetings and minutes, a deliverable, what needs a consent."""

from datetime import date, datetime, time, timedelta
from typing import Any

from contracts.enums import ApprovalKind, MeetingKind, ReferenceKind, Side
from contracts.models import Contract, Seat
from contracts.services import deliverables, meetings, minutes, prior_approvals, references
from contracts.services.deliverables import Handed, Work
from contracts.services.meetings import Plan
from contracts.services.minutes import Decision, Written
from contracts.services.prior_approvals import Asked
from contracts.services.references import Wish
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clock import KST

FRIDAY = 4


def work(contract: Contract, by: Any, begins: date, at: datetime) -> None:
    """A month of working together, with something that waits for the customer's administrator on each page."""
    customer = contract.seats.select_related("user").get(user__isnull=False)
    _met(contract, customer, by, begins, at)
    _handed_over(contract, by, at)
    _permitted(contract, customer, by, at)


def _met(contract: Contract, customer: Seat, by: Any, begins: date, at: datetime) -> None:
    """A report both confirmed, a meeting whose minutes wait, and the next."""
    first = _afternoon(begins, 9)
    written = Written(
        "정미래, 황보슬기, 관리자 아라", "9월 상담량과 응답률을 함께 보았습니다.",
        [Decision("야간 안내 문구를 새로 녹음", Side.CUSTOMER, (first + timedelta(days=14)).date())],
    )  # fmt: skip
    made = _held(contract, Plan(MeetingKind.REPORT, "월간 리포트", first, "화상 회의"), written, by)
    minutes.confirm(made, by=customer.user, at=first + timedelta(days=1))
    last = _afternoon(kst_date(at), -3)
    written = Written(
        "정미래, 독고은비, 관리자 아라", "발신 번호를 지점별로 나누기로 했습니다. 지점은 여섯 곳입니다.",
        [
            Decision("지점 번호 목록 전달", Side.CUSTOMER, (at + timedelta(days=5)).date()),
            Decision("지점별 통계 화면 설정", Side.COMPANY, (at + timedelta(days=12)).date()),
        ],
    )  # fmt: skip
    _held(contract, Plan(MeetingKind.OPERATIONS, "지점별 발신 번호", last, "가온손해보험 본사 8층"), written, by)
    coming = Plan(
        MeetingKind.TRAINING, "관리자 교육: 상담 기록 검색", _afternoon(kst_date(at), 8), "화상 회의", "참석자 명단"
    )
    meetings.plan(contract.public_id, coming, by=by, at=at)


def _held(contract: Contract, plan: Plan, written: Written, by: Any) -> str:
    row = meetings.plan(contract.public_id, plan, by=by, at=plan.held_at - timedelta(days=5))
    return minutes.write(row.public_id, written, by=by, at=plan.held_at + timedelta(hours=3)).public_id


def _handed_over(contract: Contract, by: Any, at: datetime) -> None:
    """A plan that the customer inspects; what comes after it is not there yet."""
    before = at - timedelta(days=1)
    plan = Handed(Work("녹취 이관 계획서", due_on=at.date()), "고객사 공유 폴더의 계획/2호")
    deliverables.deliver(contract.public_id, plan, by=by, at=before)
    report = Work("녹취 이관 결과 보고서", due_on=(at + timedelta(days=25)).date())
    deliverables.expect(contract.public_id, report, by=by, at=before)


def _permitted(contract: Contract, customer: Seat, by: Any, at: datetime) -> None:
    """A resale that is approved, one that is asked for, and a logo that we would like to show."""
    branch = Asked(ApprovalKind.RESALE, "가온금융서비스 주식회사", "상담 플랫폼", "자회사의 보험 상담")
    asked = prior_approvals.request(contract.public_id, branch, by=customer.user, at=at - timedelta(days=12))
    prior_approvals.approve(
        asked.public_id, reason="같은 보안 요구사항을 지키는 동안", by=by, at=at - timedelta(days=9)
    )
    agency = Asked(ApprovalKind.DELEGATION, "새벽콜센터", "상담 플랫폼", "야간 상담의 위탁")
    prior_approvals.request(contract.public_id, agency, by=customer.user, at=at - timedelta(days=1))
    wish = Wish(ReferenceKind.LOGO, "회사 홈페이지의 고객사 목록에 로고를 보임", (at + timedelta(days=365)).date())
    references.ask(contract.public_id, wish, by=by, at=at - timedelta(days=3))


def _afternoon(start: date, days: int) -> datetime:
    """Two o'clock on that day, or on the Friday before a weekend."""
    day = start + timedelta(days=days)
    return datetime.combine(day - timedelta(days=max(0, day.weekday() - FRIDAY)), time(14), KST)
