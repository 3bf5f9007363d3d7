"""Refunds that people decide: proposed by one, agreed to by another, or turned down (upstage/16.3, 20.3)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from accounts.models import Member
from billing.enums import REFUND_MOVES, NoRefund, RefundOrigin, RefundStatus, RefundWay
from billing.errors import CreditsExpired, DecidedAlready, NothingProposed
from billing.models import Refund
from billing.queries import refunds as queries
from billing.rules import refunds as rules
from billing.rules.refunds import Line
from billing.services import refund_letters, refunds
from upstage_console.kernel import audit, due, money, policy
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.errors import AlreadyDone, Invalid, InvalidAmount, SamePerson
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import Phrase

CLAUSES = ("upstage/16.3", "upstage/20.3")
ALONE = "refund_alone"

policy.reading(
    ALONE,
    {"KRW": 0, "USD": 0},
    clause="upstage/20.4",
    why_ko="돈이 나가는 결정은 두 사람이 합니다. 한 회원에게 모두 합하여 이 금액(세액 포함)까지는 한 사람이 결정할 "
    "수 있습니다. 약관이 전액 인정하는 환불은 여기에 해당하지 않습니다.",
    why_en="Two people decide where money goes out; up to this amount in all to one member, with tax, one may alone. "
    "What the terms grant in full is decided by nobody.",
    valid=policy.are_amounts,
)


@enforces("upstage/16.3", "upstage/20.3")
@transaction.atomic
def propose(
    *,
    member_id: int,
    purchase: str,
    credits: Decimal | None,
    reason: str,
    by: Any,
    at: datetime,
    key: str | None = None,
) -> Refund:
    """Staff start a refund of one purchase: of all that is left of it, or of so many `credits`.

    Up to the setting it is approved at once, above it waits for a second person. Refuses `not_found`, `invalid`
    (no reason), `credits_expired`, `credits_used`, `already_refunded`, `invalid_amount`, `refund_under_review`.
    """
    member: Member = Member.objects.filter(pk=member_id).locked().get()
    first: Refund | None = Refund.objects.filter(member=member, key=key).first() if key else None
    if first is not None:
        return first
    if not reason.strip():
        raise Invalid
    line = _line(member, purchase, credits, reason, at)
    refund = refunds.write(member, [line], RefundOrigin.STAFF, RefundWay.ORIGINAL, reason, by, at, key=key)
    refunds.open_review(refund, at=at)
    return _note_proposal(refund, reason, by, at)


def _line(member: Member, purchase: str, credits: Decimal | None, reason: str, at: datetime) -> Line:
    quote = queries.quote(member, at=at, purchase=purchase)
    found = quote.lines[0]
    one = found.purchase
    free = one.left - one.held
    if one.expired_on is not None or found.refused == NoRefund.EXPIRED:
        raise CreditsExpired(facts={"why": Phrase(found.reason.ko, found.reason.en)}, clauses=found.reason.clauses)
    if free <= 0 or one.is_asked_back:
        raise refunds.refusal(quote)
    wanted = free if credits is None else credits
    if not 0 < money.exact(wanted) <= free or money.credit(wanted) != wanted:
        raise InvalidAmount(facts={"amount": wanted})
    why = Reason(
        ("upstage/20.3", "upstage/20.4"), f"직원이 제안한 환불입니다: {reason}", f"Proposed by staff: {reason}"
    )
    return rules.valued(one, wanted, quote.currency, why)


@transaction.atomic
def uphold(refund_id: str, *, answer: str, by: Any, at: datetime) -> Refund:
    """Propose to grant what a member asked for; up to the setting it is granted at once.

    Refuses `not_found`, `invalid` (no answer), `already_decided`, `already_done` (somebody else has proposed it).
    """
    refund = locked(refund_id)
    if refund.proposed_by is not None and refund.proposed_by != audit.actor(by):
        raise AlreadyDone
    if not answer.strip():
        raise Invalid
    return _note_proposal(refund, answer, by, at)


def _note_proposal(refund: Refund, answer: str, by: Any, at: datetime) -> Refund:
    refund.proposed_by, refund.proposed_at, refund.answer = audit.actor(by), at, answer
    refund.needs_second = needs_second(refund, at=at)
    refund.save(update_fields=["proposed_by", "proposed_at", "answer", "needs_second"])
    if not refund.needs_second:
        return _grant(refund, answer, by, at)
    audit.record("refund.proposed", refund, by=by, at=at, about=refund.member, reason=answer, clauses=refund.clauses)
    return refund


def needs_second(refund: Refund, *, at: datetime) -> bool:
    """Whether so much goes out only where two people agree, together with all that one person granted this member."""
    limits: dict[str, int] = policy.value(ALONE, at=at)
    granted = Refund.objects.filter(member=refund.member_id, proposed_by__isnull=False, needs_second=False)
    alone = granted.exclude(status__in=(RefundStatus.UNDER_REVIEW, RefundStatus.REJECTED)).exclude(pk=refund.pk)
    before: Decimal = alone.aggregate(sum=Sum("total", default=Decimal(0)))["sum"]
    return before + refund.total > limits[refund.currency]


@enforces("upstage/16.3", "upstage/20.3", "upstage/20.4")
@transaction.atomic
def agree(refund_id: str, *, by: Any, at: datetime, answer: str = "") -> Refund:
    """The second person agrees: the credits are taken out, and the money goes back on its days.

    Refuses `not_found`, `already_decided`, `nothing_proposed`, `same_person`, and what the ledger refuses by now.
    """
    refund = locked(refund_id)
    if refund.proposed_by is None:
        raise NothingProposed
    if refund.proposed_by == audit.actor(by):
        raise SamePerson
    return _grant(refund, answer or refund.answer, by, at)


def _grant(refund: Refund, answer: str, by: Any, at: datetime) -> Refund:
    refunds.approve(refund, by=by, at=at, decided_by=by, answer=answer)
    due.close_item(refunds.REVIEW, refund.public_id, by=by, at=at, outcome=RefundStatus.APPROVED)
    return refund


@enforces("upstage/20.3")
@transaction.atomic
def reject(refund_id: str, *, answer: str, by: Any, at: datetime) -> Refund:
    """Turn a request down, with an answer that the member reads. Refuses `not_found`, `invalid`, `already_decided`."""
    refund = locked(refund_id)
    if not answer.strip():
        raise Invalid
    move(refund, RefundStatus.REJECTED, allowed=REFUND_MOVES, by=by, at=at, reason=answer, clauses=CLAUSES,
         decided_at=at, decided_by=audit.actor(by), answer=answer)  # fmt: skip
    audit.record("refund.rejected", refund, by=by, at=at, about=refund.member, reason=answer, clauses=CLAUSES)
    due.close_item(refunds.REVIEW, refund.public_id, by=by, at=at, outcome=RefundStatus.REJECTED)
    if refund.origin != RefundOrigin.STAFF:
        refund_letters.rejected(refund, at=at)
    return refund


def locked(refund_id: str) -> Refund:
    """A request that is under review, with its member locked; refuses `not_found`, `already_decided`."""
    found: Refund = Refund.objects.get_public(refund_id)
    Member.objects.filter(pk=found.member_id).locked().get()
    refund: Refund = Refund.objects.select_related("member", "proposed_by").get(pk=found.pk)
    if refund.status != RefundStatus.UNDER_REVIEW:
        raise DecidedAlready
    return refund
