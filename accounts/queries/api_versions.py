"""Versions of the APIs: what is known of each, and what the console's own announces about its end."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Final

from django.db import OperationalError
from django.db.models import Count, Q, QuerySet

from accounts.errors import UnknownApiVersion
from accounts.models import ApiVersion
from accounts.rules.api_versions import Ending
from upstage_console.kernel.calendars import kst_date

CONSOLE: Final = "console"
CONSOLE_VERSION: Final = "v1"
KEPT_FOR: Final = timedelta(seconds=30).total_seconds()

log = logging.getLogger("upstage_console.api")


def all_versions() -> QuerySet[ApiVersion]:
    """Every version of every service, the newest of each first."""
    return ApiVersion.objects.order_by("service", "-since", "-id")


def version_of(service: str, version: str) -> ApiVersion:
    """One version; refuses with `unknown_api_version`."""
    found: ApiVersion | None = ApiVersion.objects.filter(service=service, version=version).first()
    if found is None:
        raise UnknownApiVersion(facts={"service": service, "version": version})
    return found


def services_without_api(today: date) -> Sequence[str]:
    """Services of which every version has ended by the beginning of this day."""
    goes_on = Q(ends_on__isnull=True) | Q(ends_on__gt=today)
    services = ApiVersion.objects.order_by().values("service").annotate(left=Count("pk", filter=goes_on))
    return list(services.filter(left=0).values_list("service", flat=True))


class _Known:
    """What this process last read about the end of the console's own API, so that requests do not ask each time.

    Other processes learn of an announcement within `KEPT_FOR` seconds.
    """

    def __init__(self) -> None:
        self._lock, self._until, self._ending = Lock(), 0.0, None

    _ending: Ending | None

    def ending(self) -> Ending | None:
        if monotonic() >= self._until:
            try:
                self.remember(_read_ending())
            except OperationalError as error:  # the request that asks will say itself that the database is busy
                log.warning("the end of the API could not be read: %s", error)
        return self._ending

    def remember(self, ending: Ending | None) -> None:
        with self._lock:
            self._ending, self._until = ending, monotonic() + KEPT_FOR

    def forget(self) -> None:
        with self._lock:
            self._until = 0.0


known = _Known()


def ending_of_console(at: datetime) -> Ending | None:
    """The end of the console's own API, once it is announced; mostly without a query."""
    ending = known.ending()
    return ending if ending is not None and ending.announced_at <= at else None


def _read_ending() -> Ending | None:
    row = ApiVersion.objects.filter(service=CONSOLE, version=CONSOLE_VERSION, ends_on__isnull=False).first()
    return Ending(row.version, row.end_announced_at, row.ends_on, row.successor) if row else None


def has_ended(version: ApiVersion, *, at: datetime) -> bool:
    """Whether the version is gone at `at`."""
    return version.ends_on is not None and version.ends_on <= kst_date(at)
