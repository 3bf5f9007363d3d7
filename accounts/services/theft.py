"""A stolen account: closed at once, open again when its owner is known (upstage/6.4).

Why the password dies with the report, and what a locked account can still do: docs/adr, “A stolen account”.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import CaseKind, CaseStatus, RestrictionKind
from accounts.errors import Restricted
from accounts.models import Case, Member
from accounts.queries import restrictions_of
from accounts.services import cases, corrections, keys, notices, restrictions, sessions
from accounts.services.cases import Told
from accounts.services.restrictions import Limit
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, Invalid

CLAUSES: Final = ("upstage/6.4",)
WHY_KO: Final = "계정 도용 신고에 따라, 본인 확인을 마칠 때까지 계정을 잠갔습니다."
WHY_EN: Final = "The account was reported as stolen, and is locked until its owner's identity is verified."


@dataclass(frozen=True)
class Reported:
    """What a report ended, and the case it became."""

    member: Member
    case: Case
    keys_revoked: int
    sessions_ended: int


@enforces("upstage/6.4")
@transaction.atomic
def report(member_id: int, *, by: Any, at: datetime, told: str = "") -> Reported:
    """Close a stolen account: sessions, keys and password end now, use is locked, staff have a case with a clock.

    A second report while it is locked ends again whatever somebody opened meanwhile, and joins the case.
    """
    member: Member = Member.objects.filter(pk=member_id).locked().select_related("user").get()
    ended = sessions.end_all(member.user)
    EmailAddress.objects.filter(user=member.user, primary=False).delete()  # a change that only waits for its link
    member.user.set_unusable_password()
    member.user.save(update_fields=["password"])
    revoked = keys.live_keys(member.pk, at=at)
    keys.revoke_all(member, by=by, at=at, reason=WHY_KO, clauses=CLAUSES)
    _lock(member, by, at)
    case = cases.open_case(CaseKind.THEFT, Told(CLAUSES[0], told), member=member, by=by, at=at)
    facts = {"keys": revoked, "sessions": ended}
    audit.record("member.stolen", member, by=by, at=at, about=member, reason=told, clauses=CLAUSES, facts=facts)
    _tell(member, case, at)
    return Reported(member, case, revoked, ended)


def _lock(member: Member, by: Any, at: datetime) -> None:
    if not restrictions_of(member.pk, at=at).filter(kind=RestrictionKind.LOCKED).exists():
        limit = Limit(kind=RestrictionKind.LOCKED, clauses=CLAUSES, why_ko=WHY_KO, why_en=WHY_EN, starts_at=at)
        restrictions.lay(member, limit, by=by, at=at)


def _tell(member: Member, case: Case, at: datetime) -> None:
    text = notices.compose(
        _("Your account is locked"),
        _(
            "Your account was reported as stolen. We ended all sessions, revoked all API keys and made the password "
            "invalid. Set a new one with “Forgot your password?”; you can then read and pay. Use stays locked until "
            "we have verified who you are: we will write to you. Revoked keys stay revoked."
        ),
    )
    notices.notify(
        member_id=member.pk, about="theft", text=text, key=f"theft:{case.public_id}", at=at, clauses=CLAUSES
    )  # fmt: skip


@enforces("upstage/6.4")
@transaction.atomic
def verify_identity(
    member_id: int, *, how: str, by: Any, at: datetime, drop_second_factors: bool = False, email: str = ""
) -> Member:
    """Staff know the owner again, and say how: the lock opens, the case is decided, revoked keys stay revoked.

    With `drop_second_factors` what the thief may have set up is removed, with `email` the account gets that address.
    Refuses `already_done` where nothing is locked, `email_taken`, `invalid` without a word on how it was checked.
    """
    if not how.strip():
        raise Invalid
    member: Member = Member.objects.filter(pk=member_id).locked().select_related("user").get()
    if not restrictions.lift_kind(member, RestrictionKind.LOCKED, why=how, clauses=CLAUSES, by=by, at=at):
        raise AlreadyDone
    if drop_second_factors:
        sessions.end_all(member.user)
        Authenticator.objects.filter(user=member.user).delete()
    if email and email.strip().lower() != member.user.email:
        corrections.set_email(member, email)
    facts = {"second factors removed": drop_second_factors, "address": member.user.email}
    audit.record("member.verified", member, by=by, at=at, about=member, reason=how, clauses=CLAUSES, facts=facts)
    case = Case.objects.filter(member=member, kind=CaseKind.THEFT, status=CaseStatus.OPEN).first()
    if case is not None:
        cases.decide(case.pk, outcome=how, by=by, at=at)
    _tell_open(member, at)
    return member


def _tell_open(member: Member, at: datetime) -> None:
    text = notices.compose(
        _("Your account is open again"),
        _(
            "We have verified who you are and lifted the lock. The API keys we revoked stay revoked: make new ones. "
            "If you have not done so, set a new password and a second factor."
        ),
    )
    key = f"theft:open:{at.isoformat()}"
    notices.notify(member_id=member.pk, about="restored", text=text, key=key, at=at, clauses=CLAUSES)


def require_unlocked(member: Member, *, at: datetime) -> None:
    """Refuse `restricted` while the account is locked: who sits there may be the thief."""
    held = list(restrictions_of(member.pk, at=at).filter(kind=RestrictionKind.LOCKED))
    if held:
        raise Restricted(facts={"restrictions": restrictions.named(held)}, clauses=CLAUSES)
