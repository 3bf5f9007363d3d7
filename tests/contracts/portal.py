"""Firms whose people log in, for the tests: each has a contract with one of everything."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.test import Client

from accounts.models import User
from accounts.rules.keys import CONTRACT_SCOPES
from billing.enums import FirmCreditGround
from billing.models import FirmCreditNote, FirmInvoice
from billing.services.firm_credits import Wanted
from contracts.enums import ApprovalKind, MeetingKind, OutageCause, ReferenceKind, SeatRole, Severity, WishTopic
from contracts.models import Contract, ContractKey, Seat
from contracts.rules.service_credits import Step
from contracts.rules.spans import Span
from contracts.services import (
    cases,
    change_wishes,
    contract_keys,
    crediting,
    customers,
    deliverables,
    invitations,
    invoicing,
    meetings,
    minutes,
    outages,
    paying,
    prior_approvals,
    references,
    reports,
    seats,
    service_levels,
    support,
)
from contracts.services.cases import Asked, Said
from contracts.services.change_wishes import Wish as ChangeAsked
from contracts.services.deliverables import Handed, Work
from contracts.services.files import Given
from contracts.services.meetings import Plan
from contracts.services.minutes import Written
from contracts.services.outages import Stood
from contracts.services.references import Wish
from contracts.services.seats import Invited
from tests.contracts import making, promising
from tests.contracts.minutes import kst

AT = kst("2027-05-03 10:00")
PASSWORD = "a long enough password"
LEVEL = service_levels.Agreed(
    target=Decimal("99.5"), ladder=(Step(Decimal("99.5"), Decimal(5)),), cap_percent=Decimal(30), claim_days=60
)  # fmt: skip


@dataclass(frozen=True)
class Portal:
    """A firm's contract, its administrator and user, and by the names that addresses use what belongs to it."""

    contract: Contract
    administrator: Seat
    user: Seat
    secret: str
    ids: dict[str, Any]


def seated(
    contract: Contract, email: str, role: SeatRole = SeatRole.ADMINISTRATOR, *, name: str = "", at: datetime = AT
) -> Seat:  # fmt: skip
    """Somebody who was invited and has chosen a password."""
    amy = making.staff("amy")
    if role == SeatRole.ADMINISTRATOR:
        named(contract)
    made = seats.invite(contract.public_id, Invited(name or email.partition("@")[0], email, role), by=amy, at=at)
    if not made.user.has_usable_password():
        accepted(made, at=at)
    made.refresh_from_db()
    return made


def named(contract: Contract, email: str = "named@customer.example") -> None:
    """Somebody who may request administrators."""
    if not contract.customer.contacts.filter(requests_administrators=True).exists():
        contact = making.person(contract.customer, email)
        customers.name_requester(contact.public_id, reason="", by=making.staff("amy"), at=making.NOON)


def accepted(seat: Seat, *, at: datetime = AT) -> User:
    return invitations.accept(token_of(seat, at=at), PASSWORD, at=at)


def token_of(seat: Seat, *, at: datetime = AT) -> str:
    return invitations.address(seat, at=at).rstrip("/").rpartition("/")[2]


def firm(number: int = 0, **terms: Any) -> Portal:
    """A firm with a contract that has documents, a missed month, an invoice, a case, people and a key."""
    amy = making.staff("amy")
    contract = making.concluded(making.drafted(making.customer(making.NUMBERS[number]), **terms))
    service_levels.agree(contract.public_id, LEVEL, by=amy, at=making.NOON, effective_on=date(2027, 1, 1))
    support.agree(contract.public_id, promising.OFFICE, by=amy, at=making.NOON)
    administrator = seated(contract, f"admin{number}@customer.example")
    user = seated(contract, f"user{number}@customer.example", SeatRole.USER)
    invoice = billed(contract)
    measured(contract)
    made, secret = key(administrator)
    ids = together(contract, administrator) | {
        "contract_id": contract.public_id, "month": "2027-04", "number": invoice.number,
        "case_id": opened(contract, user), "seat_id": user.public_id, "key_id": made.key.public_id,
        "document_id": making.deed_of(contract).public_id, "file_id": making.deed_of(contract).file.public_id,
    }  # fmt: skip
    return Portal(contract, administrator, user, secret, ids)


