"""What scenarios can do with refunds and objections to fees."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from accounts.errors import SecondPersonNeeded
from accounts.models import Member
from billing.enums import FeeObjectionStatus, RefundStatus, RefundWay
from billing.models import Refund
from billing.queries import objections
from billing.queries import refunds as queries
from billing.services import fee_objections, objection_letters, refund_reviews, refunds
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.models import Transition
from upstage_console.scenarios.arguments import Choice, Flag, Name, Number, Staff, Text
from upstage_console.scenarios.registry import Happening, action, watches
from upstage_console.scenarios.world import Result, World

A_MEMBER = Name("member", required=True)
WHY = "scenario"


@action(
    "request_refund",
    {
        "member": A_MEMBER,
        "purchase": Name("purchase"),
        "prefer": Choice(*RefundWay.values, default=RefundWay.ORIGINAL),
    },
)
def request_refund(world: World, *, member: int, purchase: str | None, prefer: str) -> Result:
    """The member asks for a refund, of one purchase or of all that can be refunded."""
    by = Member.objects.get(pk=member).user
    made = refunds.request(member_id=member, purchase=purchase, way=prefer, by=by, at=world.now)
    return _shown(made) | {"review_by": made.review_by if made.status == RefundStatus.UNDER_REVIEW else None}


@action(
    "decide_refund",
    {"member": A_MEMBER, "uphold": Flag(required=True), "by": Staff(), "approver": Staff(default=None)},
)
def decide_refund(world: World, *, member: int, uphold: bool, by: Any, approver: Any) -> Result:
    """Staff decide on the member's last request; one proposes, another agrees."""
    refund = _last(member)
    if not uphold:
        return _shown(refund_reviews.reject(refund.public_id, answer=WHY, by=by, at=world.now))
    made = refund_reviews.uphold(refund.public_id, answer=WHY, by=by, at=world.now)
    if made.status == RefundStatus.UNDER_REVIEW:
        if approver is None:
            raise SecondPersonNeeded(clauses=refund_reviews.CLAUSES)
        made = refund_reviews.agree(refund.public_id, by=approver, at=world.now)
    return _shown(made)


@action("refund_status", {"member": A_MEMBER})
def refund_status(world: World, *, member: int) -> Result:
    """What became of the member's last request."""
    return _shown(_last(member))


def _last(member: int) -> Refund:
    refund = queries.refunds_of_member(member).first()
    if refund is None:
        raise NotFound
    return refund


def _shown(refund: Refund) -> dict[str, Any]:
    return {
        "status": refund.status,
        "credits": refund.credits,
        "amount": refund.amount,
        "tax": refund.tax,
        "total": refund.total,
        "set_off": refund.set_off,
        "interest": refund.interest,
        "pay_from": refund.pay_from,
        "pay_by": refund.pay_by,
        "paid_on": kst_date(refund.paid_at) if refund.paid_at else None,
        "clauses": [*refund.clauses, "upstage/20.3", "upstage/20.4"],
    }


@action(
    "object_to_fee",
    {"member": A_MEMBER, "invoice": Name("invoice", required=True), "reason": Text(default=WHY)},
)
def object_to_fee(world: World, *, member: int, invoice: str, reason: str) -> Result:
    """The member objects to an invoice."""
    by = Member.objects.get(pk=member).user
    made = fee_objections.object_to(member_id=member, invoice_id=invoice, reason=reason, by=by, at=world.now)
    return {"status": made.status, "review_by": made.review_by, "clauses": list(objection_letters.CLAUSES)}


@action(
    "decide_fee_objection",
    {
        "member": A_MEMBER,
        "uphold": Flag(required=True),
        "amount": Number(),
        "by": Staff(),
        "approver": Staff(default="ben"),
    },
)
def decide_fee_objection(
    world: World, *, member: int, uphold: bool, amount: Decimal | None, by: Any, approver: Any
) -> Result:
    """Staff decide on the member's last objection, with the amount (without tax) that is granted."""
    last = objections.objections_of_member(member).first()
    if last is None:
        raise NotFound
    if not uphold:
        made = fee_objections.reject(last.public_id, answer=WHY, by=by, at=world.now)
    else:
        made = fee_objections.uphold(last.public_id, amount=amount, answer=WHY, by=by, at=world.now)
        if made.status == FeeObjectionStatus.UNDER_REVIEW:
            made = fee_objections.agree(last.public_id, by=approver, at=world.now)
    note = made.credit_note
    return {
        "status": made.status,
        "amount": -note.subtotal if note else Decimal(0),
        "tax": -note.tax if note else Decimal(0),
        "refunded": note.back if note else Decimal(0),
        "clauses": list(objection_letters.CLAUSES),
    }


@watches("refunds")
def refunds_between_steps(world: World, mark: int) -> Iterable[Happening]:
    """Refunds that were paid, or could not be."""
    over = (RefundStatus.PAID, RefundStatus.FAILED)
    moves = Transition.objects.filter(pk__gt=mark, subject__startswith="rfd_", to_state__in=over).order_by("pk")
    found = {one.public_id: one for one in Refund.objects.filter(public_id__in=[move.subject for move in moves])
             .select_related("member")}  # fmt: skip
    for move in moves:
        refund = found[move.subject]
        facts: dict[str, Decimal] = {"total": refund.total}
        yield Happening(move.pk, move.at, f"refund {move.to_state}", refund.member.name, tuple(move.clauses), facts)
