"""Telling members: an entry in their inbox and a mail in their language (upstage/13, 27)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.functional import Promise

from accounts.models import Member, Notice
from upstage_console.kernel import outbox
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.wording import worded


@dataclass(frozen=True)
class Text:
    """Subject and body in both languages; the Korean binds (upstage/27)."""

    subject_ko: str
    subject_en: str
    body_ko: str
    body_en: str


def compose(subject: Promise, body: Promise, **facts: object) -> Text:
    """A text in both languages from translatable sentences and the facts that fill them.

    Days, instants, `Money` and phrases are written as each language writes them; hand them over as they are.
    """
    texts: dict[str, str] = {}
    for language in ("ko", "en"):
        with translation.override(language):
            said = {name: worded(fact, language) for name, fact in facts.items()}
            texts[f"subject_{language}"] = str(subject) % said
            texts[f"body_{language}"] = str(body) % said
    return Text(**texts)


@dataclass(frozen=True)
class Letter:
    """One notice to one member; the same `key` goes out to a member once."""

    member_id: int
    about: str
    text: Text
    key: str
    stage: str | int = ""
    clauses: Sequence[str] = ()


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
    notify_all([Letter(member_id, about, text, key, stage, clauses)], at=at)
    return Notice.objects.get(member_id=member_id, key=key)


def notify_all(letters: Sequence[Letter], *, at: datetime) -> int:
    """Tell many members in a fixed number of statements; who was told before is not told again. Returns how many."""
    require_transaction()
    written = Notice.objects.bulk_create([_notice(letter, at) for letter in letters], ignore_conflicts=True)
    new = Notice.objects.filter(public_id__in=[notice.public_id for notice in written])
    names = list(new.values_list("public_id", flat=True))
    outbox.put_all("notice", [(name, {"notice": name}) for name in names], at=at)
    return len(names)


def _notice(letter: Letter, at: datetime) -> Notice:
    return Notice(
        member_id=letter.member_id,
        about=letter.about,
        stage=str(letter.stage),
        key=letter.key,
        subject_ko=letter.text.subject_ko,
        subject_en=letter.text.subject_en,
        body_ko=letter.text.body_ko,
        body_en=letter.text.body_en,
        clauses=list(letter.clauses),
        at=at,
    )


def mark_read(member: Member, *, at: datetime) -> int:
    """Note that the member has seen all notices; returns how many were new."""
    return Notice.objects.filter(member=member, read_at__isnull=True).update(read_at=at)
