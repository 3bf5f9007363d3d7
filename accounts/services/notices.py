"""Telling members: an entry in their inbox and a mail in their language (upstage/13, 27)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.functional import Promise

from accounts.models import Member, Notice
from upstage_console.kernel import outbox
from upstage_console.kernel.db import require_transaction


@dataclass(frozen=True)
class Text:
    """Subject and body in both languages; the Korean binds (upstage/27)."""

    subject_ko: str
    subject_en: str
    body_ko: str
    body_en: str


def compose(subject: Promise, body: Promise, **facts: object) -> Text:
    """A text in both languages from translatable sentences and the facts that fill them."""
    texts: dict[str, str] = {}
    for language in ("ko", "en"):
        with translation.override(language):
            texts[f"subject_{language}"] = str(subject) % facts
            texts[f"body_{language}"] = str(body) % facts
    return Text(**texts)


def notify(
    *,
    member_id: int,
    about: str,
    text: Text,
    key: str,
    at: datetime,
    stage: str | int = "",
    clauses: Sequence[str] = (),
) -> Notice:
    """Tell a member once for each `key`, in the caller's transaction; the mail leaves after its commit."""
    require_transaction()
    notice, created = Notice.objects.get_or_create(
        member_id=member_id,
        key=key,
        defaults={
            "about": about,
            "stage": str(stage),
            "subject_ko": text.subject_ko,
            "subject_en": text.subject_en,
            "body_ko": text.body_ko,
            "body_en": text.body_en,
            "clauses": list(clauses),
            "at": at,
        },
    )
    if created:
        outbox.put("notice", notice.public_id, {"notice": notice.public_id}, at=at)
    return notice


def mark_read(member: Member, *, at: datetime) -> int:
    """Note that the member has seen all notices; returns how many were new."""
    return Notice.objects.filter(member=member, read_at__isnull=True).update(read_at=at)
