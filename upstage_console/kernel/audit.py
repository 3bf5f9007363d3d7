"""Who did what and why, written in the transaction of the deed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.inserting import insert_all
from upstage_console.kernel.models import AuditEvent


def actor(by: Any) -> Any:
    """The user behind `by`, or None where the system acts by itself."""
    return by if isinstance(by, get_user_model()) else None


def name_of(subject: models.Model | str) -> str:
    """The outside name of a row: its public id, else its table and key."""
    if isinstance(subject, str):
        return subject
    return getattr(subject, "public_id", None) or f"{subject._meta.label_lower}:{subject.pk}"


def record(
    action: str,
    subject: models.Model | str,
    *,
    by: Any,
    at: datetime,
    about: models.Model | str = "",
    reason: str = "",
    clauses: Sequence[str] = (),
    facts: Mapping[str, object] | None = None,
) -> AuditEvent:
    """Write one line of history about `subject`; `about` is the member or customer it belongs to."""
    require_transaction()
    event = _event(action, subject, about, by=by, at=at, reason=reason, clauses=clauses, facts=facts)
    event.save()
    return event


def record_all(deeds: Iterable[Mapping[str, Any]], *, by: Any, at: datetime) -> None:
    """Write many lines of history, each told as `record` takes it, in one statement."""
    require_transaction()
    insert_all([_event(**deed, by=by, at=at) for deed in deeds])


def _event(
    action: str,
    subject: models.Model | str,
    about: models.Model | str = "",
    *,
    by: Any,
    at: datetime,
    reason: str = "",
    clauses: Sequence[str] = (),
    facts: Mapping[str, object] | None = None,
) -> AuditEvent:
    return AuditEvent(
        action=action,
        subject=name_of(subject),
        about=name_of(about) if about else "",
        actor=actor(by),
        at=at,
        reason=reason,
        clauses=list(clauses),
        facts={name: str(value) for name, value in (facts or {}).items()},
    )