def together(contract: Contract, administrator: Seat) -> dict[str, Any]:
    """Minutes to confirm, a hand-over to inspect, a request, and a question about a reference."""
    amy = making.staff("amy")
    held = Plan(MeetingKind.OPERATIONS, "4월 운영 회의", kst("2027-04-20 14:00"))
    meeting = meetings.plan(contract.public_id, held, by=amy, at=kst("2027-04-20 15:00"))
    written = minutes.write(meeting.public_id, Written("둘", "말한 것"), by=amy, at=kst("2027-04-20 16:00"))
    handed = Handed(Work("설계서"), files=[Given("설계서.pdf", "application/pdf", b"%PDF design")])
    delivery = deliverables.deliver(contract.public_id, handed, by=amy, at=AT)
    wanted = prior_approvals.Asked(ApprovalKind.RESALE, "나래", "상담")
    approval = prior_approvals.request(contract.public_id, wanted, by=administrator.user, at=AT)
    wish = Wish(ReferenceKind.LOGO, "홈페이지", date(2027, 12, 31))
    reference = references.ask(contract.public_id, wish, by=amy, at=AT)
    change = ChangeAsked(WishTopic.FUNCTION, "통계 화면이 필요합니다.")
    wanted_change = change_wishes.ask(contract.public_id, change, by=administrator.user, at=AT)
    return {
        "minutes_id": written.public_id, "delivery_id": delivery.public_id, "approval_id": approval.public_id,
        "reference_id": reference.public_id, "wish_id": wanted_change.public_id,
    }  # fmt: skip


def billed(contract: Contract, month: date = date(2027, 2, 1)) -> FirmInvoice:
    """An invoice that was received on the 2nd of April."""
    amy = making.staff("amy")
    made = invoicing.issue_month(contract.public_id, month, by=amy, at=kst("2027-04-01 09:00")).invoice
    return paying.receive(contract.public_id, made.public_id, on=date(2027, 4, 2), by=amy, at=kst("2027-04-02 09:00"))


def credited(firm: Portal) -> FirmCreditNote:
    """A credit note for a part of the firm's invoice."""
    invoice = FirmInvoice.objects.get(number=firm.ids["number"])
    wanted = Wanted(Decimal(1_000), FirmCreditGround.MISTAKE, "두 번 셌습니다.")
    made = crediting.propose(firm.contract.public_id, invoice.public_id, wanted, by=making.staff("amy"), at=AT)
    assert made.note is not None
    return made.note


def measured(contract: Contract, month: date = date(2027, 4, 1)) -> None:
    """An approved month in which five hours stood still."""
    amy, ben, over = making.staff("amy"), making.staff("ben"), kst("2027-05-01 09:00")
    stood = Stood(
        Span(kst(f"{month:%Y-%m}-12 13:00"), kst(f"{month:%Y-%m}-12 18:00")), OutageCause.UNPLANNED, "화면", ""
    )
    outages.record(contract.public_id, stood, by=amy, at=over)
    report = reports.measure(contract.public_id, month, by=amy, at=over)
    reports.approve(report.public_id, reason="", by=ben, at=over)


def opened(contract: Contract, seat: Seat, subject: str = "발신이 안 됩니다") -> str:
    """A case that was answered, with a note that the customer does not see."""
    asked = Asked(Severity.CRITICAL, subject, "오후부터입니다.")
    case_id = cases.open_case(contract.public_id, asked, by=seat.user, at=AT).public_id
    cases.respond(case_id, Said("확인하고 있습니다."), by=making.staff("amy"), at=AT)
    cases.write(case_id, Said("INTERNAL", is_internal=True), by=making.staff("amy"), at=AT)
    return case_id


def key(seat: Seat, scopes: Any = CONTRACT_SCOPES) -> tuple[ContractKey, str]:
    return contract_keys.make(seat, "ERP", scopes=scopes, by=seat.user, at=AT)


def browser(seat: Seat, language: str = "en") -> Client:
    """A browser in which somebody of a firm is logged in."""
    assert seat.user is not None
    client = Client(headers={"accept-language": language})
    client.cookies["django_language"] = language
    client.force_login(seat.user)
    return client
