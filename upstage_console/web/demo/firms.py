"""Firms of the demo with their contracts: one that runs, one under review, one that pays late."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User
from billing.models import Firm
from billing.services.firms import FirmData
from contracts.enums import PaperKind, ReviewKind, ReviewStatus, SeatRole, Side
from contracts.models import Contact, Contract, Customer
from contracts.rules.reviews import QUESTIONS
from contracts.services import (
    breaches,
    conclusion,
    customers,
    delinquencies,
    documents,
    drafting,
    invoicing,
    paying,
    reviews,
    seats,
    signing,
)
from contracts.services.breaches import Delivery
from contracts.services.customers import Person
from contracts.services.documents import Paper, SowGiven, SowLine
from contracts.services.drafting import Draft, FeeLine
from contracts.services.files import Given
from contracts.services.reviews import Verdict
from contracts.services.seats import Invited
from contracts.services.signing import Asked, Seen
from upstage_console.kernel.calendars import kst_date, month_of, months_later
from upstage_console.kernel.clock import KST
from upstage_console.kernel.models import OutboxMessage
from upstage_console.web.demo import promises, together
from upstage_console.web.demo.people import PASSWORD

MAIL: tuple[str, ...] = ("customer_notice", "signing", "invitation")

INSURER = FirmData(
    "가온손해보험 주식회사", "120-81-48215", name_en="Gaon Insurance Co., Ltd.", representative="민서현",
    address="서울특별시 중구 세종대로 100", business_type="금융 및 보험업", business_item="손해보험",
    invoice_email="tax@gaon.demo.example",
)  # fmt: skip
LOGISTICS = FirmData(
    "(주)한결온누리통합물류서비스", "214-88-12307", representative="도예준", address="경기도 평택시 포승읍 물류로 21",
    business_type="운수 및 창고업", business_item="물류 대행", invoice_email="tax@hangyeol.demo.example",
)  # fmt: skip
TRAVEL = FirmData(
    "누리여행 주식회사", "105-87-22197", name_en="Nuri Travel", representative="표하준",
    address="부산광역시 해운대구 센텀중앙로 48", business_type="여행업", business_item="국내외 여행",
    invoice_email="tax@nuri.demo.example",
)  # fmt: skip

ADMINISTRATOR = "firm@demo.example"
SCAN = b"%PDF-1.4 a scan with both signatures"


@dataclass(frozen=True)
class Desk:
    """Who acts for the company: the one who drafts, and the one who reviews and approves."""

    first: User
    second: User


def lay_out(desk: Desk, *, at: datetime) -> None:
    """Tell the stories of the firms that are not there yet, each as one piece, so that it ends at `at`."""
    begins = months_later(month_of(kst_date(at)), -1)
    for data, story in ((INSURER, _running), (LOGISTICS, _under_review), (TRAVEL, _late)):
        if not Firm.objects.filter(business_number=data.business_number.replace("-", "")).exists():
            with transaction.atomic():
                story(data, desk, begins, at)
    waiting = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, topic__in=MAIL)
    waiting.update(state=OutboxMessage.State.SENT, sent_at=at)


def _morning(on: date, hour: int = 9) -> datetime:
    return datetime.combine(on, time(hour), KST)


# One that runs


def _running(data: FirmData, desk: Desk, begins: date, at: datetime) -> None:
    """Signed by both, a month measured and billed, its administrator logs in."""
    signed_on = begins - timedelta(days=4)
    customer, contact = _customer(data, "정미래", ADMINISTRATOR, desk, _morning(signed_on - timedelta(days=3)))
    fees = [
        FeeLine("startup", Decimal(3_000_000), "구축 착수"), FeeLine("flat", Decimal(2_400_000), "상담 플랫폼"),
        FeeLine("seat", Decimal(25_000), included=Decimal(8)),
    ]  # fmt: skip
    draft = Draft("고객센터 상담 플랫폼 운영", fees, starts_on=begins, months=12, payment_days=21)
    contract = drafting.draft(customer.public_id, draft, by=desk.first, at=_morning(signed_on - timedelta(days=2)))
    _reviewed(contract, desk, _morning(signed_on - timedelta(days=1)))
    _signed(contract, contact, desk, _morning(signed_on))
    promises.agree(contract, by=desk.first, at=_morning(signed_on, 15))
    _seats(contract, desk, _morning(begins))
    _paid_for_the_start(contract, desk, begins)
    promises.live(contract, desk.first, desk.second, begins, at)
    together.work(contract, desk.first, begins, at)
    invoicing.issue_month(contract.public_id, begins, by=desk.first, at=at)


def _customer(data: FirmData, name: str, email: str, desk: Desk, at: datetime) -> tuple[Customer, Contact]:
    customer = customers.register(data, credit_limit=Decimal(60_000_000), by=desk.first, at=at)
    person = Person(name, email, title="운영팀장", phone="02-555-0137", may_sign=True)
    contact = customers.add_contact(customer.public_id, person, reason="", by=desk.first, at=at)
    customers.name_requester(contact.public_id, reason="", by=desk.first, at=at)
    return customer, contact


def _reviewed(contract: Contract, desk: Desk, at: datetime) -> None:
    reviews.submit(contract.public_id, by=desk.first, at=at)
    for number, kind in enumerate(ReviewKind):
        _approve(contract, kind, desk, at + timedelta(hours=1 + number))


def _approve(contract: Contract, kind: ReviewKind, desk: Desk, at: datetime) -> None:
    review = contract.reviews.get(kind=kind)
    answers = {question.key: "yes" for question in QUESTIONS}
    verdict = Verdict(ReviewStatus.APPROVED, "문제 없음", answers=answers, words=["상담"])
    reviews.decide(review.public_id, verdict, by=desk.second, at=at)


def _signed(contract: Contract, contact: Contact, desk: Desk, at: datetime) -> None:
    """The company first, then the customer, two hours later."""
    deed = conclusion.deed_of(contract)
    asked = [
        Asked(Side.COMPANY, desk.first.name, desk.first.email, user=desk.first),
        Asked(Side.CUSTOMER, contact.name, contact.email),
    ]
    row = signing.ask(deed.public_id, asked, sign_by=kst_date(at) + timedelta(days=7), by=desk.first, at=at)
    for number, signer in enumerate(row.signers.order_by("position")):
        seen = Seen(row.sha256, f"203.0.113.{7 + number}", "Mozilla/5.0")
        then = at + timedelta(hours=2 * number + 1)
        signing.note_opened(signer.pk, seen, at=then)
        signing.sign(signer.pk, seen, by=signer.user, at=then + timedelta(minutes=9))


def _seats(contract: Contract, desk: Desk, at: datetime) -> None:
    invited = Invited("정미래", ADMINISTRATOR, SeatRole.ADMINISTRATOR)
    seat = seats.invite(contract.public_id, invited, by=desk.first, at=at)
    assert seat.user is not None  # noqa: S101 – who is invited has an account
    seat.user.set_password(PASSWORD)
    seat.user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(
        user=seat.user, email=seat.user.email, defaults={"verified": True, "primary": True}
    )
    for number, name in enumerate(("독고은비", "최가람", "Liam O'Connor", "황보슬기")):
        then = at + timedelta(days=3 * number, hours=1)
        seats.add(contract.public_id, name, SeatRole.USER, by=desk.first, at=then)


def _paid_for_the_start(contract: Contract, desk: Desk, begins: date) -> None:
    """The start-up fee on the first day, received the same day, paid in time."""
    first = _morning(begins, 14)
    made = invoicing.issue_month(contract.public_id, begins, by=desk.first, at=first)
    number = made.invoice.public_id
    paying.receive(contract.public_id, number, on=begins, by=desk.first, at=first)
    then = first + timedelta(days=16)
    paying.pay(contract.public_id, number, key="demo:start", reference="기업은행 204-11", by=desk.first, at=then)


# One under review


def _under_review(data: FirmData, desk: Desk, begins: date, at: datetime) -> None:
    """A quote and a statement of work that the customer has; two reviews are still open."""
    customer, _contact = _customer(data, "서문나래", "seomun@hangyeol.demo.example", desk, at - timedelta(days=9))
    fees = [
        FeeLine("flat", Decimal(1_150_000), "IVR과 알림톡"), FeeLine("usage", Decimal(28), "알림톡", Decimal(10_000)),
        FeeLine("project", Decimal(18_000_000), "구축", milestone="검수 완료"),
    ]  # fmt: skip
    draft = Draft("IVR·알림톡 통합 구축", fees, starts_on=months_later(begins, 3), months=24, payment_days=30)
    contract = drafting.draft(customer.public_id, draft, by=desk.first, at=at - timedelta(days=8))
    valid_until = kst_date(at) + timedelta(days=20)
    quote = Paper(PaperKind.QUOTE, "IVR·알림톡 견적", {"payment_days": 30}, valid_until=valid_until)
    made = documents.add(contract.public_id, quote, by=desk.first, at=at - timedelta(days=7))
    documents.offer(made.public_id, by=desk.first, at=at - timedelta(days=7))
    sow = Paper(PaperKind.SOW, "IVR 구축 작업 범위", sow=_work(months_later(begins, 3)))
    documents.add(contract.public_id, sow, by=desk.first, at=at - timedelta(days=6))
    reviews.submit(contract.public_id, by=desk.first, at=at - timedelta(days=2))
    _approve(contract, ReviewKind.CREDIT, desk, at - timedelta(days=1))


def _work(first: date) -> SowGiven:
    lines = [
        SowLine("function", "IVR 시나리오 12종"), SowLine("function", "알림톡 발송·수신 확인"),
        SowLine("service_level", "월 가용률 99.5% 이상"),
        SowLine("staffing", "수석 컨설턴트", person_months=Decimal("1.5")),
        SowLine("staffing", "개발자", person_months=Decimal(4)),
        SowLine("deliverable", "설계서", due_on=first + timedelta(days=30)),
        SowLine("milestone", "검수 완료", amount=Decimal(18_000_000), due_on=first + timedelta(days=80)),
        SowLine("security", "통화 녹취 암호화와 접근 기록"),
    ]  # fmt: skip
    return SowGiven(first, months_later(first, 4) - timedelta(days=1), lines, inspection_days=10, silence_accepts=True)


# One that pays late


def _late(data: FirmData, desk: Desk, begins: date, at: datetime) -> None:
    """Two months unpaid at the end of their due days, and a demand whose time to cure runs."""
    starts_on = months_later(begins, -2)
    before = _morning(starts_on - timedelta(days=5))
    customer, _contact = _customer(data, "표하준", "pyo@nuri.demo.example", desk, before)
    fees = [FeeLine("flat", Decimal(870_000), "예약 상담")]
    draft = Draft("예약 상담 SaaS", fees, starts_on=starts_on, months=12, payment_days=7)
    contract = drafting.draft(customer.public_id, draft, by=desk.first, at=before)
    _reviewed(contract, desk, before + timedelta(days=1))
    scan = Given("서명본.pdf", "application/pdf", SCAN)
    conclusion.conclude_written(
        contract.public_id, scan, on=kst_date(before) + timedelta(days=2), signers="안병준, 표하준", reason="",
        by=desk.first, at=before + timedelta(days=2),
    )  # fmt: skip
    for month in (starts_on, months_later(starts_on, 1)):
        _unpaid(contract, month, desk)
    delinquencies.find(at=at)
    delivery = Delivery(kst_date(at) - timedelta(days=1), "내용증명 우편 1580-2201")
    breaches.demand(
        contract.public_id, Side.COMPANY, "두 달의 이용료를 내지 않음", delivery=delivery, by=desk.first, at=at
    )


def _unpaid(contract: Contract, month: date, desk: Desk) -> None:
    then = _morning(months_later(month, 1))
    made = invoicing.issue_month(contract.public_id, month, by=desk.first, at=then)
    paying.receive(contract.public_id, made.invoice.public_id, on=kst_date(then), by=desk.first, at=then)
