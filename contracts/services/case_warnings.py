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

from contracts.models import CaseClock
from upstage_console.kernel import outbox

TOPIC: Final = "case_warning"
MOST_LISTED: Final = 20


def put(clocks: Sequence[CaseClock], *, at: datetime) -> None:
    """Send each person in charge one mail about all of these clocks; who is in charge of none hears nothing."""
    of_people = [clock for clock in clocks if clock.case.assigned_to is not None]
    by_person = groupby(sorted(of_people, key=_person), key=_person)
    outbox.put_all(TOPIC, [_message(list(some)) for _key, some in by_person], at=at)


def _person(clock: CaseClock) -> int:
    return clock.case.assigned_to_id or 0


def _message(clocks: Sequence[CaseClock]) -> tuple[str, dict[str, Any]]:
    person = clocks[0].case.assigned_to
    if person is None:
        raise ValueError("somebody is in charge of these")
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
