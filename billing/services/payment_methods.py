"""Registering a card, which concludes the agreement on paid services (upstage/9.2, 17.1, 19)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.enums import MemberStatus
from accounts.models import Member
from billing import gateways
from billing.enums import AgreementMode
from billing.models import PaymentAgreement, PaymentMethod
from billing.rules import conditions
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces

CONCLUDED = ("upstage/9.2", "upstage/17.1", "upstage/20.2")


def register(
    *, member_id: int, reference: str, by: Any, at: datetime, mode: AgreementMode | None = None
) -> PaymentMethod:
    """Register the card behind the gateway's `reference` in place of an earlier one.

    The first card of a member concludes the agreement, prepaid unless `mode` says otherwise; somebody whose membership
    has ended pays debts with it and agrees to nothing. Refuses `card_refused`. The gateway is asked outside of the
    transaction.
    """
    gateway = gateways.current()
    card = gateway.register(reference, at=at)
    return _keep(member_id, gateway.code, card, mode, by, at)


@enforces("upstage/9.2", "upstage/17.1", "upstage/19")
@transaction.atomic
def _keep(
    member_id: int, gateway: str, card: gateways.Card, mode: AgreementMode | None, by: Any, at: datetime
) -> PaymentMethod:
    member = Member.objects.filter(pk=member_id).locked().get()
    PaymentMethod.objects.filter(member=member, replaced_at__isnull=True).update(replaced_at=at)
    method = PaymentMethod.objects.create(
        member=member,
        gateway=gateway,
        token=card.token,
        brand=card.brand,
        last4=card.last4,
        expires_on=card.expires_on,
        registered_at=at,
    )
    audit.record("payment_method.registered", method, by=by, at=at, about=member, clauses=["upstage/19"])
    if member.status == MemberStatus.ACTIVE:
        _agree(member, method, mode, by, at)
    return method


def _agree(member: Member, method: PaymentMethod, mode: AgreementMode | None, by: Any, at: datetime) -> None:
    """Keep the agreement in force, or conclude one where there is none or another mode is wanted."""
    current = PaymentAgreement.objects.filter(member=member, ended_at__isnull=True).locked().first()
    if current is not None and mode in (None, current.mode):
        return
    if current is not None:
        current.ended_at = at
        current.save(update_fields=["ended_at"])
    agreement = PaymentAgreement.objects.create(
        member=member,
        mode=mode or AgreementMode.PREPAID,
        payment_method=method,
        conditions=conditions.current().version,
        concluded_at=at,
        clauses=list(CONCLUDED),
    )
    audit.record("agreement.concluded", agreement, by=by, at=at, about=member, clauses=CONCLUDED)


@transaction.atomic
def remove(*, member_id: int, by: Any, at: datetime) -> None:
    """Take the card away; the agreement on paid services ends with it."""
    member = Member.objects.filter(pk=member_id).locked().get()
    PaymentMethod.objects.filter(member=member, replaced_at__isnull=True).update(replaced_at=at)
    PaymentAgreement.objects.filter(member=member, ended_at__isnull=True).update(ended_at=at)
    audit.record("payment_method.removed", member, by=by, at=at, about=member, clauses=["upstage/19"])
