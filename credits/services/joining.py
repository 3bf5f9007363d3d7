"""A member joins a promotion: agreeing to its terms, and receiving its credits, in one step (upstage/18.5)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from accounts.services import consents, notices
from accounts.services.members import require_active
from credits.enums import PromotionStatus
from credits.errors import NotForJoining, PromotionClosed, PromotionUsedUp
from credits.models import Promotion, PromotionGrant
from credits.queries.promotions import promise_of
from credits.rules import promotions as rules
from credits.services import accounts, lots
from credits.services.promotions import CLAUSES, locked
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date, last_day
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, MixedCurrencies, NotFound
from upstage_console.kernel.money import Money
from upstage_console.kernel.wording import Phrase

TOLD = (
    _("%(amount)s credits from “%(name)s”"),
    _("You have %(amount)s free credits from “%(name)s”, usable to the end of %(until)s. Its terms apply to them."),
)
GIVEN = (
    TOLD[0],
    _("We gave you %(amount)s free credits: “%(name)s”. They can be used to the end of %(until)s."),
)


@enforces("upstage/18.5", "upstage/2.8")
@transaction.atomic
def join(
    promotion_id: str, *, member_id: int, by: Any, at: datetime, ip: str | None = None, user_agent: str = ""
) -> PromotionGrant:
    """The member agrees to the promotion's terms and has its credits, once.

    Refuses `not_found` (also for a draft), `not_active`, `already_done`, `not_for_joining`, `promotion_closed`,
    `mixed_currencies`, `promotion_used_up`.
    """
    member: Member | None = Member.objects.filter(pk=member_id).locked().select_related("user").first()
    if member is None:
        raise NotFound
    require_active(member)
    accounts.lock(member_id)
    promotion = locked(promotion_id)
    _require_open_to(promotion, member, at=at)
    assert promotion.version is not None  # noqa: S101  open promotions have terms, by constraint
    agreed = consents.agree(
        member=member, versions=[promotion.version], at=at, by=by, ip=ip, user_agent=user_agent, clauses=CLAUSES
    )
    until = rules.usable_until(promise_of(promotion), at)
    name = promotion.name_en if member.language == "en" else promotion.name_ko
    lot = lots.grant(
        member_id=member_id, amount=promotion.amount, expires_on=until, reason=name, by=by, at=at,
        clauses=rules.JOINED, key=f"promotion:{promotion.public_id}",
    )  # fmt: skip
    row = PromotionGrant.objects.create(
        member=member, promotion=promotion, lot=lot, amount=promotion.amount, consent=agreed[0], at=at
    )
    facts = {"promotion": promotion.public_id, "amount": promotion.amount, "expires_on": until}
    audit.record("promotion.joined", promotion, by=by, at=at, about=member, clauses=rules.JOINED, facts=facts)
    notices.notify(
        member_id=member_id, about="promotion", text=letter(promotion, at, joined=True), key=key_of(promotion), at=at,
        clauses=rules.JOINED,
    )  # fmt: skip
    return row


def letter(promotion: Promotion, at: datetime, *, joined: bool) -> notices.Text:
    """What a member is told who has the credits since this instant."""
    subject, body = TOLD if joined else GIVEN
    return notices.compose(
        subject, body, name=promotion_name(promotion), amount=Money(promotion.amount, promotion.currency),
        until=rules.usable_until(promise_of(promotion), at),
    )  # fmt: skip


def promotion_name(promotion: Promotion) -> Phrase:
    """Its name in a sentence of either language."""
    return Phrase(promotion.name_ko, promotion.name_en)


def key_of(promotion: Promotion) -> str:
    """The key under which a member is told of a promotion, once."""
    return f"promotion:{promotion.public_id}"


def _require_open_to(promotion: Promotion, member: Member, *, at: datetime) -> None:
    if promotion.status in (PromotionStatus.DRAFT, PromotionStatus.DROPPED):
        raise NotFound
    if PromotionGrant.objects.filter(member=member, promotion=promotion).exists():
        raise AlreadyDone(clauses=CLAUSES)
    if not promotion.is_open:
        raise NotForJoining(facts={"name": promotion.name})
    require_running(promotion, at=at)
    if promotion.currency != member.currency:
        raise MixedCurrencies(facts={"one": promotion.currency, "other": member.currency}, clauses=CLAUSES)
    if promise_of(promotion).members_left < 1:
        raise PromotionUsedUp(facts={"name": promotion.name})


def require_running(promotion: Promotion, *, at: datetime) -> None:
    """Refuse `promotion_closed` unless it is open and its period runs."""
    if promotion.status != PromotionStatus.OPEN or not rules.runs(promise_of(promotion), at):
        first, last = kst_date(promotion.starts_at), last_day(promotion.ends_at)
        raise PromotionClosed(facts={"name": promotion.name, "first": first, "last": last})
