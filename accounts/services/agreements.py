"""Separate agreements with a member, which prevail over all terms (upstage/5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.enums import ConsentMode, DocumentKind
from accounts.errors import DraftIncomplete
from accounts.models import Consent, Member, Version
from accounts.services import fixed_texts
from accounts.services.fixed_texts import FixedText
from accounts.services.members import require_active
from accounts.services.notices import Text, notify
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import day_start, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidDates

CLAUSES = ("upstage/5.2",)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was signed: a title, the day, the hash of the signed file, and what it says, one text per clause.

    With a `service` it holds for the use of that service alone.
    """

    title_ko: str
    title_en: str
    signed_on: date
    file_sha256: str
    says: Sequence[tuple[str, str]]
    service: str = ""


@enforces("upstage/5.2")
@transaction.atomic
def record(member_id: int, agreement: Agreement, *, by: Any, at: datetime, reason: str = "") -> Version:
    """Record a signed agreement with a member; it governs from the day it was signed, and is never changed.

    Refuses `not_active`, `invalid_dates` for a day to come, `draft_incomplete` without a text or the file's hash.
    """
    member: Member = Member.objects.filter(pk=member_id).locked().get()
    require_active(member)
    if agreement.signed_on > kst_date(at):
        raise InvalidDates(facts={"starts_on": agreement.signed_on, "ends_on": kst_date(at)})
    if not (agreement.says and agreement.file_sha256):
        raise DraftIncomplete(facts={"missing": agreement.title_ko}, clauses=CLAUSES)
    version = _write(member, agreement, by=by, at=at)
    signed_at = day_start(agreement.signed_on)
    Consent.objects.create(
        member=member, version=version, mode=ConsentMode.EXPLICIT, at=signed_at, sha256=version.sha256
    )
    facts = {"signed_on": agreement.signed_on, "sha256": agreement.file_sha256, "service": agreement.service or "–"}
    audit.record("terms.agreement_recorded", version, by=by, at=at, about=member, reason=reason, clauses=CLAUSES,
                 facts=facts)  # fmt: skip
    _tell(member, agreement, version, at=at)
    return version


def _write(member: Member, agreement: Agreement, *, by: Any, at: datetime) -> Version:
    text = FixedText(
        agreement.title_ko, agreement.title_en, agreement.signed_on, agreement.file_sha256, agreement.says,
        agreement.service,
    )  # fmt: skip
    version = fixed_texts.write(DocumentKind.AGREEMENT, text, by=by, at=at)
    version.document.members.add(member)
    return version


def _tell(member: Member, agreement: Agreement, version: Version, *, at: datetime) -> None:
    text = Text(
        f"별도 계약이 등록되었습니다: {agreement.title_ko}",
        f"A separate agreement was recorded: {agreement.title_en or agreement.title_ko}",
        f"「{agreement.title_ko}」이(가) 등록되었습니다. 이 계약은 이용약관과 개별 약관에 우선합니다.",
        f"“{agreement.title_en or agreement.title_ko}” was recorded. It prevails over the terms.",
    )
    notify(member_id=member.pk, about="terms", text=text, key=f"agreement:{version.pk}", at=at, clauses=CLAUSES)
