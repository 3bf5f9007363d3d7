"""`manage.py clauses`: what it finds, and what it calls missing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override
from pytest_django import Settings

from accounts.management.commands import clauses
from accounts.management.commands.clauses import Evidence, Row, evidence_in, terms
from upstage_console.kernel.clauses import Clause

TEST_FILE = """
import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/2.8")]


@pytest.mark.clause("upstage/15.3", "upstage/15.4")
def test_free_before_paid(): ...


@pytest.mark.parametrize("day", [pytest.param(1, marks=pytest.mark.clause("upstage/15.4"))])
def test_expiry(day): ...


@pytest.mark.clause("rift/17.3")
class TestCap: ...
"""

STORY = """
title: A story
clauses: {clauses}
start: 2026-11-22 09:00
steps:
  - {action}: {{}}
"""

Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> None:
        path = tmp_path / "tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return write


def found(base: Path) -> dict[str, list[str]]:
    return {str(clause): list(names) for clause, names in evidence_in(base).tests.items()}


def answer(capsys: pytest.CaptureFixture[str], *options: str) -> Any:
    call_command("clauses", "--json", *options)
    return json.loads(capsys.readouterr().out)


def test_marks_are_found_on_functions_parameters_classes_and_modules(tmp_path: Path, write: Write) -> None:
    write("credits/test_burning.py", TEST_FILE)
    path = "tests/credits/test_burning.py"
    assert found(tmp_path) == {
        "upstage/2.8": [path],
        "upstage/15.3": [f"{path}::test_free_before_paid"],
        "upstage/15.4": [f"{path}::test_free_before_paid", f"{path}::test_expiry"],
        "rift/17.3": [f"{path}::TestCap"],
    }


def test_scenarios_are_found_by_their_clauses(tmp_path: Path, write: Write) -> None:
    write("scenarios/credits/free_before_paid.yaml", STORY.format(clauses="[upstage/15.3]", action="settle"))
    write("scenarios/credits/without_clauses.yaml", STORY.format(clauses="[]", action="settle"))
    assert found(tmp_path) == {"upstage/15.3": ["tests/scenarios/credits/free_before_paid.yaml"]}


def test_a_scenario_without_its_actions_proves_nothing_yet(tmp_path: Path, write: Write) -> None:
    write("scenarios/later.yaml", STORY.format(clauses="[upstage/25.1]", action="fly"))
    row = evidence_in(tmp_path).row(Clause.parse("upstage/25.1"))
    assert (row.waiting, row.tests) == (("tests/scenarios/later.yaml",), ())
    assert "test" in row.lacks


def test_a_project_without_tests_has_none(tmp_path: Path) -> None:
    assert found(tmp_path) == {}


@pytest.mark.parametrize("text", [STORY.format(clauses="[15.3]", action="settle"), "title: [\n"])
def test_a_scenario_that_cannot_be_read_is_named(tmp_path: Path, write: Write, text: str) -> None:
    write("scenarios/odd.yaml", text)
    with pytest.raises(CommandError, match=r"odd\.yaml"):
        evidence_in(tmp_path)


@pytest.mark.parametrize(
    ("clause", "cited", "lacks"),
    [
        ("upstage/15.3", "upstage/15.3", ()),  # itself
        ("upstage/3.3.2", "upstage/3.3", ()),  # the paragraph counts for its items
        ("upstage/3.5", "upstage/3.5.1", ()),  # an item counts for the paragraph around it
        ("upstage/3.5.2", "upstage/3.5.1", ("rule",)),  # not for its neighbour
        ("upstage/24.1", "upstage/24", ("rule",)),  # an article is not all of its paragraphs
        ("upstage/19", "upstage/19", ()),  # save where the article is the clause
    ],
)
def test_what_a_citation_counts_for(clause: str, cited: str, lacks: tuple[str, ...]) -> None:
    evidence = Evidence({Clause.parse(cited): ("rule",)}, {Clause.parse(clause): ("test",)}, {})
    assert evidence.row(Clause.parse(clause)).lacks == lacks


def test_a_row_shows_what_cites_it_by_its_own_code() -> None:
    evidence = Evidence({Clause.parse("upstage/3.3"): ("accounts.rules.membership.refusal",)}, {}, {})
    assert evidence.row(Clause.parse("upstage/3.3.2")) == Row("upstage/3.3.2", (), (), (), ("test",))


def test_every_clause_of_the_terms_is_listed(capsys: pytest.CaptureFixture[str], settings: Settings) -> None:
    listed = [row["clause"] for row in answer(capsys)["clauses"]]
    folder = Path(settings.BASE_DIR) / "accounts" / "data" / "terms"
    assert listed == [str(clause) for clause in sorted(terms(folder))]


def test_no_citation_leads_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys)["unknown"] == []


def test_missing_shows_only_what_lacks_something(
    capsys: pytest.CaptureFixture[str], settings: Settings, tmp_path: Path, write: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    write("test_all.py", TEST_FILE)
    settings.BASE_DIR = tmp_path
    rules = {clause: names for clause, names in clauses.registry().items() if clause.article != "25"}
    monkeypatch.setattr(clauses, "registry", lambda: rules)
    rows = answer(capsys, "--missing")["clauses"]
    assert all(row["lacks"] for row in rows)
    bare = {"clause": "upstage/25.1", "rules": [], "tests": [], "waiting": [], "lacks": ["rule", "test"], "unbound": ""}
    assert bare in rows


def test_the_page_goes_from_article_to_clause_to_test(
    capsys: pytest.CaptureFixture[str], settings: Settings, tmp_path: Path, write: Write
) -> None:
    write("test_all.py", TEST_FILE)
    settings.BASE_DIR = tmp_path
    with override("en"):
        call_command("clauses", no_color=True)
    lines = capsys.readouterr().out.splitlines()
    cap = next(index for index, line in enumerate(lines) if line.startswith("  rift/17.3"))
    assert "    rule  contracts.rules.liability.assess" in lines[cap + 1 :]
    assert lines[cap + 5] == "    test  tests/test_all.py::TestCap"
    assert "upstage/15-2  Renewal of automatic recharge" in lines
