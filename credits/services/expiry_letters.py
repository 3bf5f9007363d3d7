"""What members read of credits that expire: one text for each kind and day, in which a statement puts the amounts."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from accounts.services.notices import Text
from credits.enums import LotKind
from credits.rules.expiry import NOTICE_STAGES, notice_stage

AMOUNT, FREE, PAID, NEEDED = "{amount}", "{free}", "{paid}", "{needed}"
"""What stands in a text where amounts come: what is left of a lot, or expired on a day; the free and the paid of that,
or of the member; and all that burns up to the lot's last credit."""
BOTH = "both"
"""Free and paid credits that expired on the same day stand in one letter."""
DAYS_KEPT = 1000
"""Each run needs the texts of the same months again, whoever's credits expire."""


def coming(today: date) -> str:
    """The texts for lots that expire within the longest stage from `today`, as JSON for `json_to_recordset`."""
    days = (today + timedelta(days=number) for number in range(max(NOTICE_STAGES) + 1))
    return _as_json(text for day in days for text in _before(day, today))


def past(today: date, looked_back: timedelta) -> str:
    """The texts for what has expired since so long before `today`, by day, as JSON for `json_to_recordset`."""
    days = (today - timedelta(days=number) for number in range(looked_back.days + 2))
    return _as_json(text for day in days for text in _all_after(day))


def _before(day: date, today: date) -> Sequence[dict[str, Any]]:
    facts = {"stage": notice_stage(day, today)}
    return [
        *(_row(kind, day, _soon(kind, day), waits=False, **facts) for kind in LotKind),
        _row(LotKind.PAID, day, _soon_behind_free(day), waits=True, **facts),
    ]


@lru_cache(DAYS_KEPT)
def _soon(kind: LotKind, day: date) -> Text:
    return notices.compose(
        _("%(amount)s credits expire on %(day)s"),
        _("%(amount)s %(kind)s credits can be used to the end of %(day)s. What is left then expires."),
        amount=AMOUNT, kind=kind.label, day=day,
    )  # fmt: skip


@lru_cache(DAYS_KEPT)
def _soon_behind_free(day: date) -> Text:
    """Paid credits that wait behind free ones: what would be lost although it was paid for is pointed out."""
    return notices.compose(
        _("%(amount)s paid credits expire on %(day)s, and free ones burn first"),
        _(
            "%(amount)s paid credits can be used to the end of %(day)s. Your %(free)s free credits burn before them: "
            "if you use %(needed)s by then, none of the paid ones is lost. What is left then expires."
        ),
        amount=AMOUNT, free=FREE, needed=NEEDED, day=day,
    )  # fmt: skip


def _all_after(day: date) -> Sequence[dict[str, Any]]:
    return [*(_row(kind, day, _after(kind, day)) for kind in LotKind), _row(BOTH, day, _after_both(day))]


@lru_cache(DAYS_KEPT)
def _after_both(day: date) -> Text:
    return notices.compose(
        _("%(amount)s credits have expired"),
        _("%(free)s free and %(paid)s paid credits could be used to the end of %(day)s and have expired."),
        amount=AMOUNT, free=FREE, paid=PAID, day=day,
    )  # fmt: skip


@lru_cache(DAYS_KEPT)
def _after(kind: LotKind, day: date) -> Text:
    return notices.compose(
        _("%(amount)s credits have expired"),
        _("%(amount)s %(kind)s credits could be used to the end of %(day)s and have expired."),
        amount=AMOUNT, kind=kind.label, day=day,
    )  # fmt: skip


def _row(kind: str, day: date, text: Text, **facts: object) -> dict[str, Any]:
    return {"kind": str(kind), "day": day.isoformat(), **facts, **asdict(text)}


def _as_json(rows: Iterable[dict[str, Any]]) -> str:
    return json.dumps(list(rows))
