"""What the demo's running contract promises, and how it was kept: outages, maintenance, cases, a release, a report."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from contracts.enums import Compatibility, OutageCause, ServiceCreditStatus, Severity, SupportDays
from contracts.models import Contract, Release
from contracts.rules.service_credits import Step
from contracts.rules.spans import Span
from contracts.services import cases, outages, releases, reports, service_credits, service_levels, support
from contracts.services.cases import Asked, Said
from contracts.services.outages import Stood
from contracts.services.releases import Notes
from contracts.services.support import Target
from upstage_console.kernel.clock import KST
from upstage_console.kernel.wording import Phrase

VERSION = "2026.4"


def agree(contract: Contract, *, by: Any, at: datetime) -> None:
    """Availability with a ladder of credits, and support in office hours."""
    ladder = (Step(Decimal("99.9"), Decimal(5)), Step(Decimal("99.5"), Decimal(10)), Step(Decimal(99), Decimal(25)))
    promised = service_levels.Agreed(target=Decimal("99.9"), ladder=ladder, cap_percent=Decimal(25), notice_hours=48)
    service_levels.agree(contract.public_id, promised, by=by, at=at)
    targets = {
        Severity.CRITICAL: Target(30, 240), Severity.MAJOR: Target(120, 960), Severity.MINOR: Target(480, 2400),
    }  # fmt: skip
    hours = support.Agreed(hours=("09:00-12:00", "13:00-18:00"), days=SupportDays.BUSINESS, targets=targets)
    support.agree(contract.public_id, hours, by=by, at=at)


def live(contract: Contract, first: Any, second: Any, begins: date, at: datetime) -> None:
    """The month that is over, measured and approved by two; and what is open now."""
    _stood_still(contract, first, begins)
    _helped(contract, first, begins)
    report = reports.measure(contract.public_id, begins, by=first, at=at)
    reports.approve(report.public_id, reason="기록과 맞음", by=first, at=at)
    credit = contract.service_credits.filter(status=ServiceCreditStatus.PROPOSED).first()
    if credit is not None:
        service_credits.approve(credit.public_id, reason="계약서대로", by=second, at=at)
    _now(contract, first, at)


def _on(begins: date, days: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(begins + timedelta(days=days), time(hour, minute), KST)


def _stood_still(contract: Contract, by: Any, begins: date) -> None:
    own = Stood(Span(_on(begins, 11, 13, 5), _on(begins, 11, 17, 20)), OutageCause.UNPLANNED, "상담 화면 접속 불가")
    line = Stood(
        Span(_on(begins, 19, 2), _on(begins, 19, 3, 40)), OutageCause.FORCE_MAJEURE, "국제 회선 단절",
        "통신사 장애 통지 20-118호",
    )  # fmt: skip
    for stood in (own, line):
        outages.record(contract.public_id, stood, by=by, at=stood.span.end + timedelta(hours=1))


def _helped(contract: Contract, by: Any, begins: date) -> None:
    """A case with a pause, fixed in the end."""
    asked = Asked(Severity.MAJOR, "통화 녹취가 내려받아지지 않습니다", "목록은 보이는데 파일이 열리지 않습니다.")
    case = cases.open_case(contract.public_id, asked, by=None, at=_on(begins, 12, 10)).public_id
    cases.respond(case, Said("확인하고 있습니다. 어느 상담원의 녹취인가요?"), by=by, at=_on(begins, 12, 11))
    cases.pause(case, reason="고객의 답을 기다림", by=by, at=_on(begins, 12, 11, 5))
    cases.write(case, Said("독고은비 상담원입니다.", is_of_customer=True), by=None, at=_on(begins, 13, 9, 30))
    cases.resolve(case, Said("권한을 고쳤고 모두 열리는 것을 확인했습니다."), by=by, at=_on(begins, 13, 14))


def _now(contract: Contract, by: Any, at: datetime) -> None:
    start = datetime.combine(at.astimezone(KST).date() + timedelta(days=6), time(1), KST)
    what = Phrase("데이터베이스 교체", "A new database")
    outages.announce([contract.pk], Span(start, start + timedelta(hours=3)), what, reason="정기 점검", by=by, at=at)
    asked = Asked(Severity.CRITICAL, "발신 번호가 바뀌어 나갑니다", "오늘 아침 발신부터 대표 번호가 아닙니다.")
    cases.open_case(contract.public_id, asked, by=None, at=at - timedelta(hours=1))
    if not Release.objects.filter(version=VERSION).exists():
        changes = Phrase("상담 기록 검색이 빨라졌습니다.", "Searching the records of calls is quicker.")
        effect = Phrase("이전 검색 주소는 두 달 뒤 닫힙니다.", "The earlier search addresses close in two months.")
        notes = Notes(VERSION, at.astimezone(KST).date(), changes, Compatibility.BREAKING, effect)
        releases.publish(notes, reason="분기 배포", by=by, at=at)
