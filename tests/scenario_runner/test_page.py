"""The staff's page: choose or paste a story, and see what came of it."""

import subprocess

import pytest
from django.test import Client

from accounts.models import Member, User
from upstage_console.scenarios import apart, views
from upstage_console.scenarios.playing import play_text
from upstage_console.scenarios.report import Report

ADDRESS = "/admin/scenarios/"
STORY = "title: Nothing happens\nstart: 2027-02-09\nsteps:\n  - settle:\n  - at: 2028-02-09\n    settle:\n"


@pytest.fixture
def office(client: Client, amy: User) -> Client:
    client.force_login(amy)
    return client


def test_page_shows_the_chosen_story(office: Client) -> None:
    page = office.get(ADDRESS, {"file": "credits/free_before_paid.yaml"})
    assert page.status_code == 200
    assert page.context["text"].startswith("title: Free credits burn before paid ones\n")


def test_page_shows_no_file_from_elsewhere(office: Client) -> None:
    assert office.get(ADDRESS, {"file": "../conftest.py"}).context["text"] == ""


def test_page_plays_what_is_pasted(office: Client) -> None:
    page = office.post(ADDRESS, {"text": STORY, "name": ""})
    assert page.context["error"] == ""
    report = page.context["stories"][0]["report"]
    assert (report.file, report.title, report.status, len(report.timeline)) == (
        "scenario.yaml",
        "Nothing happens",
        "passed",
        2,
    )


def test_page_tells_what_is_wrong_with_a_text(office: Client) -> None:
    page = office.post(ADDRESS, {"text": "title: x\nsteps: []", "name": ""})
    assert page.context["stories"][0]["report"].problems == [
        "scenario.yaml:1: “start” must be a moment such as 2026-01-05 09:00.",
        "scenario.yaml:2: “steps” must be a list with at least one step.",
    ]


@pytest.mark.parametrize("text", ["  ", "x" * (views.LONGEST_TEXT + 1)])
def test_page_wants_a_text_of_reasonable_length(office: Client, text: str) -> None:
    page = office.post(ADDRESS, {"text": text, "name": ""})
    assert page.context["error"] != ""
    assert "stories" not in page.context


def test_page_stops_a_story_that_takes_too_long(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "LONGEST_SECONDS", 0.01)
    assert "0.01" in office.post(ADDRESS, {"text": STORY, "name": ""}).context["error"]


def test_page_says_why_nothing_came_back(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    died = subprocess.CompletedProcess([], 1, stdout="", stderr="…\nthe database is away")
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: died)
    assert "the database is away" in office.post(ADDRESS, {"text": STORY, "name": ""}).context["error"]


def test_page_is_for_staff_only(client: Client, member: Member) -> None:
    assert client.get(ADDRESS).status_code == 302
    client.force_login(member.user)
    assert client.post(ADDRESS, {"text": STORY}).status_code == 302


@pytest.mark.django_db
def test_report_survives_its_json() -> None:
    text = STORY + "  - register: {member: kim, born: 2027-01-01}\n    refused: under_14\n"
    report = play_text(text, "f.yaml")
    assert Report.from_json(report.as_json()) == report
