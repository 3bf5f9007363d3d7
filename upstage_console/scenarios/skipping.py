"""How the clock passes the days on which no job has anything to do.

A job does what is due at its time, however late it comes (the house's law for tasks). So where a job finds nothing to
do at a later stop, it would have found nothing at the stops before, and all of them can be passed. Trying is done in a
savepoint that is taken back; years without news then cost a few tries instead of thousands of runs.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from upstage_console.kernel import clock
from upstage_console.scenarios.stage import Stage, savepoint, task_of
from upstage_console.scenarios.timetable import Job, Stop

FIRST_SPAN = 16


class Busy(Exception):
    """A job found something to do."""


class Skipper:
    """Finds the next stop at which something may happen."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.span = FIRST_SPAN
        self.last_busy = ""
        self.asks_after_each = False

    def next_busy(self, way: Sequence[Stop], start: int) -> int:
        """The first stop from `start` on that can't be passed; the last one never is."""
        last = len(way) - 1
        while start < last:
            size = min(self.span, last - start)
            if self._is_idle(way[start : start + size]):
                start += size
                self.span *= 2
            elif size == 1:
                return start
            else:
                self.span = size // 2
        return start

    def _is_idle(self, stops: Sequence[Stop]) -> bool:
        """Whether no job would do anything at any of these stops: each is tried at its last."""
        latest: dict[str, tuple[datetime, Job]] = {job.name: (stop.at, job) for stop in stops for job in stop.jobs}
        with self.stage.nothing_kept():
            try:
                with savepoint():
                    # What was busy last is tried first: a span that is not idle is then known after one run.
                    for at, job in sorted(latest.values(), key=lambda one: (one[1].name != self.last_busy, one[0])):
                        self._try(job, at)
                    self._nothing_was_written_inside()
                    transaction.set_rollback(True)
            except Exception:  # also a job that fails: it will, and be told, when its time has really come
                return False
        self.asks_after_each = False
        return True

    def _try(self, job: Job, at: datetime) -> None:
        with clock.fixed(at):
            task_of(job.task)(*job.args, **job.kwargs)
        wrote = self.stage.has_written() if self.asks_after_each else self.stage.has_written_openly()
        if wrote or self.stage.waits_for_commit():
            self.last_busy = job.name
            raise Busy

    def _nothing_was_written_inside(self) -> None:
        """What functions write inside a SELECT the database has to be asked for, which takes longer than most jobs.

        So that is done once for all of them; where there was something, the next tries find out which job it was.
        """
        if self.stage.has_written():
            self.asks_after_each = True
            raise Busy
