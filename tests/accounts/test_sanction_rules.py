"""What the terms say of measures: stages, grounds, days, statements (upstage/3.4, 7.1, 11, 18.2, 26)."""

from datetime import date
from typing import Any

import pytest

from accounts.enums import LADDER, SanctionKind, SanctionStatus
from accounts.rules import sanctions as rules
from accounts.rules import statements as wording
from accounts.services import sanctions
from tests.accounts.conduct import GROUND
from upstage_console.kernel.calendars import Calendar
from upstage_console.kernel.wording import Phrase


@pytest.mark.clause("upstage/26.1")
@pytest.mark.parametrize(
    ("kind", "taken", "left_out"),
    [
        ("warning", [], None),
        ("suspension", [], "warning"),
        ("suspension", ["warning"], None),
        ("termination", ["warning"], "suspension"),
        ("termination", ["suspension"], None),
    ],
)
def test_a_stage_comes_after_the_one_before(kind: str, taken: list[str], left_out: str | None) -> None:
    assert rules.stage_left_out(kind, taken) == left_out


@pytest.mark.clause("upstage/7.1", "upstage/26.1", "upstage/7.4", *rules.CONDUCT, *rules.BREACHES)
def test_the_grounds_of_the_ladder_are_those_that_are_named() -> None:
    grounds = [f"upstage/{code}" for code in ("7.1", "7.1.1", "7.1.15", "26.1.1", "26.1.10", "7.4", "9.1", "18.2")]
    others = [f"upstage/{code}" for code in ("7.1.16", "7.1.0", "26.1.11", "11.1.1", "3.3.1", "99")]
    assert [rules.is_ground_of_ladder(code) for code in (*grounds, *others)] == [True] * 8 + [False] * 6


@pytest.mark.clause("upstage/11.1", *rules.EMERGENCIES)
def test_the_grounds_of_a_stop_are_five_and_unlawful_output() -> None:
    codes = [f"upstage/11.1.{item}" for item in range(7)]
    assert [rules.is_ground_of_stop(code) for code in codes] == [False, True, True, True, True, True, False]
    assert (rules.is_ground_of_stop("upstage/7.4"), rules.is_ground_of_stop("upstage/7.1.1")) == (True, False)


@pytest.mark.parametrize(
    ("on", "days", "last"),
    [
        (date(2027, 6, 15), 7, date(2027, 6, 22)),
        (date(2026, 12, 31), 1, date(2027, 1, 1)),
        (date(2027, 2, 4), 3, date(2027, 2, 7)),  # a Sunday in the Lunar New Year: not extended
    ],
)
def test_a_suspension_of_days_ends_with_its_last_day(on: date, days: int, last: date) -> None:
    assert rules.last_day(on, days) == last


@pytest.mark.clause("upstage/3.4", "upstage/26.4")
def test_the_time_to_object_is_counted_from_receipt_and_extended_over_holidays() -> None:
    assert rules.last_day_for_statement(date(2027, 3, 10), Calendar()) == date(2027, 4, 9)
    assert rules.last_day_for_statement(date(2027, 3, 11), Calendar()) == date(2027, 4, 12)
    assert rules.last_day_to_object(date(2026, 11, 18), months=6, calendar=Calendar()) == date(2027, 5, 18)


@pytest.mark.clause("upstage/18.2")
@pytest.mark.parametrize(("noticed", "may"), [(None, False), (11, False), (10, True), (1, True)])
def test_unpaid_fees_need_a_notice_seven_days_before(noticed: int | None, may: bool) -> None:
    day = date(2026, 11, noticed) if noticed else None
    assert rules.may_suspend_unpaid(day, date(2026, 11, 18)) is may


@pytest.mark.clause("upstage/26.3", "upstage/11.2")
@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({}, ()),
        ({"days": None}, ("days",)),
        ({"days": 0}, ("days",)),
        ({"facts_ko": "only English"}, ("facts_ko",)),
        ({"facts_ko": "", "facts_en": " "}, ("facts_ko", "facts_en")),
        ({"source": "", "ground": ""}, ("ground", "source")),
    ],
)
def test_what_a_statement_lacks_is_named(fields: dict[str, Any], missing: tuple[str, ...]) -> None:
    whole: dict[str, Any] = {"ground": GROUND, "days": 3, "facts_ko": "사실", "facts_en": "facts", "source": "own"}
    assert wording.missing_from("stop", **(whole | fields)) == missing


def test_a_clause_is_cited_as_people_read_it() -> None:
    assert wording.cited("upstage/7.1.7") == Phrase("제7조 제1항 제7호", "Article 7, paragraph 1, item 7")
    assert wording.cited("upstage/15-2.1") == Phrase("제15조의2 제1항", "Article 15-2, paragraph 1")


def test_the_stages_are_three() -> None:
    assert LADDER == (SanctionKind.WARNING, SanctionKind.SUSPENSION, SanctionKind.TERMINATION)
    assert SanctionStatus.PROPOSED not in sanctions.CLOSES
