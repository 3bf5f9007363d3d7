"""Consent to advertising: the answer, its result, asking again (upstage/13; Network Act Art. 50)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberStatus
from accounts.errors import NotActive
from accounts.models import MarketingConsent, Member, Notice
from accounts.queries.advertising import answers_of_member, newest_answer, newest_consents
from accounts.rules import advertising as rules
from accounts.services import notices
from accounts.services.notices import Letter
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import day_end, day_start, kst_date, months_later
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import NotFound

CLAUSES: Final = ("upstage/13",)
ABOUT: Final = "marketing"
LETTERS_AT_A_TIME: Final = 1000
LOOKED_BACK: Final = timedelta(days=35)
"""How long after a consent has lapsed a run that comes late still tells of it."""

OPT_OUT: Final = signing.Signer(salt="accounts.marketing.opt_out")


@enforces("upstage/13")
@transaction.atomic
def answer(member_id: int, *, given: bool, night: bool = False, by: Any, at: datetime) -> MarketingConsent:
    """Record whether the member agrees to advertising, which works at once, and tell the result at once.

    Agreeing again reconfirms. The same refusal again gives back the first. Refuses `not_active` a consent; a refusal
    is taken from everybody.
    """
    row, is_new = _record(member_id, given=given, night=night, by=by, at=at)
    if is_new:
        _tell_result(row, at)
    return row


@transaction.atomic
def answer_on_sign_up(member_id: int, *, by: Any, at: datetime) -> MarketingConsent:
    """The choice of the sign-up form; its result is told once the address is known to be the applicant's."""
    return _write(Member.objects.filter(pk=member_id).locked().get(), True, False, None, by=by, at=at)


@transaction.atomic
def tell_after_sign_up(member_id: int, *, at: datetime) -> None:
    """Tell the result of the choice made on the sign-up form, if one was made."""
    row = answers_of_member(member_id).first()
    if row is not None and not Notice.objects.filter(member_id=member_id, key=_key(row)).exists():
        _tell_result(row, at)


def _record(member_id: int, *, given: bool, night: bool, by: Any, at: datetime) -> tuple[MarketingConsent, bool]:
    member = Member.objects.filter(pk=member_id).locked().get()
    before = answers_of_member(member_id).first()
    if before is not None and not before.given and not given:
        return before, False
    if given and member.status != MemberStatus.ACTIVE:
        raise NotActive(facts={"status": member.get_status_display()})
    return _write(member, given, night and given, before, by=by, at=at), True


def _write(
    member: Member, given: bool, night: bool, before: MarketingConsent | None, *, by: Any, at: datetime
) -> MarketingConsent:
    again = given and before is not None and before.given
    row = MarketingConsent.objects.create(member=member, given=given, night=night, at=at, is_reconfirmation=again)
    action = "marketing.agreed" if given else "marketing.refused"
    facts = {"night": night, "reconfirmation": again}
    audit.record(action, member, by=by, at=at, about=member, clauses=CLAUSES, facts=facts)
    return row


def _key(row: MarketingConsent) -> str:
    return f"marketing:{row.pk}"


def _tell_result(row: MarketingConsent, at: datetime) -> None:
    text = _agreed(row) if row.given else _refused(row)
    notices.notify(member_id=row.member_id, about=ABOUT, text=text, key=_key(row), at=at, clauses=CLAUSES)


def _agreed(row: MarketingConsent) -> notices.Text:
    body = _(
        "On %(day)s you agreed to advertising from Upstage by e-mail and text message, %(night)s. We ask you again "
        "before the end of %(until)s. You can refuse at any time, free of charge: on your page “Advertising”, or with "
        "the link in every message."
    )
    night = _("also between 21:00 and 08:00") if row.night else _("but no text messages between 21:00 and 08:00")
    days = {"day": kst_date(row.at), "until": rules.reconfirm_by(row.at)}
    return notices.compose(_("You agreed to advertising"), body, night=night, **days)


def _refused(row: MarketingConsent) -> notices.Text:
    body = _("On %(day)s you refused advertising from Upstage. From then on we send you none.")
    return notices.compose(_("You refused advertising"), body, day=kst_date(row.at))


# Without a log-in


def opt_out_token(member: Member) -> str:
    """What stands in the link of every advertisement: it names the member and opens nothing else."""
    return OPT_OUT.sign(member.public_id)


def member_of_token(token: str) -> Member:
    """Whose link it is; refuses `not_found`."""
    try:
        found: Member = Member.objects.select_related("user").get_public(OPT_OUT.unsign(token))
    except signing.BadSignature:
        raise NotFound from None
    return found


# Asking again


@enforces("upstage/13")
def ask_again(*, at: datetime) -> int:
    """Ask every member whose consent ends within 30 days whether it goes on, once; tell whose has lapsed, once.

    Returns how many were told; a repeat tells nobody.
    """
    return sum(_send(batch, at) for letters in (_ending(at), _lapsed(at)) for batch in _batches(letters))


@transaction.atomic
def _send(letters: list[Letter], at: datetime) -> int:
    return notices.notify_all(letters, at=at)


def _batches(letters: Iterator[Letter]) -> Iterator[list[Letter]]:
    while batch := list(islice(letters, LETTERS_AT_A_TIME)):
        yield batch


def _ending(at: datetime) -> Iterator[Letter]:
    today = kst_date(at)
    newest = _years_before(today + timedelta(days=rules.ASK_AGAIN_DAYS_BEFORE + 2))
    rows = newest_consents().filter(at__gte=day_start(rules.oldest_holding(today)), at__lt=day_end(newest))
    for row in rows.iterator():
        if rules.ask_again_on(row.at) <= today <= rules.reconfirm_by(row.at):
            yield Letter(row.member_id, ABOUT, _question(row), f"{_key(row)}:ask", "ask", CLAUSES)


def _lapsed(at: datetime) -> Iterator[Letter]:
    end = day_start(rules.oldest_holding(kst_date(at)))
    for row in newest_consents().filter(at__gte=end - LOOKED_BACK, at__lt=end).iterator():
        yield Letter(row.member_id, ABOUT, _farewell(row), f"{_key(row)}:lapsed", "lapsed", CLAUSES)


def _years_before(day: date) -> date:
    return months_later(day, -12 * rules.RECONFIRM_AFTER_YEARS)


def _question(row: MarketingConsent) -> notices.Text:
    return notices.compose(
        _("Do you still want advertising?"),
        _(
            "On %(day)s you agreed to advertising from Upstage. The law has us ask every two years: if it shall go on, "
            "confirm it on your page “Advertising” by the end of %(until)s. Without an answer we send you none after "
            "that day."
        ),
        day=kst_date(row.at),
        until=rules.reconfirm_by(row.at),
    )


def _farewell(row: MarketingConsent) -> notices.Text:
    return notices.compose(
        _("We no longer send you advertising"),
        _(
            "Your consent of %(day)s was to be confirmed by the end of %(until)s. As we have no answer, it is over, "
            "and we send you no more advertising."
        ),
        day=kst_date(row.at),
        until=rules.reconfirm_by(row.at),
    )


def state_of(member_id: int, *, at: datetime) -> rules.Answer | None:
    """The consent that holds at `at`, or None: refused, never given, or not reconfirmed in time."""
    found = newest_answer(member_id)
    return found if rules.is_agreed(found, at=at) else None
