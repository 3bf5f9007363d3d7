"""Customers and contracts for the tests: what is needed, and nothing that surprises."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count
from typing import Any

from accounts.models import User
from billing.services.firms import FirmData
from contracts.enums import ReviewKind, ReviewStatus, Side
from contracts.models import Contact, Contract, ContractDocument, Customer, Review, Signing
from contracts.rules.reviews import QUESTIONS
from contracts.services import conclusion, customers, documents, drafting, reviews, signing
from contracts.services.customers import Person
from contracts.services.documents import Paper
from contracts.services.drafting import Draft, FeeLine
from contracts.services.files import Given
from contracts.services.reviews import Verdict
from contracts.services.signing import Asked, Seen
from upstage_console.kernel.clock import KST

NOON = datetime(2027, 1, 18, 12, tzinfo=KST)
NUMBERS = ("931-81-42931", "932-81-44757", "933-86-61695", "934-87-82216", "935-81-53648")
SCAN = Given("scan.pdf", "application/pdf", b"%PDF signed on paper")
ANSWERS = {question.key: "yes" for question in QUESTIONS}

_number = count()


def staff(name: str) -> User:
    found = User.objects.filter(email=f"{name}@staff.example").first()
    return found or User.objects.create_superuser(f"{name}@staff.example", "a long enough password", name=name.title())


def customer(number: str = NUMBERS[0], *, limit: int | None = None, at: datetime = NOON, **firm: Any) -> Customer:
    data = FirmData(**{"name": f"고객 {number[-3:]}", "business_number": number, **firm})
    given = None if limit is None else Decimal(limit)
    return customers.register(data, credit_limit=given, by=staff("zoe"), at=at)


def person(holder: Customer, email: str = "signer@customer.example", *, may_sign: bool = True) -> Contact:
    given = Person(name="김서명", email=email, may_sign=may_sign)
    return customers.add_contact(holder.public_id, given, reason="", by=staff("amy"), at=NOON)


def fee(kind: str = "flat", amount: str = "910000", **more: Any) -> FeeLine:
    return FeeLine(kind, Decimal(amount), **more)


def drafted(
    holder: Customer | None = None, *, at: datetime = NOON, fees: Sequence[FeeLine] = (), **terms: Any
) -> Contract:
    given: dict[str, Any] = {"title": "상담 데스크", "starts_on": date(2027, 1, 25), "months": 12, **terms}
    holder = holder or customer()
    return drafting.draft(holder.public_id, Draft(fees=list(fees) or [fee()], **given), by=staff("amy"), at=at)


def reviewed(contract: Contract, *, at: datetime = NOON) -> Contract:
    """A contract whose three reviews are approved."""
    reviews.submit(contract.public_id, by=staff("amy"), at=at)
    for kind in ReviewKind:
        approve(contract, kind, at=at)
    contract.refresh_from_db()
    return contract


def review_of(contract: Contract, kind: str) -> Review:
    return contract.reviews.exclude(status=ReviewStatus.LAPSED).get(kind=kind)


def approve(contract: Contract, kind: str, *, at: datetime = NOON) -> Review:
    verdict = Verdict(ReviewStatus.APPROVED, "in order", answers=ANSWERS)
    return reviews.decide(review_of(contract, kind).public_id, verdict, by=staff("ben"), at=at)


def concluded(contract: Contract | None = None, *, at: datetime = NOON, on: date | None = None) -> Contract:
    """A contract that both sides signed on paper."""
    contract = reviewed(contract or drafted())
    conclusion.conclude_written(
        contract.public_id, SCAN, on=on or at.date(), signers="둘", reason="", by=staff("amy"), at=at
    )
    contract.refresh_from_db()
    return contract


def offered(contract: Contract, kind: str = "order", *, at: datetime = NOON, **paper: Any) -> ContractDocument:
    """A document that waits for both sides."""
    made = documents.add(contract.public_id, Paper(kind, kind, **paper), by=staff("amy"), at=at)
    return documents.offer(made.public_id, by=staff("amy"), at=at)


def deed_of(contract: Contract) -> ContractDocument:
    return contract.documents.filter(is_deed=True).latest("pk")


def asked(document: ContractDocument, *, at: datetime = NOON, sign_by: date = date(2027, 2, 1)) -> Signing:
    """The company first, then the customer."""
    amy = staff("amy")
    signers = [
        Asked(Side.COMPANY, "Amy", amy.email, user=amy),
        Asked(Side.CUSTOMER, "김서명", "signer@customer.example"),
    ]
    return signing.ask(document.public_id, signers, sign_by=sign_by, by=amy, at=at)


def sign_all(row: Signing, *, at: datetime = NOON) -> None:
    for signer in row.signers.order_by("position"):
        signing.sign(signer.pk, Seen(row.sha256, "192.0.2.7", "Browser"), by=signer.user, at=at)


def mail(sender: str = "signer@customer.example", *, name: str = "one", at: datetime | None = NOON) -> bytes:
    """A raw message."""
    message = EmailMessage()
    message["From"] = f"Kim <{sender}>"
    message["Message-ID"] = f"<{name}@customer.example>"
    message["Subject"] = "승인합니다"
    if at is not None:
        message["Date"] = format_datetime(at)
    message.set_content("좋습니다.")
    return message.as_bytes()
