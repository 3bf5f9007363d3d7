"""The timeline of what was done with contracts and what belongs to them: each line says about which thing it is."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from upstage_console.kernel.admin import Happening, label_of
from upstage_console.kernel.models import AuditEvent

TOLD = ("title", "signer", "sender", "name", "number", "user", "what")
"""The facts of a deed that name the thing or the person it is about."""


def told(subjects: Collection[str], before: datetime, length: int) -> Iterable[Happening]:
    """What was done to any of these, newest first."""
    events = AuditEvent.objects.filter(subject__in=subjects, at__lt=before).select_related("actor")
    for event in events.order_by("-id")[:length]:
        named = [event.facts[name] for name in TOLD if event.facts.get(name)]
        yield Happening(
            at=event.at, what=label_of(event.action), kind="deed", by=str(event.actor or _("the system")),
            detail=" · ".join(filter(None, [*named, event.reason])), clauses=event.clauses,
        )  # fmt: skip
