"""What of billing ends with a membership: whatever would charge again (upstage/3.2, 16.2)."""

from datetime import datetime
from typing import Any

from accounts.models import Member
from accounts.services.leaving import step
from billing.models import PaymentAgreement
from billing.services import recharge_plans, topping
from upstage_console.kernel import audit

CLAUSES = ("upstage/3.2",)


@step("agreements", position=200)
def end_agreements(member: Member, *, by: Any, at: datetime) -> None:
    """The agreement on paid services ends. The card stays for what is still owed, and for refunds to it."""
    agreement = PaymentAgreement.objects.filter(member=member, ended_at__isnull=True).locked().first()
    if agreement is None:
        return
    agreement.ended_at = at
    agreement.save(update_fields=["ended_at"])
    audit.record("agreement.ended", agreement, by=by, at=at, about=member, clauses=CLAUSES)


@step("recharge", position=190)
def end_recharge(member: Member, *, by: Any, at: datetime) -> None:
    """Nothing is recharged any more (upstage/16.2)."""
    recharge_plans.end_with_membership(member, by=by, at=at)
    topping.end_with_membership(member, by=by, at=at)
