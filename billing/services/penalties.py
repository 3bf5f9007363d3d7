"""Penalties for improper use: a worksheet that one person fills in and another approves (upstage/18.6)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Member
from billing.enums import ClaimKind, HeadKind
from billing.errors import BaseNeedsReason
from billing.models import MemberClaim, PenaltySheet
from billing.queries.rated import rated
from billing.rules import penalties as rules
from billing.services import claims
from billing.services.claims import Head, Story
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidDates


@dataclass(frozen=True)
class Conduct:
    """From when until when it went on (until today where it still does), how many times the fees, and another base.

    Without `base` the system rates what was used on those days; an entered base needs its own reason.
    """

    first_on: date
    factor: Decimal
    last_on: date | None = None
    base: Decimal | None = None
    base_reason: str = ""


@enforces("upstage/18.6")
@transaction.atomic
def propose(member_id: int, conduct: Conduct, story: Story, *, reason: str, by: Any, at: datetime) -> MemberClaim:
    """Work out a penalty; it is invoiced once a second person approves it (`claims.approve`).

    Refuses `penalty_above_limit`, `invalid_amount`, `invalid_dates` (days to come, or the wrong way round), and
    `base_needs_reason`.
    """
    member = Member.objects.filter(pk=member_id).locked().get()
    last_on = conduct.last_on or kst_date(at)
    if not conduct.first_on <= last_on <= kst_date(at):
        raise InvalidDates(facts={"starts_on": conduct.first_on, "ends_on": last_on})
    own = rated(member.pk, conduct.first_on, last_on, member.currency)
    base = own if conduct.base is None else conduct.base
    if base != own and not conduct.base_reason.strip():
        raise BaseNeedsReason(facts={"rated": own})
    found = rules.penalty(base, conduct.factor, first_on=conduct.first_on, currency=member.currency)
    head = Head(HeadKind.PENALTY, "", found.amount)
    claim = claims.write(member, ClaimKind.PENALTY, [head], story, found.reason, reason=reason, by=by, at=at)
    PenaltySheet.objects.create(
        claim=claim, first_on=conduct.first_on, last_on=last_on, rated=own, base=base,
        base_reason=conduct.base_reason if base != own else "", factor=found.factor, limit=found.limit,
    )  # fmt: skip
    return claim
