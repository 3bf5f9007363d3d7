"""Reads shared by pages, admin and API."""

from accounts.queries.standing import Restriction, Standing, registration_hold, standing
from accounts.queries.terms import clause, clauses, documents_in_force, missing_consents, version_in_force

__all__ = [
    "Restriction",
    "Standing",
    "clause",
    "clauses",
    "documents_in_force",
    "missing_consents",
    "registration_hold",
    "standing",
    "version_in_force",
]
