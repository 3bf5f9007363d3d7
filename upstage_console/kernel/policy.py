"""Readings of the terms that staff can see, with their reason, and change with two people (rules.md, I-9)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import AlreadyDone, DayHasPassed, Invalid, NotFound, SamePerson
from upstage_console.kernel.models import Holiday, PolicySetting
from upstage_console.kernel.money import CURRENCIES


@dataclass(frozen=True)
class Reading:
    """A setting: its default, which clause it reads, why the default was chosen, and what values it may take."""

    name: str
    default: Any
    clause: str
    why_ko: str
    why_en: str
    valid: Callable[[Any], bool]


_readings: dict[str, Reading] = {}


def reading(
    name: str, default: Any, *, clause: str, why_ko: str, why_en: str, valid: Callable[[Any], bool] = lambda _: True
) -> Reading:
    """Declare a setting; done once, beside the service that asks for it."""
    return _readings.setdefault(name, Reading(name, default, clause, why_ko, why_en, valid))


def are_amounts(value: Any) -> bool:
    """Whether a value is a whole amount, not below 0, for each currency: what settings of one person's limit may be."""
    return (
        isinstance(value, dict)
        and value.keys() == CURRENCIES.keys()
        and all(type(amount) is int and amount >= 0 for amount in value.values())
    )


def readings() -> list[Reading]:
    """All declared settings, by name."""
    return [_readings[name] for name in sorted(_readings)]


def value(name: str, *, at: datetime) -> Any:
    """The value in force at `at`: the newest approved one that has started, else the default."""
    default = _reading(name).default
    approved = PolicySetting.objects.filter(name=name, approved_at__lte=at, starts_at__lte=at)
    found = approved.order_by("-starts_at", "-id").first()
    return default if found is None else found.value


@transaction.atomic
def propose(name: str, new: Any, *, reason: str, starts_at: datetime, by: Any, at: datetime) -> PolicySetting:
    """Propose a new value from `starts_at` on, never in the past; it holds once somebody else approves it."""
    known = _reading(name)
    if not known.valid(new) or not reason.strip():
        raise Invalid
    row = PolicySetting.objects.create(
        name=name, value=new, reason=reason, starts_at=max(starts_at, at), proposed_by=by, proposed_at=at
    )
    facts = {"name": name, "value": new}
    audit.record("policy.proposed", row, by=by, at=at, reason=reason, clauses=[known.clause], facts=facts)
    return row


@transaction.atomic
def approve(setting_id: int, *, by: Any, at: datetime, reason: str = "") -> PolicySetting:
    """Approve a proposed value; refuses with `same_person` and `already_done`. Old decisions keep their reading."""
    row = PolicySetting.objects.filter(pk=setting_id).locked().first()
    if row is None:
        raise NotFound
    if row.approved_at is not None:
        raise AlreadyDone
    if row.proposed_by == by:
        raise SamePerson
    row.approved_by, row.approved_at, row.starts_at = by, at, max(row.starts_at, at)
    row.save(update_fields=["approved_by", "approved_at", "starts_at"])
    facts, clauses = {"name": row.name, "value": row.value}, [_reading(row.name).clause]
    audit.record("policy.approved", row, by=by, at=at, reason=reason, clauses=clauses, facts=facts)
    return row


@transaction.atomic
def add_holiday(day: date, *, name_ko: str, name_en: str, reason: str, by: Any, at: datetime) -> Holiday:
    """Add a public holiday that the library does not know; refuses with `already_done` and `day_has_passed`.

    It counts for deadlines that are counted from now on (rules.md, I-4).
    """
    if day < kst_date(at):
        raise DayHasPassed
    row, created = Holiday.objects.get_or_create(day=day, defaults={"name_ko": name_ko, "name_en": name_en})
    if not created:
        raise AlreadyDone
    audit.record("holiday.added", row, by=by, at=at, reason=reason, facts={"day": day, "name": name_ko})
    return row


@transaction.atomic
def remove_holiday(day: date, *, reason: str, by: Any, at: datetime) -> None:
    """Take an added holiday back; refuses with `not_found`, and `day_has_passed` for days that were counted with."""
    row = Holiday.objects.filter(day=day).locked().first()
    if row is None:
        raise NotFound
    if day < kst_date(at):
        raise DayHasPassed
    audit.record("holiday.removed", row, by=by, at=at, reason=reason, facts={"day": day, "name": row.name_ko})
    row.delete()


def _reading(name: str) -> Reading:
    try:
        return _readings[name]
    except KeyError:
        raise NotFound(facts={"setting": name}) from None
