"""What scenarios can do with penalties, liability and fees paid in money."""

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Member
from billing.enums import Fault
from billing.services import claims, fees, liability, penalties
from billing.services.claims import Story
from billing.services.liability import Head, Incident
from billing.services.penalties import Conduct
from upstage_console.kernel.db import new_id
from upstage_console.scenarios.arguments import Choice, Date, Name, Number, Staff
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World

A_MEMBER = Name("member", required=True)
STORY = Story("시나리오", "scenario")


@action("pay_fee", {"member": A_MEMBER, "amount": Number(required=True)})
def pay_fee(world: World, *, member: int, amount: Decimal) -> Result:
    """The member pays a fee in money, outside credits."""
    by = Member.objects.get(pk=member).user
    paid = fees.pay_at_once(
        member_id=member,
        amount=amount,
        what_ko="이용 요금",
        what_en="Service fee",
        by=by,
        at=world.now,
        key=new_id().hex,
    )
    return {"status": paid.status, "paid": paid.subtotal, "tax": paid.tax, "total": paid.total,
            "clauses": ["upstage/18.1", "upstage/18.4"]}  # fmt: skip


@action(
    "penalty",
    {
        "member": A_MEMBER, "from": Date(required=True), "factor": Number(required=True), "base": Number(),
        "by": Staff(), "approver": Staff(default=None),
    },
)  # fmt: skip
def penalty(
    world: World, *, member: int, from_: date, factor: Decimal, base: Decimal | None, by: Any, approver: Any
) -> Result:
    """Staff work out a penalty; with an approver it is invoiced."""
    conduct = Conduct(from_, factor, base=base, base_reason="" if base is None else "scenario")
    claim = penalties.propose(member, conduct, STORY, reason="scenario", by=by, at=world.now)
    if approver is not None:
        claim = claims.approve(claim.public_id, reason="scenario", by=approver, at=world.now)
    return {"base": claim.sheet.base, "limit": claim.sheet.limit, "amount": claim.amount, "status": claim.status,
            "clauses": claim.why["clauses"]}  # fmt: skip


@action(
    "liability",
    {
        "member": A_MEMBER, "incident_on": Date(required=True), "claimed": Number(required=True),
        "indirect": Number(default=Decimal(0)), "fault": Choice(*Fault.values, default=Fault.ORDINARY), "by": Staff(),
    },
)  # fmt: skip
def work_out_liability(
    world: World, *, member: int, incident_on: date, claimed: Decimal, indirect: Decimal, fault: str, by: Any
) -> Result:
    """Staff work out what of a claim is payable: `claimed` is all of it, `indirect` the excluded part."""
    heads = [Head("direct", claimed - indirect), Head("indirect", indirect, is_excluded=True)]
    incident = Incident(incident_on, Fault(fault), STORY)
    asked = [head for head in heads if head.amount]
    row = liability.propose(member, incident, asked, reason="scenario", by=by, at=world.now)
    return {
        "window_from": row.window_from, "window_to": row.window_to, "cap": row.cap, "capped": row.is_capped,
        "already_paid": row.already_paid, "excluded": row.excluded, "payable": row.payable,
        "clauses": row.why["clauses"],
    }  # fmt: skip
