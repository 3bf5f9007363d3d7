"""What lies on the desk of the demo's staff, and stands on the pages of its members: measures and objections, somebody
who left, changed terms, maintenance. Each part is told once; the facts are invented.
"""

from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.enums import AnnouncementKind, DataSource, SanctionKind
from accounts.models import (
    Announcement,
    Case,
    Departure,
    Document,
    MarketingConsent,
    Member,
    Provision,
    Sanction,
    StoredData,
    User,
    Version,
)
from accounts.services import (
    amendments,
    announcements,
    cases,
    disqualification,
    drafting,
    interruptions,
    leaving,
    marketing,
    objections,
    rejoining,
    sanctions,
    stored_data,
    telling,
    theft,
)
from accounts.services.notices import Text
from accounts.services.statements import Finding
from upstage_console.kernel.calendars import kst_date
from upstage_console.web.demo.people import MAIN

SUSPENDED, REPORTED, LOST, LEFT, STOLEN = (f"member{number:02}@demo.example" for number in (5, 7, 9, 11, 13))
NOTICE_IN_DEMO = timedelta(days=24)


def lay_out(staff: User, *, at: datetime) -> None:
    """Everything that waits for somebody, as it stands at `at`."""
    _suspend(_member(SUSPENDED), staff, at)
    _report(_member(REPORTED), staff, at)
    _take_away(_member(LOST), staff, at)
    _leave(_member(LEFT), at)
    _steal(_member(STOLEN), at)
    _announce(staff, at)
    _amend(staff, at)
    _keep(_member(MAIN.email), at)


def _member(email: str) -> Member:
    return Member.objects.select_related("user").get(user__email=email)


def _suspend(member: Member, staff: User, at: datetime) -> None:
    if Sanction.objects.filter(member=member).exists():
        return
    ground = "upstage/7.1.7"
    warning = Finding("허용되지 않은 자동화 프로그램으로 1분에 4,120번 호출", "4,120 calls in a minute by automation")
    sanctions.impose(
        member.pk, sanctions.Measure(SanctionKind.WARNING, ground, warning), by=staff, at=at - timedelta(days=21)
    )
    again = Finding(
        "경고 뒤에도 같은 호출이 이어져 다른 회원의 응답이 늦어짐 (1분에 5,380번)",
        "The calls went on after the warning and slowed others down (5,380 in a minute)",
    )
    measure = sanctions.Measure(SanctionKind.SUSPENSION, ground, again, days=14)
    suspension = sanctions.impose(member.pk, measure, by=staff, at=at - timedelta(days=3))
    objections.object(
        member_id=member.pk,
        sanction_id=suspension.public_id,
        text="고객지원과 미리 협의한 부하 시험이었습니다. 협의한 메일을 다시 보내 드릴 수 있습니다.",
        by=member.user,
        at=at - timedelta(days=1),
    )


def _report(member: Member, staff: User, at: datetime) -> None:
    if Case.objects.filter(member=member).exists():
        return
    told = cases.Told("upstage/7.1.8", "한 키를 회사 세 곳에서 함께 사용", "호출 기록 10월 2주", score=4)
    cases.report_conduct(member.pk, told, by=staff, at=at - timedelta(days=9))
    again = cases.Told("upstage/7.1.8", "같은 키가 네 번째 주소에서 사용됨", score=2)
    cases.report_conduct(member.pk, again, by=staff, at=at - timedelta(days=2))


def _take_away(member: Member, staff: User, at: datetime) -> None:
    if Sanction.objects.filter(member=member).exists():
        return
    finding = Finding("가입할 때 적은 이름이 다른 사람의 것임", "The name was somebody else's")
    loss = disqualification.disqualify(member.pk, ground=2, finding=finding, by=staff, at=at - timedelta(days=6))
    objections.object(
        member_id=member.pk,
        sanction_id=loss.public_id,
        text="개명하기 전의 이름으로 가입했습니다. 기본증명서를 보내 드리겠습니다.",
        by=member.user,
        at=at - timedelta(days=2),
    )


def _leave(member: Member, at: datetime) -> None:
    if Departure.objects.filter(member=member).exists():
        return
    leaving.withdraw(member.pk, by=member.user, at=at - timedelta(days=8), reason="프로젝트가 끝났습니다")
    rejoining.ask(member.pk, by=member.user, at=at - timedelta(hours=20))


