"""Mails to who is in charge of cases whose targets are about to be missed: one for many cases (rift/8.1)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import ngettext

from accounts.models import User
from contracts.models import CaseClock
from upstage_console.kernel import outbox

TOPIC: Final = "case_warning"
MOST_LISTED: Final = 20


def put(keys: Sequence[int], *, at: datetime) -> None:
    """Send each person in charge one mail about these clocks; of a case that is nobody's nobody hears."""
    rows = CaseClock.objects.filter(pk__in=keys, case__assigned_to__isnull=False)
    clocks = rows.select_related("case__assigned_to").order_by("case__assigned_to", "pk")
    by_person = groupby(clocks, key=lambda clock: clock.case.assigned_to)
    outbox.put_all(TOPIC, [_message(person, list(some)) for person, some in by_person], at=at)


def _message(person: User, clocks: Sequence[CaseClock]) -> tuple[str, dict[str, Any]]:
    listed = [{"case": clock.case.subject, "due_at": str(clock.due_at and clock.due_at.isoformat())}
              for clock in clocks[:MOST_LISTED]]  # fmt: skip
    told = {"email": person.email, "language": person.language, "number": len(clocks), "cases": listed}
    return f"{person.public_id}:{min(clock.pk for clock in clocks)}", told


@outbox.deliverer(TOPIC)
def deliver(payload: Mapping[str, Any]) -> None:
    """Mail it, in the language of whoever is in charge."""
    cases = [one | {"due_at": datetime.fromisoformat(one["due_at"])} for one in payload["cases"]]
    shown = {"cases": cases, "more": payload["number"] - len(cases), "site": settings.SITE_URL}
    with translation.override(payload["language"]):
        subject = ngettext(
            "%(number)s target of a case is due soon", "%(number)s targets of cases are due soon", payload["number"]
        )
        body = render_to_string("emails/case_warning.txt", shown)
        EmailMessage(subject % {"number": payload["number"]}, body, to=[payload["email"]]).send()
