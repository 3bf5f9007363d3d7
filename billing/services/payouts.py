"""Money of refunds goes back: to the payments it came from, or by hand where that fails (upstage/20.1, 20.4)."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from accounts.models import Member
from billing.enums import REFUND_MOVES, HandPaymentStatus, RefundStatus, RepaymentStatus
from billing.errors import MoreThanPaid
from billing.models import Refund, Repayment
from billing.rules import repaying
from billing.services import in_turn, refund_letters, refunds, repayments
from billing.services.fulfilment import follows_repayments
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import money

BY_HAND: Final = "refund_by_hand"
INTEREST: Final = "refund_interest"
CLAUSES: Final = ("upstage/20.4",)
DELAYED: Final = ("upstage/20.1", "upstage/20.4")


@enforces("upstage/20.4", "upstage/20.1.1")
def pay_due(*, at: datetime, limit: int = 1000) -> int:
    """Send back what is due to be paid by now, the longest due first; returns how many refunds were begun.

    Writing down comes before asking, so a crash leaves repayments that `repayments.reconcile` goes on with: each line
    has one key, whatever happens. A gateway that is down keeps them waiting there.
    """
    waiting = Refund.objects.filter(status=RefundStatus.APPROVED, pay_from__lte=kst_date(at)).order_by("pay_from", "pk")
    ids: list[tuple[int, int]] = list(waiting.values_list("pk", "member")[:limit])
    return in_turn.done(ids, lambda found: _pay(*found, at))


def _pay(refund_id: int, member_id: int, at: datetime) -> bool:
    begun = _begin(refund_id, member_id, at)
    for repayment in begun or ():
        repayments.ask(repayment.pk, by=None, at=at)
    return begun is not None


@transaction.atomic
def _begin(refund_id: int, member_id: int, at: datetime) -> list[Repayment] | None:
    Member.objects.filter(pk=member_id).locked().get()
    refund: Refund = Refund.objects.filter(pk=refund_id).select_related("member").locked().get()
    if refund.status != RefundStatus.APPROVED:
        return None
    move(refund, RefundStatus.PENDING, allowed=REFUND_MOVES, by=None, at=at, clauses=CLAUSES)
    try:
        with transaction.atomic():
            return [repayments.create(wanted, by=None, at=at) for wanted in _wanted(refund)]
    except MoreThanPaid as refused:
        _fail(refund, refused.code, at)
        return []


def _wanted(refund: Refund) -> Iterator[repayments.Wanted]:
    """Each line back to its own payment; what was set off comes off the first ones."""
    lines = list(refund.lines.select_related("purchase").order_by("pk"))
    parts = repaying.after_set_off([line.total for line in lines], refund.set_off)
    for line, part in zip(lines, parts, strict=True):
        if part:
            key = f"refund:{refund.public_id}:{line.pk}"
            yield repayments.Wanted(line.purchase.payment_id, refund.public_id, key, part)


@follows_repayments("rfd")
def follow(repayment: Repayment, *, by: Any, at: datetime) -> None:
    """A repayment of a refund went back, or could not: once the last has, the refund is paid, or staff are asked."""
    refund: Refund = Refund.objects.filter(member=repayment.member_id).select_related("member").get_public(
        repayment.subject
    )  # fmt: skip
    states = set(Repayment.objects.filter(subject=refund.public_id).values_list("status", flat=True))
    if states & set(repayments.OPEN):
        return
    if RepaymentStatus.FAILED in states:
        _fail(refund, repayment.failure, at)
    else:
        note_paid(refund, by=by, at=at)


def _fail(refund: Refund, failure: str, at: datetime) -> None:
    move(refund, RefundStatus.FAILED, allowed=REFUND_MOVES, by=None, at=at, reason=failure, clauses=CLAUSES)
    facts = {"failure": failure, "missing": missing(refund)}
    audit.record("refund.failed", refund, by=None, at=at, about=refund.member, clauses=CLAUSES, facts=facts)
    _open(BY_HAND, refund, missing(refund), "환불을 다른 방법으로 지급", "Pay a refund another way", at)
    refund_letters.failed(refund, missing(refund), at=at)


def missing(refund: Refund) -> Decimal:
    """What of a refund has not gone back, and is not on its way either."""
    gone = Repayment.objects.filter(subject=refund.public_id).exclude(status=RepaymentStatus.FAILED)
    return refund.to_pay - sum(gone.values_list("amount", flat=True), Decimal(0))


@enforces("upstage/20.1.1", "upstage/20.4")
def note_paid(refund: Refund, *, by: Any, at: datetime) -> None:
    """All of it is back, in the caller's transaction; a consumer's withdrawal that was late also earns interest."""
    interest = Decimal(0)
    if refund.is_withdrawal and refund.pay_by is not None:
        interest = repaying.delay_interest(refund.to_pay, refund.pay_by, kst_date(at), refund.currency)
    move(refund, RefundStatus.PAID, allowed=REFUND_MOVES, by=by, at=at, clauses=CLAUSES, paid_at=at, interest=interest)
    facts = {"total": refund.total, "set_off": refund.set_off, "interest": interest}
    audit.record("refund.paid", refund, by=by, at=at, about=refund.member, clauses=CLAUSES, facts=facts)
    if refund.pay_by is not None:
        due.close_item(refunds.PAYOUT, refund.public_id, by=by, at=at, outcome=RefundStatus.PAID)
    if refund.to_pay:
        by_hand = refund.hand_payments.filter(is_interest=False, status=HandPaymentStatus.PAID).first()
        refund_letters.paid(refund, by_hand, at=at)
    if interest:
        _open(INTEREST, refund, interest, "환불 지연이자 지급", "Pay delay interest on a refund", at)


def _open(kind: str, refund: Refund, amount: Decimal, ko: str, en: str, at: datetime) -> None:
    last = day_end(max(refund.pay_by or kst_date(at), kst_date(at)))
    name = refund.member.name
    due.open_item(
        kind, refund, about=refund.member, clause=DELAYED[0] if kind == INTEREST else CLAUSES[0], at=at,
        title_ko=f"{ko}: {name}, {money(amount, refund.currency, 'ko')}",
        title_en=f"{en}: {name}, {money(amount, refund.currency, 'en')}",
        due_at=last, warn_at=at,
    )  # fmt: skip
