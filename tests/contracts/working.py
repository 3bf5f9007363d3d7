"""Contracts under which both sides work together, for the tests."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from contracts.enums import (
    ApprovalKind,
    DemandBasis,
    DisclosedData,
    MeetingKind,
    PaperKind,
    ReferenceKind,
    SeatRole,
    SowPart,
    SuccessionKind,
)
from contracts.models import Contract, Delivery, Seat
from contracts.rules.disclosures import Item
from contracts.services import (
    conclusion,
    deliverables,
    disclosures,
    documents,
    meetings,
    minutes,
    prior_approvals,
    references,
    seats,
    successions,
)
from contracts.services.deliverables import Handed, Work
from contracts.services.disclosures import Demand
from contracts.services.documents import Paper, SowGiven, SowLine
from contracts.services.minutes import Written
from tests.contracts import making
from tests.contracts.making import staff
from upstage_console.kernel.clock import KST

__all__ = ["Written", "building", "conclusion", "delivered", "minutes", "seated", "sow", "won"]
MONDAY = datetime(2027, 3, 8, 10, tzinfo=KST)
PROJECT = [making.fee("project", "7600000", milestone="launch"), making.fee(amount="430000")]


def building(**terms: Any) -> Contract:
    """A project under way: 7,600,000 once the launch is accepted, and a monthly fee."""
    given: dict[str, Any] = {
        "title": "콜봇 구축",
        "starts_on": date(2027, 2, 1),
        "months": 12,
        "fees": PROJECT,
        **terms,
    }
    return making.concluded(making.drafted(**given))


def sow(contract: Contract, *items: str, days: int | None = 7, silence: bool = False, at: datetime = MONDAY) -> Any:
    """A statement of work that both sides signed, which names these deliverables."""
    lines = [SowLine(SowPart.DELIVERABLE, item) for item in items]
    given = SowGiven(at.date(), contract.ends_on or at.date(), lines, days, silence)
    made = documents.add(
        contract.public_id, Paper(PaperKind.SOW, "SOW", file=making.SCAN, sow=given), by=staff("amy"), at=at
    )  # fmt: skip
    documents.offer(made.public_id, by=staff("amy"), at=at)
    return conclusion.file_signed(
        made.public_id, making.SCAN, on=at.date(), signers="둘", reason="", by=staff("amy"), at=at
    )


def delivered(contract: Contract, name: str = "design", *, at: datetime = MONDAY, milestone: str = "") -> Delivery:
    return deliverables.deliver(contract.public_id, Handed(Work(name, milestone)), by=staff("amy"), at=at)


def seated(contract: Contract, email: str = "user@customer.example", *, at: datetime = MONDAY) -> User:
    """Somebody of the customer who signs in."""
    user = User.objects.create_user(email, "a long enough password", name="이담당")
    seat: Seat = seats.add(contract.public_id, user.name, SeatRole.ADMINISTRATOR, by=staff("amy"), at=at)
    Seat.objects.filter(pk=seat.pk).update(user=user)
    return user


def one_of_everything(contract: Contract, *, at: datetime = MONDAY) -> None:
    """Something handed over, a meeting with minutes, requests of either side, a demand of an authority."""
    by = {"by": staff("amy"), "at": at}
    deliverables.deliver(contract.public_id, Handed(Work("design"), "by mail", [making.SCAN]), **by)
    plan = meetings.Plan(MeetingKind.OPERATIONS, "운영 회의", at)
    held = meetings.plan(contract.public_id, plan, **by)
    minutes.write(held.public_id, Written("Amy, 이담당", "야간 상담을 논의함."), **by)
    prior_approvals.request(contract.public_id, prior_approvals.Asked(ApprovalKind.RESALE, "소리", "outbound"), **by)
    until = at.date() + timedelta(days=100)
    references.ask(contract.public_id, references.Wish(ReferenceKind.LOGO, "our site", until), **by)
    successions.announce(successions.Plan(SuccessionKind.MERGER, "새회사", until), **by)
    item = Item(DisclosedData.CONTACTS, True, "named in the warrant", "one person")
    demand = Demand("검찰청", "2027-1", DemandBasis.WARRANT, "법원 7", at.date(), (item,))
    disclosures.propose(contract.customer.public_id, demand, **by)


def won(amount: int) -> Decimal:
    return Decimal(amount)
