"""Asking for refunds: what the rules grant in full goes straight through, the rest people decide (upstage/16, 20).

The credits leave the ledger in the transaction that approves; the money follows on the days of upstage/20.4
(`repaying`), or is set off against the next fees (`setting_off`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from accounts.enums import MemberStatus
from accounts.models import Member
from billing.enums import REFUND_MOVES, NoRefund, RefundOrigin, RefundStatus, RefundWay
from billing.errors import (
    AlreadyRefunded,
    BalanceAboveLimit,
    CreditsExpired,
    CreditsUsed,
    MoreThanPaid,
    NothingLeft,
    NotRefundable,
    RefundUnderReview,
)
from billing.models import Purchase, Refund, RefundLine, UsageTally
from billing.queries import refunds as queries
from billing.rules import refunds as rules
from billing.rules import repaying
from billing.rules.refunds import Line, Quote
from billing.services import refund_letters, repayments, settlement
from credits.services import taking_out
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, day_start, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.idempotency import IdempotencyMismatch, require_key
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import Phrase, money

REVIEW: Final = "refund_review"
PAYOUT: Final = "refund_payout"
WARNED_BEFORE: Final = timedelta(days=2)
REFUSALS: Final[dict[str, type[NotRefundable]]] = {
    NoRefund.ABOVE_LIMIT: BalanceAboveLimit,
    NoRefund.USED: CreditsUsed,
    NoRefund.EXPIRED: CreditsExpired,
    NoRefund.REFUNDED: AlreadyRefunded,
    NoRefund.NOTHING_LEFT: NothingLeft,
}


def request(
    *,
    member_id: int,
    purchase: str | None = None,
    way: str = RefundWay.ORIGINAL,
    reason: str = "",
    key: str | None = None,
    by: Any,
    at: datetime,
) -> Refund:
    """Ask for a refund of one purchase (its public id), or of everything that can be refunded; `key` asks once.

    What the rules grant comes back `approved`; what only people can grant to somebody whose membership has ended comes
    back `under_review` (16.3, 3.5.2). What was used and is not burned yet is burned first. Refuses `not_found`,
    `balance_above_limit`, `credits_used`, `credits_expired`, `already_refunded`, `nothing_left`, `refund_under_review`,
    `more_than_paid` (the bank took the payment back, or may), `invalid_key`, `idempotency_mismatch`.
    """
    if key is not None:
        require_key(key, most=repayments.LONGEST_KEY)
    if UsageTally.objects.filter(member=member_id).exists():
        settlement.settle(at=at, by=by, wait=True)
    return _request(member_id, purchase, RefundWay(way), reason, key, by, at)


@enforces("upstage/16.1", "upstage/16.2", "upstage/16.3", "upstage/20.3")
@transaction.atomic
def _request(
    member_id: int, purchase: str | None, way: RefundWay, reason: str, key: str | None, by: Any, at: datetime
) -> Refund:
    member: Member = Member.objects.filter(pk=member_id).locked().get()
    first: Refund | None = Refund.objects.filter(member=member, key=key).first() if key else None
    if first is not None:
        return _same(first, purchase, way)
    has_left = queries.has_left(member)
    quote = queries.quote(member, at=at, purchase=purchase, leaving=has_left)
    granted = [line for line in quote.lines if line.refused is None]
    if granted and member.status != MemberStatus.DISQUALIFIED:
        refund = write(member, granted, RefundOrigin.RULES, way, reason, by, at, key=key)
        return approve(refund, by=by, at=at, decided_by=None)
    lines = granted + (_by_staff(quote) if has_left else [])
    if not lines:
        raise refusal(quote)
    return _ask_for_review(write(member, lines, RefundOrigin.LEAVING, way, reason, by, at, key=key), by=by, at=at)


def _same(first: Refund, purchase: str | None, way: RefundWay) -> Refund:
    of_it = set(first.lines.values_list("purchase__public_id", flat=True))
    if first.way != way or purchase is not None and of_it != {purchase}:
        raise IdempotencyMismatch
    return first


def _by_staff(quote: Quote) -> list[Line]:
    """What is above the limit, valued as a refund of it would be (16.3)."""
    above = [line for line in quote.lines if line.refused == NoRefund.ABOVE_LIMIT]
    free = [(line, line.purchase.left - line.purchase.held) for line in above]
    return [rules.valued(line.purchase, left, quote.currency, line.reason) for line, left in free if left > 0]


def refusal(quote: Quote) -> Exception:
    """What the rules say to a quote that grants nothing."""
    for line in quote.lines:
        if line.refused is not None and line.refused == quote.refused:
            facts = {"why": Phrase(line.reason.ko, line.reason.en)}
            return REFUSALS[line.refused](facts=facts, clauses=line.reason.clauses)
    return NothingLeft(facts={"why": Phrase("환불할 유상 크레딧이 없습니다.", "There are no paid credits to refund.")})


def write(
    member: Member, lines: Sequence[Line], origin: RefundOrigin, way: RefundWay, reason: str, by: Any, at: datetime,
    *, key: str | None = None,
) -> Refund:  # fmt: skip
    """Write a request down with its lines, in the caller's transaction; refuses `refund_under_review`."""
    require_transaction()
    open_one = Refund.objects.filter(member=member, status=RefundStatus.UNDER_REVIEW).first()
    if open_one is not None and origin != RefundOrigin.RULES:
        raise RefundUnderReview(facts={"on": kst_date(open_one.requested_at), "until": open_one.review_by})
    clauses = list(dict.fromkeys(clause for line in lines for clause in line.reason.clauses))
    if origin == RefundOrigin.LEAVING:
        clauses.append("upstage/16.3" if member.status == MemberStatus.WITHDRAWN else "upstage/3.5.2")
    refund = Refund.objects.create(
        member=member,
        key=key,
        origin=origin,
        way=way,
        currency=member.currency,
        credits=sum((line.credits for line in lines), Decimal(0)),
        amount=sum((line.amount for line in lines), Decimal(0)),
        tax=sum((line.tax for line in lines), Decimal(0)),
        total=sum((line.amount + line.tax for line in lines), Decimal(0)),
        is_withdrawal=queries.is_consumer(member) and any(line.is_withdrawal for line in lines),
        reason=reason,
        clauses=clauses,
        requested_at=at,
        requested_by=audit.actor(by),
        review_by=repaying.review_by(kst_date(at), Holiday.objects.calendar()),
    )
    _write_lines(refund, lines)
    facts = {"total": refund.total, "credits": refund.credits, "way": refund.way}
    audit.record("refund.requested", refund, by=by, at=at, about=member, reason=reason, clauses=clauses, facts=facts)
    return refund


