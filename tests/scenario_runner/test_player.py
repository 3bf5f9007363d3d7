"""Playing: the clock, the jobs, what is expected, and that nothing stays."""

from decimal import Decimal

import pytest
from django.core import mail

from tests.scenario_runner.conftest import Play
from upstage_console.kernel.models import Holiday
from upstage_console.scenarios import times
from upstage_console.scenarios.arguments import NewName
from upstage_console.scenarios.registry import Registry
from upstage_console.scenarios.report import Report, Status
from upstage_console.scenarios.world import World

pytestmark = pytest.mark.usefixtures("no_beat")


def results(report: Report) -> list[object]:
    return [line.result for line in report.timeline if line.is_step]


def test_play_compares_and_takes_everything_back(play: Play) -> None:
    report = play(
        "  - declare: {day: 2027-03-02, as: spring}\n    expect: {day: 2027-03-02}\n  - count:\n    expect: {count: 2}"
    )
    assert (report.status, report.problems) == (Status.PASSED, [])
    assert Holiday.objects.count() == 0


def test_play_names_what_was_made(play: Play) -> None:
    report = play(
        "  - declare: {day: 2027-03-02, as: spring}\n  - count: {holiday: spring}\n    expect: {name: spring}"
    )
    assert report.status is Status.PASSED


def test_play_tells_a_missed_expectation_and_goes_on(play: Play) -> None:
    report = play("  - count:\n    expect: {count: 1}\n  - count:\n    expect: {count: 0}")
    assert report.status is Status.FAILED
    assert report.problems == ["f.yaml:5: count: count: expected 1, got 0."]
    assert len(results(report)) == 2


def test_expected_refusal_leaves_nothing_behind(play: Play) -> None:
    steps = (
        "  - declare: {day: 1999-01-01}\n"
        "  - declare: {day: 1999-01-01, as: it}\n    refused: {code: taken, clauses: [upstage/20.3]}\n"
        "  - count:\n    expect: {count: 1}\n"
        "  - declare: {day: 2027-03-02, as: it}\n"
    )
    assert play(steps).problems == []


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        (
            "  - declare: {day: 1999-01-01}\n  - declare: {day: 1999-01-01}\n  - count:",
            "f.yaml:5: declare: refused with taken: The day 1999년 1월 1일 is taken.",
        ),
        (
            "  - declare: {day: 1999-01-01}\n  - declare: {day: 1999-01-01}\n    refused: other\n  - count:",
            "f.yaml:6: declare: expected other, refused with taken: The day 1999년 1월 1일 is taken.",
        ),
        (
            "  - declare: {day: 1999-01-01}\n  - declare: {day: 1999-01-01}\n"
            "    refused: {code: taken, clauses: [upstage/3]}\n  - count:",
            "f.yaml:6: declare: the refusal cites upstage/20.3, not upstage/3.",
        ),
        (
            "  - declare: {day: 1999-01-01}\n  - count:\n    refused: taken\n  - count:",
            "f.yaml:6: count: expected to be refused with taken, but it was done.",
        ),
        (
            "  - count:\n  - misuse:\n  - count:",
            "f.yaml:5: misuse: That makes no sense.",
        ),
        (
            "  - count:\n  - crash:\n  - count:",
            "f.yaml:5: crash: ZeroDivisionError: oops",
        ),
    ],
)
def test_scenario_ends_at_what_nobody_expected(play: Play, steps: str, problem: str) -> None:
    report = play(steps)
    assert (report.status, report.problems, len(results(report))) == (Status.FAILED, [problem], 2)


@pytest.mark.usefixtures("daily")
def test_moving_the_clock_runs_jobs_at_their_own_time(play: Play) -> None:
    report = play("  - count:\n  - at: 2027-02-11 05:00\n    count:\n    expect: {count: 1}\n  - at: +2h\n    count:")
    assert report.problems == []
    events = [(times.written(line.at), line.who) for line in report.timeline if not line.is_step]
    assert events == [("2027-02-10 06:00", "2027-02-10"), ("2027-02-11 06:00", "2027-02-11")]


@pytest.mark.usefixtures("daily")
def test_a_failing_job_ends_the_scenario(play: Play) -> None:
    report = play("  - declare: {day: 2027-02-10}\n  - at: 2027-02-11\n    count:")
    assert report.problems[0].startswith("The job “declare today” failed at 2027-02-10 06:00: IntegrityError")


def test_commit_hooks_run_as_if_committed(play: Play) -> None:
    report = play("  - hook:")
    assert (report.problems, report.mails) == ([], 1)
    assert mail.outbox == []


def test_a_service_may_demand_its_own_transaction(play: Play) -> None:
    assert play("  - alone:").problems == []


def test_extension_adds_keys_and_replacement_takes_over(play: Play) -> None:
    report = play(
        "  - count: {shout: hi}\n    expect: {count: 0, shout: hi}\n  - count: {other: x}\n    expect: {other: x}"
    )
    assert report.problems == []


@pytest.mark.parametrize(
    ("steps", "missing"),
    [
        ("  - fly: {to: moon}", "f.yaml:4: There is no action “fly”."),
        ("  - fly:\n  - fly:\n  - count:\n  - fly:", "f.yaml:4: There is no action “fly” (also lines 5, 7)."),
        ("  - count: {aloud: true}", "f.yaml:4: There is no argument “aloud” of “count”."),
    ],
)
def test_what_is_not_there_is_not_yet_playable(play: Play, steps: str, missing: str) -> None:
    report = play(steps)
    assert (report.status, report.missing) == (Status.NOT_PLAYABLE, [missing])


def test_wrong_names_and_values_are_problems(play: Play) -> None:
    report = play("  - count: {holiday: xmas}\n  - declare: {day: soon}\n  - declare:\n")
    assert report.status is Status.INVALID
    assert report.problems == [
        "f.yaml:4: No holiday is called “xmas” here.",
        "f.yaml:5: This must be a day such as 2027-02-09, not “soon”.",
        "f.yaml:6: “day” is missing.",
    ]


def test_no_problem_line_is_lost_in_the_timeline(play: Play) -> None:
    report = play("  - count:\n    note: why\n    expect: {now: 2027-02-09 09:00}")
    assert [(line.line, line.note, line.what) for line in report.timeline] == [(4, "why", "count")]


def test_books_are_audited_at_the_end(registry: Registry, play: Play) -> None:
    registry.audits_books(lambda: ["one won is lost"])
    assert play("  - count:").problems == ["f.yaml: The books don't add up: one won is lost"]


def test_balances_are_sampled_for_named_members(registry: Registry, play: Play) -> None:
    def join(world: World, *, member: str) -> None:
        world.name("member", member, 7)

    registry.action("join", {"member": NewName("member")})(join)
    registry.samples_balance(lambda world, member: {"paid": Decimal(member)})
    report = play("  - join: {member: kim}\n  - count:")
    assert [dict(sample.amounts) for sample in report.balances["kim"]] == [{"paid": 7}, {"paid": 7}]
