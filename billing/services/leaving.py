"""What of billing ends with a membership: whatever would charge again (upstage/3.2, 16.2)."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Member
from accounts.queries.leaving import keeps_credits
from accounts.services.leaving import step
from billing.enums import RefundStatus
from billing.models import PaymentAgreement, Refund
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


@keeps_credits
def asking_for_refunds() -> QuerySet[Any]:
    """Who asked in time for a refund that is still under review: the credits stay until the answer (16.3, 20.3)."""
    return Refund.objects.filter(status=RefundStatus.UNDER_REVIEW).values_list("member_id", flat=True)
