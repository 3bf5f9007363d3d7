"""Contracts under which both sides work together, for the tests."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from contracts.enums import PaperKind, SeatRole, SowPart
from contracts.models import Contract, Delivery, Seat
from contracts.services import conclusion, deliverables, documents, minutes, seats
from contracts.services.deliverables import Handed, Work
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


def won(amount: int) -> Decimal:
    return Decimal(amount)
