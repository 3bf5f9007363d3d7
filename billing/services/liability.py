"""What the company owes a member for an incident: worksheets, and what was paid (upstage/24)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from accounts.services import notices
from billing.enums import DamageCause, Fault
from billing.errors import Outdated
from billing.models import LiabilityClaim, LiabilityHead
from billing.queries.liability import as_claimed, assess, root_of
from billing.rules.liability import Claim, Verdict
from billing.services import proposals
from billing.services.claims import Story
from billing.services.proposals import Topic
from upstage_console.kernel import audit, money
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidAmount, InvalidDates
from upstage_console.kernel.money import Money
from upstage_console.kernel.wording import Phrase
from upstage_console.kernel.wording import money as in_words

TOPIC: Final = Topic("liability_claim", ("upstage/24.5", "upstage/24.2"))


@dataclass(frozen=True)
class Incident:
    """When it was, how far the company is to blame, what happened; the worksheet it is more of, if any; and the cause
    where the terms leave it out.
    """

    on: date
    fault: Fault
    story: Story
    follows: str | None = None
    cause: DamageCause | None = None


@dataclass(frozen=True)
class Head:
    """One part of what is claimed; `is_excluded` where it is indirect, special, consequential or punitive damage."""

    what: str
    amount: Decimal
    is_excluded: bool = False


@enforces("upstage/24.2", "upstage/24.5")
@transaction.atomic
def propose(
    member_id: int, incident: Incident, heads: Sequence[Head], *, reason: str, by: Any, at: datetime
) -> LiabilityClaim:
    """Work out what of a claim is payable: window, every payment, exclusions, cap, what was paid before.

    Refuses `invalid_dates` for an incident to come, `invalid_amount`, and `not_found` for a worksheet of another member
    or of another day.
    """
    member = Member.objects.filter(pk=member_id).locked().get()
    if incident.on > kst_date(at):
        raise InvalidDates(facts={"starts_on": incident.on, "ends_on": kst_date(at)})
    claim, follows = _claim(incident, heads, member.currency), _followed(member, incident)
    row = _written(member, incident, claim, assess(member, claim, follows=follows))
    row.follows, row.reason, row.proposed_by, row.proposed_at = follows, reason, audit.actor(by), at
    row.save(force_insert=True)
    LiabilityHead.objects.bulk_create(
        LiabilityHead(claim=row, position=place, what=head.what, amount=head.amount, is_excluded=head.is_excluded)
        for place, head in enumerate(heads, start=1)
    )
    amounts = [in_words(row.payable, row.currency, language) for language in ("ko", "en")]
    title = Phrase(
        f"회사의 손해배상 결정: {member.name} {amounts[0]}", f"Decide on compensation: {member.name}, {amounts[1]}"
    )
    proposals.put(TOPIC, row, title=title, by=by, at=at, claimed=row.claimed, payable=row.payable)
    return row


def _claim(incident: Incident, heads: Sequence[Head], currency: str) -> Claim:
    for head in heads:
        if money.exact(head.amount) <= 0 or money.charged(head.amount, currency) != head.amount:
            raise InvalidAmount(facts={"amount": head.amount})
    claimed = sum((head.amount for head in heads), Decimal(0))
    indirect = sum((head.amount for head in heads if head.is_excluded), Decimal(0))
    return Claim(incident.on, claimed, indirect, incident.fault, incident.cause)


def _followed(member: Member, incident: Incident) -> LiabilityClaim | None:
    if incident.follows is None:
        return None
    same = LiabilityClaim.objects.filter(member=member, incident_on=incident.on)
    return root_of(same.select_related("follows").get_public(incident.follows))


def _written(member: Member, incident: Incident, claim: Claim, found: Verdict) -> LiabilityClaim:
    return LiabilityClaim(
        member=member, incident_on=incident.on, what_ko=incident.story.ko, what_en=incident.story.en,
        fault=incident.fault, cause=incident.cause or "", currency=member.currency, claimed=claim.claimed,
        excluded=found.excluded, window_from=found.window_from, window_to=found.window_to, cap=found.cap,
        already_paid=found.already_paid,
        is_capped=found.is_capped, payable=found.payable, why=found.reason.as_json(),
        fees=[
            {
                "on": one.fee.on.isoformat(), "ko": one.fee.what.ko, "en": one.fee.what.en, "name": one.fee.name,
                "net": str(one.fee.net), "counts": str(one.counts),
            }
            for one in found.fees
        ],
    )  # fmt: skip


@enforces("upstage/24.2", "upstage/24.5")
@transaction.atomic
def approve(claim_id: str, *, reason: str, by: Any, at: datetime) -> LiabilityClaim:
    """As the second person: so much is payable, and the member is told why.

    Refuses `not_found`, `already_done`, `same_person`, and `worksheet_outdated` where it would come out otherwise now.
    """
    row: LiabilityClaim = proposals.take(LiabilityClaim, claim_id)
    now = assess(row.member, as_claimed(row), follows=row.follows)
    if now.payable != row.payable:
        raise Outdated(facts={"now": Money(now.payable, row.currency), "then": Money(row.payable, row.currency)})
    proposals.approve(TOPIC, row, reason=reason, by=by, at=at)
    why = Phrase(row.why["ko"], row.why["en"])
    text = notices.compose(
        _("Your claim about %(on)s was decided"),
        _("%(payable)s of the %(claimed)s claimed are payable. %(why)s"),
        on=row.incident_on, payable=Money(row.payable, row.currency), claimed=Money(row.claimed, row.currency), why=why,
    )  # fmt: skip
    key = f"liability:{row.public_id}"
    notices.notify(member_id=row.member_id, about="liability", text=text, key=key, at=at, clauses=TOPIC.clauses)
    return row


@transaction.atomic
def drop(claim_id: str, *, reason: str, by: Any, at: datetime) -> LiabilityClaim:
    """Leave a worksheet; the member is not told. Refuses `not_found`, `already_done`."""
    row: LiabilityClaim = proposals.take(LiabilityClaim, claim_id)
    proposals.drop(TOPIC, row, reason=reason, by=by, at=at)
    return row
