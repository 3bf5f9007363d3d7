"""Accepting new members at once, or holding them while the company cannot serve more (upstage/3.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.enums import MEMBER_MOVES, MemberStatus
from accounts.errors import NotVerified
from accounts.models import Member, RegistrationHold
from accounts.queries import registration_hold
from accounts.services import marketing, members, notices
from accounts.services.members import Application
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, Refusal
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.transitions import move

CLAUSES = ("upstage/3.1",)
ANSWER_WITHIN_BUSINESS_DAYS = 7
"""The terms name no time for the answer; this is the console's own."""


@transaction.atomic
def email_verified(member_id: int, *, at: datetime) -> Member:
    """Answer an applicant who verified the address: accepted at once, or held while a hold is on (upstage/3.1).

    Refuses with `already_done` where the application has its answer.
    """
    member = Member.objects.select_related("user").get(pk=member_id)
    marketing.tell_after_sign_up(member_id, at=at)
    hold = registration_hold()
    if hold is None:
        return members.accept(member_id, by=None, at=at)
    reason = _ground_of(hold)
    move(member, MemberStatus.HELD, allowed=MEMBER_MOVES, by=None, at=at, reason=reason, clauses=CLAUSES)
    audit.record("member.held", member, by=None, at=at, about=member, reason=reason, clauses=CLAUSES)
    _ask_staff(member, at)
    _tell(member, at)
    return member


def _ground_of(hold: RegistrationHold) -> str:
    """Why acceptance is reserved, in the console's own language: history reads the same whoever's request wrote it."""
    with translation.override(settings.LANGUAGE_CODE):
        return hold.get_reason_display()


@transaction.atomic
def hold(*, reason: str, by: Any, at: datetime, note: str = "") -> RegistrationHold:
    """Reserve acceptance from now on (upstage/3.1); refuses with `already_done` while a hold is on."""
    begun = {"reason": reason, "starts_at": at, "held_by": by}
    row, is_new = RegistrationHold.objects.get_or_create(ends_at=None, defaults=begun)
    if not is_new:
        raise AlreadyDone
    text = note or _ground_of(row)
    audit.record("registration.held", row, by=by, at=at, reason=text, clauses=CLAUSES)
    return row


@transaction.atomic
def resume(*, by: Any, at: datetime, reason: str = "") -> None:
    """End the hold; whoever waits stays in the queue until staff decide. Refuses with `already_done`."""
    row = RegistrationHold.objects.filter(ends_at__isnull=True).locked().first()
    if row is None:
        raise AlreadyDone
    row.ends_at = at
    row.save(update_fields=["ends_at"])
    audit.record("registration.resumed", row, by=by, at=at, reason=reason, clauses=CLAUSES)


@enforces("upstage/3.1", "upstage/3.3")
@transaction.atomic
def accept_held(member_id: int, *, by: Any, at: datetime, reason: str = "") -> Member:
    """Accept somebody who waited, and tell them; the grounds of 3.3 are checked as on the day of application.

    Refuses with `already_done`, `not_allowed` or `not_verified`, and with what an application is refused for.
    """
    _require_verified(member_id)
    _require_acceptable(member_id)
    member = members.accept(member_id, by=by, at=at, reason=reason)
    _close_item(member, by=by, at=at, outcome="accepted")
    text = notices.compose(
        _("Your membership has begun"), _("We accepted your application. You can now use every service.")
    )
    notices.notify(member_id=member.pk, about="registration", text=text, key="accepted", at=at, clauses=CLAUSES)
    return member


@transaction.atomic
def reject_held(member_id: int, *, ground: int, reason: str, by: Any, at: datetime) -> Member:
    """Refuse somebody who waited, on a ground of upstage/3.3, and tell them why."""
    _require_verified(member_id)
    member = members.reject(member_id, ground=ground, reason=reason, by=by, at=at)
    _close_item(member, by=by, at=at, outcome="rejected")
    text = notices.compose(
        _("We could not accept your application"),
        _("Your application was refused on the ground of Article 3, paragraph 3, item %(ground)s. %(reason)s"),
        ground=ground,
        reason=reason,
    )
    clauses = [f"upstage/3.3.{ground}"]
    notices.notify(member_id=member.pk, about="registration", text=text, key="rejected", at=at, clauses=clauses)
    return member


@dataclass(frozen=True)
class Answer:
    """What became of one of many applications: the member, or why it could not be answered so."""

    member: Member
    refusal: Refusal | None = None


def accept_many(member_ids: Iterable[int], *, by: Any, at: datetime, reason: str = "") -> list[Answer]:
    """Accept several who wait, each by itself: whom a rule refuses stays in the queue, the others become members."""
    return [_one(member_id, accept_held, by=by, at=at, reason=reason) for member_id in sorted(member_ids)]


def reject_many(member_ids: Iterable[int], *, ground: int, reason: str, by: Any, at: datetime) -> list[Answer]:
    """Refuse several who wait on one ground of upstage/3.3, each by itself."""
    return [
        _one(member_id, reject_held, ground=ground, reason=reason, by=by, at=at) for member_id in sorted(member_ids)
    ]


def _one(member_id: int, verb: Any, **said: Any) -> Answer:
    try:
        with transaction.atomic():
            return Answer(verb(member_id, **said))
    except Refusal as refusal:
        return Answer(Member.objects.get(pk=member_id), refusal)


def _require_acceptable(member_id: int) -> None:
    """Who waits is measured as on the day of application: age, information, and whether they are barred (3.3.1-3)."""
    waiting = Member.objects.filter(pk=member_id, status=MemberStatus.HELD).select_related("user").first()
    if waiting is not None:
        members.check(Application.of(waiting), on=kst_date(waiting.applied_at))


def _require_verified(member_id: int) -> None:
    """An application is answered once the address is verified: only then has it come from its applicant."""
    if Member.objects.filter(pk=member_id, status=MemberStatus.APPLIED).exists():
        raise NotVerified


def _ask_staff(member: Member, at: datetime) -> None:
    last = Holiday.objects.calendar().business_days_after(kst_date(at), ANSWER_WITHIN_BUSINESS_DAYS)
    due.open_item(
        "registration",
        member,
        title_ko=f"가입 승낙 여부 결정: {member.name}",
        title_en=f"Accept or refuse the application of {member.name}",
        clause=CLAUSES[0],
        due_at=day_end(last),
        warn_at=day_end(kst_date(at)),
        at=at,
        about=member,
    )


def _tell(member: Member, at: datetime) -> None:
    text = notices.compose(
        _("Your application is waiting"),
        _("We cannot accept new members at the moment. Your application keeps its place, and we will write to you."),
    )
    notices.notify(member_id=member.pk, about="registration", text=text, key="held", at=at, clauses=CLAUSES)


def _close_item(member: Member, *, by: Any, at: datetime, outcome: str) -> None:
    due.close_item("registration", member.public_id, by=by, at=at, outcome=outcome)
