"""Taking the personal data of members out of the live tables of accounts: a fixed number of statements for many."""

from datetime import datetime
from typing import Final

from accounts.enums import ExportStatus
from accounts.models import (
    ApiKey,
    Case,
    ChangeRequest,
    Consent,
    DataExport,
    Departure,
    DepartureStep,
    Member,
    Notice,
    Objection,
    RejoinRequest,
    Report,
    Restriction,
    Sanction,
    Statement,
    StoredData,
    User,
)
from accounts.services import logins
from accounts.services.kept_parts import Ids, forgetter
from upstage_console.kernel.models import AuditEvent, DueItem, Transition

FORMER: Final = "탈퇴 회원 · Former member"
"""The name of everybody whose data is gone."""
GONE: Final = "–"
"""Stands where a text was."""


@forgetter
def people(ids: Ids, at: datetime) -> None:
    """Who it was, and every way to log in."""
    logins.close(User.objects.filter(member__in=ids), prefix="member", name="")
    Member.objects.filter(pk__in=ids).update(
        name=FORMER, phone="", born_on=None, business_number="", last_used_on=None, separated_at=at
    )
    ApiKey.objects.filter(member__in=ids).update(name=GONE, last_used_from=None)


@forgetter
def words(ids: Ids, at: datetime) -> None:
    """What was written to and by them."""
    Notice.objects.filter(member__in=ids).update(
        subject_ko=GONE, subject_en=GONE, body_ko=GONE, body_en=GONE, bounce=""
    )
    ChangeRequest.objects.filter(member__in=ids).update(value=GONE, reason="", answer="")
    Objection.objects.filter(member__in=ids).update(text=GONE, answer="")
    RejoinRequest.objects.filter(departure__member__in=ids).update(answer="")
    Departure.objects.filter(member__in=ids).update(reason="", separated_at=at)
    DepartureStep.objects.filter(departure__member__in=ids).update(error="")
    Restriction.objects.filter(member__in=ids).update(why_ko=GONE, why_en=GONE, lifted_why="", facts={})
    Case.objects.filter(member__in=ids).update(outcome="")
    Sanction.objects.filter(member__in=ids).update(draft={}, skip_reason="")
    tasks = DueItem.objects.filter(about__in=_names(ids), closed_at__isnull=False)
    tasks.update(title_ko=GONE, title_en=GONE, outcome="")


@forgetter
def content(ids: Ids, at: datetime) -> None:
    """What they stored as long as the account lasted falls due now (22.6), exports too; their jobs destroy them."""
    DataExport.objects.filter(member__in=ids, status=ExportStatus.READY, expires_at__gt=at).update(expires_at=at)
    stored = StoredData.objects.filter(member__in=ids)
    stored.exclude(blocked_why="").update(blocked_why="")
    stored.filter(destroyed_at__isnull=True, destroy_at__isnull=True).update(destroy_at=at)


@forgetter
def history(ids: Ids, at: datetime) -> None:
    """What history holds of them: the rows and their proof stay, the address, the browser and the words go."""
    Consent.objects.filter(member__in=ids).forget(ip=None, user_agent="")
    Report.objects.filter(reporter__in=ids).forget(reporter_contact="")
    Report.objects.filter(case__member__in=ids).forget(text="", item="")
    Statement.objects.filter(sanction__member__in=ids).forget(facts_ko=GONE, facts_en=GONE)
    about = AuditEvent.objects.filter(about__in=_names(ids))
    Transition.objects.filter(subject__in=about.values("subject")).exclude(reason="").forget(reason="")
    about.filter(action="member.changed").forget(facts={})
    about.exclude(reason="").forget(reason="")


def _names(ids: Ids) -> list[str]:
    return list(Member.objects.filter(pk__in=ids).values_list("public_id", flat=True))
