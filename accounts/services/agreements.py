"""Separate agreements with a member, which prevail over all terms (upstage/5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.enums import ConsentMode, DocumentKind
from accounts.errors import DraftIncomplete
from accounts.models import Article, Consent, Document, Member, Provision, Version
from accounts.queries.texts import text_of
from accounts.rules.terms import fingerprint
from accounts.services.members import require_active
from accounts.services.notices import Text, notify
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import day_start, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import new_id
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
    version = _write(_document(member, agreement), agreement, by=by, at=at)
    signed_at = day_start(agreement.signed_on)
    Consent.objects.create(
        member=member, version=version, mode=ConsentMode.EXPLICIT, at=signed_at, sha256=version.sha256
    )
    facts = {"signed_on": agreement.signed_on, "sha256": agreement.file_sha256, "service": agreement.service or "–"}
    audit.record("terms.agreement_recorded", version, by=by, at=at, about=member, reason=reason, clauses=CLAUSES,
                 facts=facts)  # fmt: skip
    _tell(member, agreement, version, at=at)
    return version


def _document(member: Member, agreement: Agreement) -> Document:
    last = Document.objects.order_by("-position").values_list("position", flat=True).first() or 0
    document = Document.objects.create(
        code=f"agreement-{new_id().hex[-12:]}",
        title_ko=agreement.title_ko,
        title_en=agreement.title_en or agreement.title_ko,
        kind=DocumentKind.AGREEMENT,
        service=agreement.service,
        position=last + 1,
    )
    document.members.add(member)
    return document


def _write(document: Document, agreement: Agreement, *, by: Any, at: datetime) -> Version:
    """The text goes in before the version is published, for from then on nothing can be added to it."""
    version = Version.objects.create(
        document=document, label=agreement.signed_on.isoformat(), effective_on=agreement.signed_on,
        text_imported_at=at, source_sha256=agreement.file_sha256, drafted_by=audit.actor(by), told_at=at, deemed_at=at,
        paid_tasks_at=at,
    )  # fmt: skip
    article = Article.objects.create(version=version, code="1", position=1, title_ko=agreement.title_ko)
    Provision.objects.bulk_create(
        Provision(article=article, code=f"{document.code}/1.{number}", position=number, depth=1, text_ko=ko, text_en=en)
        for number, (ko, en) in enumerate(agreement.says, start=1)
    )
    version.sha256 = fingerprint(text_of(version))
    version.published_at, version.published_by = at, audit.actor(by)
    version.save()
    return version


def _tell(member: Member, agreement: Agreement, version: Version, *, at: datetime) -> None:
    text = Text(
        f"별도 계약이 등록되었습니다: {agreement.title_ko}",
        f"A separate agreement was recorded: {agreement.title_en or agreement.title_ko}",
        f"「{agreement.title_ko}」이(가) 등록되었습니다. 이 계약은 이용약관과 개별 약관에 우선합니다.",
        f"“{agreement.title_en or agreement.title_ko}” was recorded. It prevails over the terms.",
    )
    notify(member_id=member.pk, about="terms", text=text, key=f"agreement:{version.pk}", at=at, clauses=CLAUSES)
