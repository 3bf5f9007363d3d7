"""Plays a plan: moves the clock, runs the jobs on the way, plays the steps, compares, and writes the timeline."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from celery import current_app

from upstage_console.kernel import clock, policy
from upstage_console.kernel.errors import Refusal
from upstage_console.scenarios import times, verdicts
from upstage_console.scenarios.checking import BoundStep, Plan, told
from upstage_console.scenarios.matching import is_list
from upstage_console.scenarios.problems import Misuse
from upstage_console.scenarios.registry import Registry
from upstage_console.scenarios.report import Line, Report, Sample, Status, as_data
from upstage_console.scenarios.skipping import Skipper
from upstage_console.scenarios.stage import Stage, is_housekeeping, savepoint, stage, task_of
from upstage_console.scenarios.timetable import Job, Stop, jobs_of, stops
from upstage_console.scenarios.watching import Watch
from upstage_console.scenarios.world import World

logger = logging.getLogger(__name__)


class Over(Exception):
    """The scenario can't go on."""


class Player:
    """Plays one plan on one stage."""

    def __init__(self, plan: Plan, registry: Registry, on: Stage, *, every_stop: bool = False) -> None:
        self.plan = plan
        self.registry = registry
        self.stage = on
        self.skipper = None if every_stop else Skipper(on)
        self.report = Report.of(plan.scenario)
        self.now = plan.scenario.start
        self.world = World(registry.make_staff)
        self.world.run_jobs = self._run_all_jobs
        self.jobs = [job for job in jobs_of(current_app.conf.beat_schedule) if not is_housekeeping(job.task)]
        self.watch = Watch(registry, self.world)

    def play(self) -> Report:
        try:
            with clock.fixed(self.now):
                self._apply_settings()
                self.watch.start()
            for bound in self.plan.steps:
                self._play(bound)
            self._audit_books()
        except (Over, Misuse) as over:
            self.report.fail(str(over))
        self.report.mails = len(self.stage.mails)
        return self.report

    def _apply_settings(self) -> None:
        for name, (place, value) in self.plan.scenario.settings.items():
            amy, ben = self.world.staff("amy"), self.world.staff("ben")
            try:
                row = policy.propose(name, value, reason="scenario", starts_at=self.now, by=amy, at=self.now)
                policy.approve(row.pk, by=ben, at=self.now)
            except Refusal as refusal:
                raise Over(f"{place}: The setting “{name}” can't be {value}: {refusal}") from refusal

    # The clock

    def _move_to(self, until: datetime) -> None:
        way = list(stops(self.jobs, self.now, until))
        index = 0
        while index < len(way):
            index = self.skipper.next_busy(way, index) if self.skipper else index
            self._stop(way[index])
            index += 1

    def _stop(self, stop: Stop) -> None:
        self.now = stop.at
        with clock.fixed(stop.at):
            for job in stop.jobs:
                self._run(job)
            if self.stage.has_written() and self._note_happenings():
                self._sample_balances()

    def _run_all_jobs(self) -> None:
        for job in self.jobs:
            self._run(job)

    def _run(self, job: Job) -> None:
        try:
            task_of(job.task)(*job.args, **job.kwargs)
            self.stage.run_commit_hooks()
        except Exception as error:
            over = f"The job “{job.name}” failed at {times.written(self.now)}: {type(error).__name__}: {error}"
            logger.exception(over)
            raise Over(over) from error

    # The steps

    def _play(self, bound: BoundStep) -> None:
        self._move_to(bound.step.at)
        with clock.fixed(self.now):
            line, over = self._outcome(bound)
            self.report.timeline.append(line)
            self._note_happenings(in_step=True)
            if over:
                raise Over(over)
            self._sample_balances()
        for problem in line.problems:
            self.report.fail(problem)

    def _outcome(self, bound: BoundStep) -> tuple[Line, str]:
        """The line of a step, and why the scenario can't go on after it, if so."""
        remembered, step = self.world.remembered(), bound.step
        try:
            with savepoint():
                result = bound.action.play(self.world, self._values(bound))
                self.stage.run_commit_hooks()
        except Refusal as refusal:
            self.world.go_back(remembered)
            over = verdicts.on_refusal(step, refusal)
            facts: dict[str, Any] = {"refused": refusal.code, "message": str(refusal), "clauses": refusal.clauses}
            return self._line(bound, problems=(over,) if over else (), **facts), over
        except Misuse as misuse:
            over = verdicts.about(step, str(misuse))
            return self._line(bound, problems=(over,)), over
        except Exception as error:
            over = verdicts.about(step, f"{type(error).__name__}: {error}")
            logger.exception(over)
            return self._line(bound, problems=(over,)), over
        return self._accepted(bound, result)

    def _values(self, bound: BoundStep) -> Mapping[str, Any]:
        declared = bound.action.arguments
        return {name: declared[name].resolve(value, self.world) for name, value in bound.values.items()}

    def _accepted(self, bound: BoundStep, result: Any) -> tuple[Line, str]:
        over = verdicts.on_acceptance(bound.step)
        problems = (over,) if over else verdicts.on_result(bound.step, result)
        return self._line(bound, result=as_data(result), clauses=_clauses(result), problems=problems), over

    def _line(self, bound: BoundStep, **facts: Any) -> Line:
        step = bound.step
        return Line(
            at=self.now,
            what=step.action,
            who=_who(bound),
            line=step.place.line,
            arguments=", ".join(f"{entry.key}: {entry.value}" for entry in step.arguments),
            note=step.note,
            **facts,
        )

    # What is seen

    def _note_happenings(self, *, in_step: bool = False) -> bool:
        lines = self.watch.lines(in_step=in_step)
        self.report.timeline.extend(lines)
        return bool(lines)

    def _sample_balances(self) -> None:
        sampler = self.registry.sampler
        if sampler is None:
            return
        for name, member in self.world.named("member").items():
            amounts = sampler(self.world, member)
            samples = self.report.balances.setdefault(name, [])
            samples.append(Sample(self.now, amounts))

    def _audit_books(self) -> None:
        with clock.fixed(self.now):
            for audit in self.registry.book_audits:
                for complaint in audit():
                    self.report.fail(f"{self.plan.scenario.file}: The books don't add up: {complaint}")


def _clauses(result: Any) -> tuple[str, ...]:
    found = result.get("clauses", ()) if isinstance(result, Mapping) else ()
    return tuple(str(clause) for clause in found) if is_list(found) else ()


def _who(bound: BoundStep) -> str:
    for key in ("member", "customer", "contract", "by"):
        value = bound.step.arguments.get(key)
        if value is not None:
            return str(value)
    return ""


def play(plan: Plan, registry: Registry, *, every_stop: bool = False) -> Report:
    """Play a plan and take it back; a plan that needs what does not exist yet is only reported.

    `every_stop` runs every job at every time it falls due, also where nothing can be (slow; the result is the same).
    """
    if plan.missing:
        report = Report.of(plan.scenario)
        report.status, report.missing = Status.NOT_PLAYABLE, told(plan.missing)
        return report
    with stage() as on:
        return Player(plan, registry, on, every_stop=every_stop).play()
