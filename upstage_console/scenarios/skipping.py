"""How the clock passes the days on which no job has anything to do.

A job does what is due at its time, however late it comes (the house's law for tasks). So where a job finds nothing to
do at a later stop, it would have found nothing at the stops before, and all of them can be passed. Trying is done in a
savepoint that is taken back; years without news then cost a few tries instead of thousands of runs. A job that finds
something is tried alone at half the way, and so on, until its first busy stop is known.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from upstage_console.kernel import clock
from upstage_console.scenarios.stage import Stage, savepoint, task_of
from upstage_console.scenarios.timetable import Job, Stop

FIRST_SPAN = 512
"""At how many stops the first try ahead is made; a day has some seventy, so this is a week."""
GROWTH = 16


class Skipper:
    """Finds the next stop at which something may happen."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.last_busy = ""

    def next_busy(self, way: Sequence[Stop], start: int) -> int:
        """The first stop from `start` on that can't be passed; the last one never is."""
        last, span = len(way) - 1, FIRST_SPAN
        while start < last:
            end = min(start + span, last)
            busy = self._first_busy(way, start, end)
            if busy < end:
                return busy
            start, span = end, span * GROWTH
        return start

    def _first_busy(self, way: Sequence[Stop], start: int, end: int) -> int:
        """The first stop from `start` on and before `end` at which a job would do anything, else `end`.

        Once a job is known to be busy at a stop, the others matter only before that; there all of them are tried again,
        for a reminder may have had its time before the day that it is about, and none after.
        """
        jobs = list({job.name: job for stop in way[start:end] for job in stop.jobs}.values())
        jobs.sort(key=lambda job: job.name != self.last_busy)  # its bound is likely to be the first of all
        while (busy := self._busy_one(jobs, way, start, end)) is not None:
            place = jobs.index(busy)
            jobs = [*jobs[place + 1 :], *jobs[: place + 1]]
            end, self.last_busy = self._first_of(busy, way, start, end), busy.name
        return end

    def _first_of(self, job: Job, way: Sequence[Stop], start: int, end: int) -> int:
        """The first stop at which this job would do something, as it would at its last one before `end`."""
        own = [index for index in range(start, end) if job in way[index].jobs]
        idle, busy = -1, len(own) - 1
        while busy - idle > 1:
            middle = (idle + busy) // 2
            if self._busy_one([job], way, start, own[middle] + 1) is None:
                idle = middle
            else:
                busy = middle
        return own[busy]

    def _busy_one(self, jobs: Sequence[Job], way: Sequence[Stop], start: int, end: int) -> Job | None:
        """Which of these jobs, the first of them, would do anything at its last stop before `end`.

        What functions write inside a SELECT the database has to be asked for, which takes longer than most jobs. So
        that is done once for all of them; where there was something, a second round finds out which job it was.
        """
        last = {job.name: way[index] for index in range(start, end) for job in way[index].jobs}
        stops = [(job, last[job.name].at) for job in jobs if job.name in last]
        busy, wrote_inside = self._round(stops, asks_after_each=False)
        return self._round(stops, asks_after_each=True)[0] if wrote_inside else busy

    def _round(self, tries: Sequence[tuple[Job, datetime]], *, asks_after_each: bool) -> tuple[Job | None, bool]:
        """Try jobs at their times until one does something; then, whether something was written that no job showed."""
        with self.stage.nothing_kept(), savepoint():
            busy = next((job for job, at in tries if self._is_busy(job, at, asks_after_each)), None)
            wrote_inside = busy is None and self.stage.has_written()
            transaction.set_rollback(True)
        return busy, wrote_inside

    def _is_busy(self, job: Job, at: datetime, asks_after_each: bool) -> bool:
        try:
            with clock.fixed(at):
                task_of(job.task)(*job.args, **job.kwargs)
            wrote = self.stage.has_written() if asks_after_each else self.stage.has_written_openly()
        except Exception:  # a job that fails will, and be told, when its time has really come
            return True
        return wrote or self.stage.waits_for_commit()
