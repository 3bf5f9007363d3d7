"""What members say to a version of the terms: accept it, also before it takes effect, or reject it (4.4, 4.5)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import ConsentMode, MemberStatus, RestrictionKind
from accounts.errors import AcceptedAlready, NotActive, NotInForce, RejectionClosed
from accounts.models import Consent, Member, Version
from accounts.queries.amendments import for_members
from accounts.queries.terms import in_force, published
from accounts.rules.amendments import answers_until, silence_clauses
from accounts.services.deemed import close_unreached
from accounts.services.paid_services import close_decision
from accounts.services.restrictions import lift_kind
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date, last_day
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, NotFound


@enforces("upstage/4.4")
@transaction.atomic
def accept(
    member_id: int, version_id: int, *, by: Any, at: datetime, ip: str | None = None, user_agent: str = ""
) -> Consent:
    """Accept a version in force or a coming one expressly; a rejection before it is withdrawn thereby.

    What the rejection led to ends as well: the task to end paid services, and their end. Accepting again gives back
    the first consent. Refuses `not_active`, `not_found`, `terms_not_in_force`.
    """
    member, version = _locked(member_id), _answerable(version_id, at)
    given: Consent | None = member.consents.filter(version=version, mode=ConsentMode.EXPLICIT).first()
    if given is not None:
        return given
    consent = _record(member, version, ConsentMode.EXPLICIT, by=by, at=at, ip=ip, user_agent=user_agent)
    why = _("%(version)s was accepted.") % {"version": version}
    close_decision(member, by=by, at=at, outcome=why)
    close_unreached(member, version, by=by, at=at, outcome=why)
    lift_kind(member, RestrictionKind.PAID_ENDED, why=why, clauses=["upstage/4.5"], by=by, at=at)
    return consent


@enforces("upstage/4.4", "upstage/4.5")
@transaction.atomic
def reject(
    member_id: int, version_id: int, *, by: Any, at: datetime, ip: str | None = None, user_agent: str = ""
) -> Consent:
    """Reject a coming version, until 24:00 of the day before it takes effect.

    Refuses `not_active`, `not_found`, `rejection_closed`, `already_decided` after an express acceptance, and
    `already_done`.
    """
    member, version = _locked(member_id), _answerable(version_id, at)
    until = answers_until(version.effective_on)
    if at >= until:
        facts = {"version": version, "until": last_day(until)}
        raise RejectionClosed(facts=facts, clauses=silence_clauses(version.document.code))
    said = set(member.consents.filter(version=version).values_list("mode", flat=True))
    if ConsentMode.EXPLICIT in said:
        raise AcceptedAlready(facts={"version": version})
    if ConsentMode.REFUSED in said:
        raise AlreadyDone
    return _record(member, version, ConsentMode.REFUSED, by=by, at=at, ip=ip, user_agent=user_agent)


def _locked(member_id: int) -> Member:
    member: Member = Member.objects.filter(pk=member_id).locked().select_related("user").get()
    if member.status != MemberStatus.ACTIVE:
        raise NotActive(facts={"status": member.get_status_display()})
    return member


def _answerable(version_id: int, at: datetime) -> Version:
    """A published version that is in force or coming, of a document that members agree to."""
    version = for_members(published(at)).filter(pk=version_id).first()
    if version is None:
        raise NotFound
    is_coming = version.effective_on > kst_date(at)
    if not is_coming and not in_force(at).filter(pk=version_id).exists():
        raise NotInForce(facts={"version": f"{version.document.code} {version.label}"})
    return version


def _record(
    member: Member, version: Version, mode: ConsentMode, *, by: Any, at: datetime, ip: str | None, user_agent: str
) -> Consent:
    consent = Consent.objects.create(
        member=member, version=version, mode=mode, at=at, sha256=version.sha256, ip=ip or None,
        user_agent=user_agent[:400],
    )  # fmt: skip
    action = "terms.agreed" if mode == ConsentMode.EXPLICIT else "terms.rejected"
    facts = {"document": version.document.code, "version": version.label, "sha256": version.sha256}
    audit.record(action, member, about=member, by=by, at=at, clauses=["upstage/4.4"], facts=facts)
    return consent
