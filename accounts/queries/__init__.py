"""Reads shared by pages, admin and API."""

from accounts.queries.conduct import how_counted, sanction_of_member, sanctions_of_member
from accounts.queries.inbox import (
    consents_of_member,
    key_of_member,
    keys_of_member,
    notices_of_member,
    unread_notices,
)
from accounts.queries.standing import Standing, registration_hold, restrictions_at, restrictions_of, standing
from accounts.queries.terms import clause, clauses, documents_in_force, missing_consents, version_in_force

__all__ = [
    "Standing",
    "how_counted",
    "sanction_of_member",
    "sanctions_of_member",
    "clause",
    "clauses",
    "consents_of_member",
    "documents_in_force",
    "key_of_member",
    "keys_of_member",
    "missing_consents",
    "notices_of_member",
    "registration_hold",
    "restrictions_at",
    "restrictions_of",
    "standing",
    "unread_notices",
    "version_in_force",
]
