"""Telling many members at once: one statement writes their notices and the mails that leave after the commit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.services import notices
from accounts.services.notices import Text

EACH = """
SELECT letter.member_id, %s, letter.stage, letter.key, letter.subject_ko, letter.subject_en, letter.body_ko,
    letter.body_en, %s::varchar[]
FROM ({letters}) AS letter (member_id, stage, key, subject_ko, subject_en, body_ko, body_en)
"""
THE_SAME = "SELECT member.id, '', %s, %s, %s, %s, %s FROM ({members}) AS member (id)"


def tell_all(
    members: QuerySet[Any], *, about: str, text: Text, key: str, at: datetime, clauses: Sequence[str] = ()
) -> int:
    """Tell each of `members` the same, once for each `key`, in the caller's transaction. Returns how many were new.

    One statement however many they are; a repeat tells only those who were not told yet.
    """
    chosen, given = members.order_by().values_list("pk").query.sql_with_params()
    said = [key, text.subject_ko, text.subject_en, text.body_ko, text.body_en]
    return tell_each(THE_SAME.format(members=chosen), [*said, *given], about=about, at=at, clauses=clauses)


def tell_each(letters: str, given: Sequence[Any], *, about: str, at: datetime, clauses: Sequence[str] = ()) -> int:
    """Tell members what a statement says of each, in the caller's transaction. Returns how many letters were new.

    `letters` with its parameters answers with member, stage, key, subject and body, the latter two in Korean and in
    English. The same key goes out to a member once.
    """
    return notices.write(EACH.format(letters=letters), [about, list(clauses), *given], at=at)
