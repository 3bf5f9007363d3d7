"""What became of the mails of notices: delivered, bounced, sent again (upstage/27)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.errors import NotMailed
from accounts.models import Member, Notice
from accounts.queries.delivery import bounced_notices
from accounts.services import receipt
from upstage_console.kernel import audit, due, outbox
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.errors import AlreadyDone, NotFound
from upstage_console.kernel.models import DueItem, Holiday, OutboxMessage
from upstage_console.kernel.outbox import Outcome

CLAUSES = ("upstage/27",)
KIND = "bounced_notice"
CORRECT_WITHIN_BUSINESS_DAYS = 3
"""The terms name no time for finding another way to a member; this is the console's own."""


def note_outcomes(outcomes: Sequence[Outcome], at: datetime) -> None:
    """Write down on the notices which mails left and which were given up; statements grow with batches alone."""
    mailed = [outcome.message.payload["notice"] for outcome in outcomes if outcome.error is None]
    if mailed:
        Notice.objects.filter(public_id__in=mailed).update(mailed_at=at, bounced_at=None, bounce="")
        receipt.received(mailed, at=at)
    given_up = [outcome.message for outcome in outcomes if outcome.message.state == OutboxMessage.State.FAILED]
    if given_up:
        _note_bounces({message.payload["notice"]: message.error for message in given_up}, at)


@transaction.atomic
def record_bounce(mail_name: str, *, reason: str, by: Any, at: datetime) -> Notice:
    """A mail came back after it had left: note why, and open a task about its member.

    `mail_name` is the part of the Message-ID before the `@`. Refuses with `not_found`, `not_mailed` before it left, and
    `already_done` where that mail is known to have bounced or another has followed it.
    """
    notice = notice_of_mail(mail_name)
    Member.objects.filter(pk=notice.member_id).locked().get()
    notice.refresh_from_db()
    if notice.bounced_at is not None or notice.mail_name != mail_name:
        raise AlreadyDone
    if notice.mailed_at is None:
        raise NotMailed
    _note_bounces({notice.public_id: reason}, at)
    audit.record("notice.bounced", notice, by=by, at=at, about=notice.member, reason=reason, clauses=CLAUSES)
    notice.refresh_from_db()
    return notice


@transaction.atomic
def send_again(notice_id: str, *, reason: str, by: Any, at: datetime) -> Notice:
    """Mail the same notice once more, to the address the member has now; a bounce is cleared.

    Refuses with `not_found`, and with `not_mailed` while its mail still waits to be sent.
    """
    notice: Notice = Notice.objects.get_public(notice_id)
    member = Member.objects.filter(pk=notice.member_id).locked().get()
    notice.refresh_from_db()
    if notice.mailed_at is None and notice.bounced_at is None:
        raise NotMailed
    notice.sent_again += 1
    notice.mailed_at, notice.bounced_at, notice.bounce = None, None, ""
    notice.save(update_fields=["sent_again", "mailed_at", "bounced_at", "bounce"])
    outbox.put("notice", notice.mail_name, {"notice": notice.public_id}, at=at)
    audit.record("notice.sent_again", notice, by=by, at=at, about=member, reason=reason, clauses=CLAUSES)
    if not bounced_notices(member.pk).exists():
        _close_items(member, by=by, at=at)
    return notice


def notice_of_mail(mail_name: str) -> Notice:
    """The notice whose mail this is or was; refuses with `not_found`, also for a mail that was never sent."""
    name, _dot, number = mail_name.partition(".")
    notice: Notice = Notice.objects.get_public(name)
    if number and number not in {str(count) for count in range(1, notice.sent_again + 1)}:
        raise NotFound
    return notice


def _note_bounces(reasons: Mapping[str, str], at: datetime) -> None:
    rows = Notice.objects.filter(public_id__in=list(reasons))
    members = {member.pk: member for member in Member.objects.filter(notices__in=rows).distinct()}
    list(Member.objects.filter(pk__in=members).locked())
    bounced = list(rows.order_by("pk"))
    for notice in bounced:
        notice.bounced_at, notice.bounce = at, reasons[notice.public_id]
    Notice.objects.bulk_update(bounced, ["bounced_at", "bounce"])
    receipt.not_received(list(reasons))
    _ask_staff({notice.member_id: notice for notice in reversed(bounced)}, members, at)


def _ask_staff(first: Mapping[int, Notice], members: Mapping[int, Member], at: datetime) -> None:
    """One task for each member without an open one, however many notices come back."""
    open_items = DueItem.objects.filter(kind=KIND, state__in=DueItem.OPEN_STATES)
    names = [member.public_id for member in members.values()]
    asked = set(open_items.filter(about__in=names).values_list("about", flat=True))
    last = Holiday.objects.calendar().business_days_after(kst_date(at), CORRECT_WITHIN_BUSINESS_DAYS)
    new = [
        due.NewItem(
            kind=KIND,
            key=notice.mail_name,
            subject=notice,
            about=members[member_id],
            title_ko=f"도달하지 않은 알림: {members[member_id].name}",
            title_en=f"A notice did not reach {members[member_id].name}",
            clause=CLAUSES[0],
            due_at=day_end(last),
            warn_at=day_end(kst_date(at)),
        )
        for member_id, notice in first.items()
        if members[member_id].public_id not in asked
    ]
    due.open_all(new, at=at)


def _close_items(member: Member, *, by: Any, at: datetime) -> None:
    open_items = DueItem.objects.filter(kind=KIND, about=member.public_id, state__in=DueItem.OPEN_STATES)
    for key in open_items.values_list("key", flat=True):
        due.close_item(KIND, key, by=by, at=at, outcome="sent_again")
