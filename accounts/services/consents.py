"""Agreeing to the terms (upstage/3.1, 4.2)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.enums import ConsentMode
from accounts.errors import NotInForce
from accounts.models import Consent, Member, Version
from accounts.queries.terms import documents_in_force
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces


@enforces("upstage/3.1", "upstage/4.2")
@transaction.atomic
def agree(
    *,
    member: Member,
    versions: Sequence[Version],
    at: datetime,
    by: Any = None,
    ip: str | None = None,
    user_agent: str = "",
    clauses: Sequence[str] = ("upstage/3.1",),
) -> list[Consent]:
    """Record the member's express agreement to versions in force, each with the hash of what was shown.

    Agreeing again to the same version gives back the first consent. Refuses `terms_not_in_force`.
    """
    locked: Any = Member.objects.filter(pk=member.pk).locked().get()
    given = {consent.version_id: consent for consent in locked.consents.filter(mode=ConsentMode.EXPLICIT)}
    for version in _in_force(versions, at):
        if version.pk not in given:
            given[version.pk] = Consent.objects.create(
                member=locked,
                version=version,
                mode=ConsentMode.EXPLICIT,
                at=at,
                sha256=version.sha256,
                ip=ip or None,
                user_agent=user_agent[:400],
            )
            _audit(locked, version, by=by or locked.user, at=at, clauses=clauses)
    return [given[version.pk] for version in versions]


def _in_force(versions: Sequence[Version], at: datetime) -> list[Version]:
    """The same versions, read again: what is recorded is the text of now, not that of an older page."""
    found = {version.pk: version for version in documents_in_force(at, audience=None)}
    past = [f"{version.document.code} {version.label}" for version in versions if version.pk not in found]
    if past:
        raise NotInForce(facts={"version": ", ".join(past)})
    return [found[version.pk] for version in versions]


def _audit(member: Member, version: Version, *, by: Any, at: datetime, clauses: Sequence[str]) -> None:
    facts = {"document": version.document.code, "version": version.label, "sha256": version.sha256}
    audit.record("terms.agreed", member, about=member, by=by, at=at, clauses=clauses, facts=facts)