def _write_lines(refund: Refund, lines: Sequence[Line]) -> None:
    names = {line.purchase.name for line in lines}
    rows = Purchase.objects.filter(member=refund.member_id, public_id__in=names).select_related("payment")
    bought = {one.public_id: one for one in rows}
    if bought.keys() != names:
        raise NotFound
    for line in lines:
        _require_left(bought[line.purchase.name], line)
    RefundLine.objects.bulk_create(
        RefundLine(
            refund=refund,
            member_id=refund.member_id,
            purchase=bought[line.purchase.name],
            credits=line.credits,
            amount=line.amount,
            tax=line.tax,
            total=line.amount + line.tax,
            rounding=line.rounding,
            is_whole=line.is_whole,
            reason=line.reason.as_json(),
        )
        for line in lines
    )


def _require_left(purchase: Purchase, line: Line) -> None:
    """What its bank took back already, or may, does not go back a second time."""
    left, total = repayments.left_of(purchase.payment), line.amount + line.tax
    if total > left:
        raise MoreThanPaid(facts={"left": left, "amount": total, "currency": purchase.currency})


def _ask_for_review(refund: Refund, *, by: Any, at: datetime) -> Refund:
    open_review(refund, at=at)
    refund_letters.received(refund, at=at)
    return refund


def open_review(refund: Refund, *, at: datetime) -> None:
    """The task of the review, warned of before its last day (upstage/20.3)."""
    due_at = day_end(refund.review_by)
    sums = {language: money(refund.total, refund.currency, language) for language in ("ko", "en")}
    due.open_item(
        REVIEW, refund, about=refund.member, clause="upstage/20.3", at=at,
        title_ko=f"환불 검토: {refund.member.name}, {sums['ko']}",
        title_en=f"Review a refund: {refund.member.name}, {sums['en']}",
        due_at=due_at, warn_at=due_at - WARNED_BEFORE,
    )  # fmt: skip


@enforces("upstage/16.1", "upstage/16.2", "upstage/20.4")
def approve(refund: Refund, *, by: Any, at: datetime, decided_by: Any, answer: str = "") -> Refund:
    """Take the credits out and promise the money, in the caller's transaction, which has locked the member.

    Refuses what the ledger refuses: `credits_expired`, `insufficient_credits`.
    """
    require_transaction()
    for line in refund.lines.select_related("purchase").order_by("pk"):
        _take_out(refund, line, by=by, at=at)
    facts: dict[str, Any] = {"decided_at": at, "decided_by": audit.actor(decided_by), "answer": answer}
    if refund.way == RefundWay.ORIGINAL:
        days = repaying.paying_days(kst_date(at), Holiday.objects.calendar(), is_withdrawal=refund.is_withdrawal)
        facts |= {"pay_from": days.first, "pay_by": days.last}
    clauses = [*refund.clauses, "upstage/20.4"]
    move(refund, RefundStatus.APPROVED, allowed=REFUND_MOVES, by=by, at=at, reason=answer, clauses=clauses, **facts)
    told = {"total": refund.total, "pay_by": refund.pay_by}
    audit.record("refund.approved", refund, by=by, at=at, about=refund.member, reason=answer, clauses=clauses,
                 facts=told)  # fmt: skip
    if refund.pay_by is not None:
        open_payout(refund, at=at)
    refund_letters.approved(refund, at=at)
    return refund


def _take_out(refund: Refund, line: RefundLine, *, by: Any, at: datetime) -> None:
    clauses, purchase = line.reason["clauses"], line.purchase
    taking_out.refund(
        member_id=refund.member_id, lot_id=purchase.lot, amount=line.credits, by=by, at=at,
        reason=refund.public_id, clauses=clauses,
    )  # fmt: skip
    if line.is_whole:
        taking_out.end_bonus(
            member_id=refund.member_id, purchase=purchase.public_id, by=by, at=at, reason=refund.public_id,
            clauses=["upstage/16.1"],
        )  # fmt: skip


def open_payout(refund: Refund, *, at: datetime) -> None:
    """The obligation to pay, which closes itself when the money is back (upstage/20.4)."""
    if refund.pay_by is None or refund.pay_from is None:
        raise ValueError("a refund that is not to be paid has no last day")
    sums = {language: money(refund.total, refund.currency, language) for language in ("ko", "en")}
    due.open_item(
        PAYOUT, refund, about=refund.member, clause="upstage/20.4", at=at,
        title_ko=f"환불 지급: {refund.member.name}, {sums['ko']}",
        title_en=f"Pay a refund: {refund.member.name}, {sums['en']}",
        due_at=day_end(refund.pay_by), warn_at=day_start(refund.pay_by),
    )  # fmt: skip
