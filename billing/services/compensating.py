"""Recording what the company paid for an incident, by two people and never above what is payable (upstage/24)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from accounts.services import notices
from billing.enums import ProposalStatus
from billing.errors import CapExceeded
from billing.models import Compensation, LiabilityClaim
from billing.queries.liability import left_of
from billing.services import proposals
from billing.services.proposals import Topic
from upstage_console.kernel import audit, money
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidAmount, InvalidDates, NotFound
from upstage_console.kernel.money import Money
from upstage_console.kernel.wording import Phrase
from upstage_console.kernel.wording import money as in_words

TOPIC: Final = Topic("compensation", ("upstage/24.5",))


@dataclass(frozen=True)
class Paid:
    """What was paid, when, and how it is found again (the number of the transfer)."""

    amount: Decimal
    on: date
    how: str


@enforces("upstage/24.5")
@transaction.atomic
def propose(claim_id: str, paid: Paid, *, reason: str, by: Any, at: datetime) -> Compensation:
    """Record that so much was paid on an approved worksheet; it counts once a second person confirms it.

    Refuses `not_found` (also a worksheet that is not approved), `invalid_amount`, `invalid_dates` for a day to come,
    and `cap_exceeded` for more than is still payable.
    """
    claim: LiabilityClaim = LiabilityClaim.objects.get_public(claim_id)
    member = Member.objects.filter(pk=claim.member_id).locked().get()
    if claim.status != ProposalStatus.APPROVED:
        raise NotFound
    if money.exact(paid.amount) <= 0 or money.charged(paid.amount, claim.currency) != paid.amount:
        raise InvalidAmount(facts={"amount": paid.amount})
    if not claim.incident_on <= paid.on <= kst_date(at):
        raise InvalidDates(facts={"starts_on": claim.incident_on, "ends_on": paid.on})
    left = left_of(claim)
    if paid.amount > left:
        raise CapExceeded(facts={"amount": Money(paid.amount, claim.currency), "left": Money(left, claim.currency)})
    row = Compensation.objects.create(
        claim=claim, member=member, amount=paid.amount, currency=claim.currency, paid_on=paid.on, how=paid.how,
        reason=reason, proposed_by=audit.actor(by), proposed_at=at,
    )  # fmt: skip
    amounts = [in_words(paid.amount, claim.currency, language) for language in ("ko", "en")]
    title = Phrase(
        f"손해배상 지급 확인: {member.name} {amounts[0]}", f"Confirm compensation: {member.name}, {amounts[1]}"
    )
    proposals.put(TOPIC, row, title=title, by=by, at=at, amount=paid.amount, how=paid.how)
    return row


@enforces("upstage/24.5")
@transaction.atomic
def approve(compensation_id: str, *, reason: str, by: Any, at: datetime) -> Compensation:
    """As the second person: it was paid. Refuses `not_found`, `already_done`, `same_person`."""
    row: Compensation = proposals.take(Compensation, compensation_id)
    proposals.approve(TOPIC, row, reason=reason, by=by, at=at)
    text = notices.compose(
        _("Compensation was paid to you"),
        _("%(amount)s were paid to you on %(on)s (%(how)s) for the incident of %(incident_on)s."),
        amount=Money(row.amount, row.currency), on=row.paid_on, how=row.how, incident_on=row.claim.incident_on,
    )  # fmt: skip
    key = f"compensation:{row.public_id}"
    notices.notify(member_id=row.member_id, about="liability", text=text, key=key, at=at, clauses=TOPIC.clauses)
    return row


@transaction.atomic
def drop(compensation_id: str, *, reason: str, by: Any, at: datetime) -> Compensation:
    """It was not paid after all. Refuses `not_found`, `already_done`."""
    row: Compensation = proposals.take(Compensation, compensation_id)
    proposals.drop(TOPIC, row, reason=reason, by=by, at=at)
    return row
