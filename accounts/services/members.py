"""Applying for membership, and the company's answer (upstage/3.1, 3.3)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self

from django.db import IntegrityError, transaction

from accounts.enums import MEMBER_MOVES, MemberKind, MemberStatus
from accounts.errors import (
    EmailTaken,
    InvalidBusinessNumber,
    MissingInformation,
    NotActive,
    TermsNotAgreed,
    UnderFourteen,
    UnknownGround,
)
from accounts.models import Member, User, Version
from accounts.queries import documents_in_force
from accounts.rules.membership import (
    GROUNDS_OF_REFUSAL,
    LEAST_AGE,
    is_business_number,
    is_old_enough,
    missing_information,
)
from accounts.services import barring, consents, marketing, telling
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import age_on, kst_date
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.transitions import move

ANSWERS = {MemberStatus.ACTIVE: "member.accepted", MemberStatus.REJECTED: "member.rejected"}


@dataclass(frozen=True)
class Application:
    """What an applicant says about themselves; the facts of rules.md section 1."""

    email: str
    name: str
    kind: str = MemberKind.INDIVIDUAL
    born_on: date | None = None
    business_number: str = ""
    phone: str = ""
    country: str = "KR"
    currency: str = "KRW"
    language: str = "ko"
    agreed_to: Collection[str] = field(default_factory=tuple)
    """Codes of the documents the applicant expressly agreed to."""

    @classmethod
    def of(cls, member: Member) -> Self:
        """What a member said about themselves, as it stands now."""
        said = ("name", "kind", "born_on", "business_number", "phone", "country", "currency", "language")
        return cls(email=member.user.email, **{name: getattr(member, name) for name in said})

    marketing: bool = False
    """Whether the applicant also wants advertising, which membership never depends on (upstage/13)."""


@transaction.atomic
def apply(
    application: Application, *, password: str | None, at: datetime, ip: str = "", user_agent: str = ""
) -> Member:
    """Record an application with its consents; the membership begins when the company accepts it (upstage/3.1).

    Refuses with `missing_information`, `under_14`, `invalid_business_number`, `registration_barred`, `terms_not_agreed`
    or `email_taken`, and then leaves nothing behind.
    """
    versions = agreed(application, at)
    user = _create_user(application, password, at)
    return record(application, user, versions, at, ip, user_agent)


def agreed(application: Application, at: datetime) -> list[Version]:
    """The documents in force, once the application stands and each of them was agreed to; refuses as `apply` does."""
    check(application, on=kst_date(at))
    versions = documents_in_force(at=at)
    missing = [version.document.code for version in versions if version.document.code not in application.agreed_to]
    if missing:
        raise TermsNotAgreed(facts={"missing": ", ".join(missing)})
    return versions


def record(
    application: Application, user: User, versions: Sequence[Version], at: datetime, ip: str, user_agent: str
) -> Member:
    """The application with its consents, of a login that has none yet, in the caller's transaction."""
    require_transaction()
    member = _create(application, user, at)
    consents.agree(member=member, versions=versions, at=at, ip=ip, user_agent=user_agent)
    if application.marketing:
        marketing.answer_on_sign_up(member.pk, by=user, at=at)
    audit.record("member.applied", member, by=user, at=at, about=member, clauses=["upstage/3.1"])
    return member


def check(application: Application, *, on: date) -> None:
    """Refuse an application that the company must not accept on `on` (upstage/3.3, grounds 1 to 3)."""
    missing = missing_information(
        email=application.email,
        name=application.name,
        kind=application.kind,
        country=application.country,
        born=application.born_on,
        number=application.business_number,
    )
    if missing:
        raise MissingInformation(facts={"missing": ", ".join(missing)})
    if application.born_on and not is_old_enough(application.born_on, on):
        raise UnderFourteen(facts={"age": LEAST_AGE, "on": on, "years": age_on(application.born_on, on)})
    number = application.business_number
    if number and application.country == "KR" and not is_business_number(number):
        raise InvalidBusinessNumber(facts={"number": number})
    barring.require_free(on=on, email=application.email, phone=application.phone, business_number=number)


def _create_user(application: Application, password: str | None, at: datetime) -> User:
    """The account of an applicant; of two who apply with one address at once, the later is refused."""
    if User.objects.filter(email__iexact=application.email).exists():
        raise EmailTaken
    try:
        with transaction.atomic():
            return User.objects.create_user(application.email, password, language=application.language, date_joined=at)
    except IntegrityError:
        raise EmailTaken from None


def _create(application: Application, user: User, at: datetime) -> Member:
    return Member.objects.create(
        user=user,
        kind=application.kind,
        name=application.name,
        born_on=application.born_on,
        business_number=application.business_number,
        phone=application.phone,
        country=application.country,
        currency=application.currency,
        applied_at=at,
    )


@transaction.atomic
def accept(member_id: int, *, by: Any, at: datetime, reason: str = "") -> Member:
    """Accept an application: the contract comes into being (upstage/3.1). A repeat is refused with `already_done`."""
    member = _answer(member_id, MemberStatus.ACTIVE, "upstage/3.1", by=by, at=at, reason=reason, accepted_at=at)
    telling.tell_newcomer(member, at=at)
    return member


@transaction.atomic
def reject(member_id: int, *, ground: int, reason: str, by: Any, at: datetime) -> Member:
    """Refuse an application on a ground of upstage/3.3, with the reason that is told. Refuses `unknown_ground`."""
    if ground not in GROUNDS_OF_REFUSAL:
        raise UnknownGround(facts={"ground": ground})
    clause = f"upstage/3.3.{ground}"
    return _answer(member_id, MemberStatus.REJECTED, clause, by=by, at=at, reason=reason, rejected_at=at)


def _answer(
    member_id: int, to: MemberStatus, clause: str, *, by: Any, at: datetime, reason: str, **facts: Any
) -> Member:
    member = Member.objects.get(pk=member_id)
    move(member, to, allowed=MEMBER_MOVES, by=by, at=at, reason=reason, clauses=[clause], **facts)
    audit.record(ANSWERS[to], member, by=by, at=at, about=member, reason=reason, clauses=[clause])
    return member


def require_active(member: Member) -> None:
    """Refuse with `not_active` unless the membership is active."""
    if member.status != MemberStatus.ACTIVE:
        raise NotActive(facts={"status": member.get_status_display()})
