"""Telling members: an entry in their inbox and a mail in their language (upstage/13, 27)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import translation
from django.utils.functional import Promise

from accounts.models import Member, Notice
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.wording import worded

WRITE = """
WITH told AS (
    INSERT INTO accounts_notice (
        public_id, member_id, about, stage, key, subject_ko, subject_en, body_ko, body_en, clauses, at, bounce,
        sent_again
    )
    SELECT kernel_new_id(), letter.*, %s, '', 0 FROM ({letters}) AS letter
    ON CONFLICT (member_id, key) DO NOTHING
    RETURNING public_id
), named AS (SELECT 'ntc_' || replace(public_id::text, '-', '') AS name FROM told)
INSERT INTO kernel_outboxmessage (topic, key, payload, created_at, due_at, state, attempts, error)
SELECT 'notice', name, jsonb_build_object('notice', name), %s, %s, 'waiting', 0, '' FROM named
"""
# Each text goes to the database once, however many members it is for.
LETTERS = """
SELECT letter.member_id, letter.about, letter.stage, letter.key, text.subject_ko, text.subject_en, text.body_ko,
    text.body_en, string_to_array(letter.clauses, ' ')
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[])
    AS letter (member_id, about, stage, key, clauses, place)
JOIN unnest(%s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY
    AS text (subject_ko, subject_en, body_ko, body_en, place) USING (place)
"""


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
    (text,) = compose_each(subject, body, [facts])
    return text


def compose_each(subject: Promise, body: Promise, facts: Sequence[Mapping[str, object]]) -> list[Text]:
    """The same for many: one text of these sentences for each of the facts."""
    texts = [dict[str, str]() for _ in facts]
    for language in ("ko", "en"):
        with translation.override(language):
            sentences = {f"subject_{language}": str(subject), f"body_{language}": str(body)}
            for text, one in zip(texts, facts, strict=True):
                said = {name: worded(fact, language) for name, fact in one.items()}
                text |= {part: sentence % said for part, sentence in sentences.items()}
    return [Text(**text) for text in texts]


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
    """Tell many members by one statement; who was told before is not told again. Returns how many were new."""
    require_transaction()
    if not letters:
        return 0
    texts = list(dict.fromkeys(letter.text for letter in letters))
    place = {text: number for number, text in enumerate(texts, start=1)}
    given = [
        [letter.member_id for letter in letters],
        [letter.about for letter in letters],
        [str(letter.stage) for letter in letters],
        [letter.key for letter in letters],
        [" ".join(letter.clauses) for letter in letters],
        [place[letter.text] for letter in letters],
        *([getattr(text, part.name) for text in texts] for part in fields(Text)),
    ]
    return write(LETTERS, given, at=at)


def write(letters: str, given: Sequence[Any], *, at: datetime) -> int:
    """Write the notices a statement answers with, and the mails that leave after the commit; returns how many were new.

    `letters` with its parameters answers with member, subject matter, stage, key, subject and body, either in Korean
    and in English, and clauses. The same key goes out to a member once.
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(WRITE.format(letters=letters), [at, *given, at, at])
        return int(cursor.rowcount)


def mark_read(member: Member, *, at: datetime) -> int:
    """Note that the member has seen all notices; returns how many were new."""
    return Notice.objects.filter(member=member, read_at__isnull=True).update(read_at=at)
