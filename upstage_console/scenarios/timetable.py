"""When the jobs of the beat schedule fall due between two instants, without walking minute by minute."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from celery.schedules import crontab, schedule

from upstage_console.kernel.clock import KST

HOUR = 60 * 60
DAY = 24 * HOUR


@dataclass(frozen=True)
class Job:
    """One entry of the beat schedule."""

    name: str
    task: str
    schedule: Any
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_frequent(self) -> bool:
        """Whether it runs more often than hourly; such a job runs once at each stop instead."""
        if isinstance(self.schedule, crontab):
            return len(self.schedule.minute) > 1
        return self._seconds < HOUR

    @property
    def _seconds(self) -> int:
        return int(self.schedule.run_every.total_seconds())

    def times_on(self, day: date) -> list[time]:
        """The Korean times of a day at which it falls due; a plain interval is counted from midnight."""
        if not isinstance(self.schedule, crontab):
            return [_time(second) for second in range(0, DAY, self._seconds)]
        if not self._has_day(day):
            return []
        return [time(hour, minute) for hour in sorted(self.schedule.hour) for minute in sorted(self.schedule.minute)]

    def _has_day(self, day: date) -> bool:
        cron = self.schedule
        if day.month not in cron.month_of_year or day.day not in cron.day_of_month:
            return False
        return day.isoweekday() % 7 in cron.day_of_week


@dataclass(frozen=True)
class Stop:
    """An instant at which the clock stops on its way, and the jobs that run there, in the schedule's order."""

    at: datetime
    jobs: tuple[Job, ...]


def jobs_of(beat_schedule: Mapping[str, Mapping[str, Any]]) -> list[Job]:
    """The jobs of a Celery beat schedule."""
    return [
        Job(name, entry["task"], _schedule(entry["schedule"]), tuple(entry.get("args", ())), entry.get("kwargs", {}))
        for name, entry in beat_schedule.items()
    ]


def stops(jobs: Sequence[Job], after: datetime, until: datetime) -> Iterator[Stop]:
    """Every stop later than `after` up to and with `until`, which is always one."""
    day, last = after.astimezone(KST).date(), until.astimezone(KST).date()
    while day <= last:
        for at, due in sorted(_stops_on(jobs, day).items()):
            if after < at < until:
                yield Stop(at, tuple(due))
        day += timedelta(days=1)
    if until > after:
        yield Stop(until, tuple(_due_at(jobs, until)))


def _stops_on(jobs: Sequence[Job], day: date) -> dict[datetime, list[Job]]:
    found: dict[datetime, list[Job]] = {}
    for job in jobs:
        for at in [time()] if job.is_frequent else job.times_on(day):
            found.setdefault(_instant(day, at), []).append(job)
    return found


def _due_at(jobs: Sequence[Job], until: datetime) -> list[Job]:
    local = until.astimezone(KST)
    return [job for job in jobs if job.is_frequent or local.time() in job.times_on(local.date())]


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, KST).astimezone(UTC)


def _time(second: int) -> time:
    return time(second // HOUR, second % HOUR // 60, second % 60)


def _schedule(value: Any) -> Any:
    return value if hasattr(value, "run_every") or isinstance(value, crontab) else schedule(value)