def _steal(member: Member, at: datetime) -> None:
    if not Case.objects.filter(member=member).exists():
        theft.report(member.pk, by=member.user, at=at - timedelta(hours=5), told="모르는 곳의 로그인")


@transaction.atomic
def _announce(staff: User, at: datetime) -> None:
    if Announcement.objects.filter(kind=AnnouncementKind.OUTAGE).exists():
        return
    outage = Text(
        "문서 파싱 지연",
        "Document Parse slow",
        "클라우드 사업자의 스토리지 장애로 문서 파싱의 응답이 늦거나 실패했습니다. 지금은 정상입니다.",
        "A fault in the cloud provider's storage made Document Parse slow or fail. It is back to normal.",
    )
    began = at - timedelta(days=12, hours=3)
    ended = began + timedelta(minutes=47)
    interruptions.report_outage(
        interruptions.Interruption(outage, 4, began, ended, ["document-parse"]), by=staff, at=ended
    )
    night = (at + timedelta(days=4)).replace(hour=17, minute=0, second=0, microsecond=0)
    planned = Text(
        "데이터베이스 정기 점검",
        "Regular maintenance of the database",
        "점검하는 동안 콘솔과 API가 몇 분씩 응답하지 않을 수 있습니다.",
        "While it lasts, the console and the API may not answer for some minutes at a time.",
    )
    maintenance = interruptions.Interruption(planned, 1, night, night + timedelta(hours=2))
    interruptions.announce_maintenance(maintenance, by=staff, at=at - timedelta(days=1))
    news = announcements.Post(
        AnnouncementKind.NEWS,
        "콘솔 안내: 모든 금액과 제한에 이유를 보여 드립니다",
        "About the console: every amount and every limit says why",
        "“왜?”를 누르면 근거가 된 조항과 계산을 볼 수 있습니다.",
        "Behind each “Why?” stand the clause it rests on and the arithmetic.",
    )
    announcements.publish(news, by=staff, at=at - timedelta(days=30))


def _amend(staff: User, at: datetime) -> None:
    """A coming version of the general terms: announced, told to everybody, not in force yet."""
    document = Document.objects.get(code="upstage")
    announced = at - timedelta(days=2)
    if Version.objects.filter(document=document, effective_on__gt=kst_date(at)).exists():
        return
    draft = drafting.draft_next(document.pk, by=staff, at=announced)
    said = drafting.Draft(
        kst_date(announced + NOTICE_IN_DEMO),
        is_adverse=False,
        reason_ko="이의신청을 할 수 있는 곳을 분명히 하기 위해",
        reason_en="To say clearly where objections can be made",
    )
    drafting.change(draft.pk, said, by=staff, at=announced)
    _write_where_to_object(draft, staff, announced)
    amendments.publish(draft.pk, by=staff, at=announced)
    telling.tell_all(at=announced + timedelta(minutes=1))


def _write_where_to_object(draft: Version, staff: User, at: datetime) -> None:
    article = draft.articles.get(code="26")
    rows = Provision.objects.filter(article=article).order_by("position")
    clauses = [
        drafting.Clause(
            row.depth,
            row.text_ko,
            row.text_en,
            row.digest_ko + " 콘솔의 “이용 상태” 화면에서 이의를 신청할 수 있습니다." * (row.code == "upstage/26.4"),
            row.digest_en + " Objections can be made on the console's page “Standing”." * (row.code == "upstage/26.4"),
        )
        for row in rows
    ]
    written = drafting.ArticleDraft(article.code, article.title_ko, article.title_en, article.chapter_ko, clauses)
    drafting.write_article(draft.pk, written, by=staff, at=at, was=article.code)


def _keep(member: Member, at: datetime) -> None:
    """What the first member stored with the console, and their word on advertising."""
    if not MarketingConsent.objects.filter(member=member).exists():
        marketing.answer(member.pk, given=True, by=member.user, at=at - timedelta(days=40))
    if StoredData.objects.filter(member=member).exists():
        return
    for days, (source, name) in enumerate(
        (
            (DataSource.CONSOLE, "플레이그라운드 – 계약서 요약 시험.json"),
            (DataSource.ASYNC_OUTPUT, "사업보고서 2025 – 문서 파싱 결과.json"),
        ),
        start=2,
    ):
        since = at - timedelta(days=days)
        content = stored_data.Content(
            source, ContentFile(b'{"demo": true}', name="demo.json"), since, service="document-parse", name=name
        )
        stored_data.store(member.pk, content, by=member.user, at=since)
