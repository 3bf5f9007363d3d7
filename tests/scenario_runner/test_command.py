"""The command: what it prints, what it writes, and how it ends."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db

GOOD = "title: Nothing happens\nclauses: [upstage/1]\nwhy: <b>because</b>\nstart: 2027-02-09\nsteps:\n  - settle:\n"
BAD = "title: Something should\nstart: 2027-02-09\nsteps:\n  - settle:\n    expect: {a: 1}\n"
LATER = "title: Not yet\nstart: 2027-02-09\nsteps:\n  - teleport: {member: kim}\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in {"good": GOOD, "bad": BAD, "later": LATER}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments: object) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("scenario", *(str(argument) for argument in arguments), stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(str(end.code))
    return out.getvalue(), 0


def test_scenario_that_passes(files: Path) -> None:
    text, code = run(files / "good.yaml")
    assert code == 0
    assert text.splitlines() == [
        f"✓ {files}/good.yaml: Nothing happens [upstage/1]",
        "  2027-02-09 00:00  ✓ settle",
        "1 passed, 0 failed",
    ]


def test_scenario_that_fails(files: Path) -> None:
    text, code = run(files / "good.yaml", files / "bad.yaml")
    assert code == 1
    assert text.splitlines()[-2:] == [
        f"    ✗ {files}/bad.yaml:5: settle: result: expected {{a: 1}}, got ~.",
        "1 passed, 1 failed",
    ]


def test_scenario_that_needs_what_is_not_there(files: Path) -> None:
    text, code = run(files / "later.yaml")
    assert (code, text.splitlines()[-1]) == (1, "0 passed, 0 failed, 1 not yet playable")
    assert f"{files}/later.yaml:4: There is no action “teleport”." in text
    assert run(files / "later.yaml", "--allow-missing")[1] == 0


def test_scenario_folder_as_data(files: Path) -> None:
    text, code = run(files, "--json")
    data = json.loads(text)
    assert (code, data["passed"], data["failed"], data["not_playable"]) == (1, 1, 1, 1)
    assert [story["status"] for story in data["scenarios"]] == ["failed", "passed", "not_playable"]
    assert data["scenarios"][1]["timeline"][0]["at"] == "2027-02-09T00:00:00+09:00"


def test_scenario_page_stands_alone(files: Path) -> None:
    page = files / "page.html"
    run(files, "--html", page, "--allow-missing")
    text = page.read_text(encoding="utf-8")
    assert "Nothing happens" in text
    assert "&lt;b&gt;because" in text
    assert "src=" not in text
    assert "href=" not in text


def test_scenario_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nowhere.yaml can't be read: No such file or directory."):
        run(tmp_path / "nowhere.yaml")


def test_scenario_folder_without_files(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no scenario file"):
        run(tmp_path)
