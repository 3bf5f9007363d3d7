"""Who had a seat of a contract and needs no login, or no name, here any more (rift/11.1, PIPA Art. 21(1))."""

from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from accounts.models import Member, User
from accounts.queries.schedule import seat_login_days
from accounts.rules.retention import first_day_kept
from contracts.models import CustomerHold, Seat
from contracts.queries.holds import open_holds
from contracts.queries.people import readable_seats
from upstage_console.kernel.calendars import day_end
from upstage_console.kernel.clock import KST

NAMES = "seat_name"
GONE = "–"
"""Stands where a name was."""


def due_logins(due_on: date) -> QuerySet[User]:
    """Logins that no seat needed for so many days, and no membership; held ones excepted."""
    return over_logins(due_on).exclude(Exists(_held(OuterRef("pk"))))


def held_logins(due_on: date) -> QuerySet[User]:
    """Those that would be due, were there not a legal hold."""
    return over_logins(due_on).filter(Exists(_held(OuterRef("pk"))))


def over_logins(due_on: date) -> QuerySet[User]:
    """Logins whose last seat opened nothing any more so many days before the end of a day."""
    return logins().exclude(Exists(_needed(due_on).filter(user=OuterRef("pk"))))


def keeping_seats(due_on: date) -> QuerySet[Seat]:
    """Seats for which a login is not due on a day: it was needed for them a short while ago, or a hold is on."""
    return Seat.objects.filter(Q(pk__in=_needed(due_on).values("pk")) | Q(customer__in=_customers_held()))


def logins() -> QuerySet[User]:
    """Logins that are there for seats alone: neither members nor staff have them."""
    seated, member = Seat.objects.filter(user=OuterRef("pk")), Member.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(seated), ~Exists(member), is_staff=False, is_active=True)


def _needed(due_on: date) -> QuerySet[Seat]:
    """Seats that opened something so many days before the end of a day, or did after it."""
    return readable_seats(day_end(due_on - timedelta(days=seat_login_days(at=day_end(due_on)))))


def _held(user: OuterRef) -> QuerySet[Seat]:
    """The seats of somebody at customers under a hold."""
    return Seat.objects.filter(user=user, customer__holds__in=open_holds())


def due_names(due_on: date) -> QuerySet[Seat]:
    """Seats whose names the law keeps no longer, held ones excepted."""
    return _over_names(due_on).exclude(customer__in=_customers_held())


def held_names(due_on: date) -> QuerySet[Seat]:
    """Those that would be due, were there not a legal hold."""
    return _over_names(due_on).filter(customer__in=_customers_held())


def named_seats() -> QuerySet[Seat]:
    """Seats that still say whose they were."""
    found: QuerySet[Seat] = Seat.objects.exclude(name__startswith=GONE)
    return found


def _over_names(due_on: date) -> QuerySet[Seat]:
    ended = Coalesce(TruncDate("contract__ended_at", tzinfo=KST), "contract__ends_on", output_field=DateField())
    first = first_day_kept(NAMES, due_on + timedelta(days=1))
    return named_seats().alias(contract_end=ended).filter(contract_end__lt=first)


def _customers_held() -> "QuerySet[CustomerHold, Any]":
    return open_holds().values("customer")
