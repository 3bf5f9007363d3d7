"""Telling the company: members of failures and leaks (7.3), anybody of infringements (22.9)."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Case, Member, Report
from accounts.services import cases
from accounts.services.cases import Told
from tests.pages.conftest import AT

LEAK = {"ground": "upstage/7.3.2", "text": "키가 공개 저장소에 올라갔습니다."}
INFRINGEMENT = {"item": "https://example.com/1", "text": "제 사진", "contact": "who@example.com", "is_true": "on"}


@pytest.fixture(autouse=True)
def nobody_has_asked() -> None:
    cache.clear()


@pytest.mark.clause("upstage/7.3")
def test_a_member_reports_and_sees_it_listed(kims: Client, kim: Member) -> None:
    answer = kims.post(reverse("report-incident"), LEAK, follow=True)
    report = Report.objects.get()
    assert (report.reporter, report.case.member, report.case.kind) == (kim, kim, "incident")
    assert LEAK["text"] in answer.content.decode()


@pytest.mark.parametrize("fields", [{}, {"ground": "upstage/7.1.1", "text": "x"}, {"ground": "upstage/7.3.1"}])
def test_an_incomplete_report_is_not_taken(kims: Client, fields: dict[str, str]) -> None:
    answer = kims.post(reverse("report-incident"), fields)
    assert (answer.status_code, Report.objects.count()) == (200, 0)


def test_nobody_sees_the_reports_of_others(kims: Client, stranger: Member) -> None:
    told = Told("upstage/7.3.1", "남의 신고", reporter=stranger)
    cases.report_incident(stranger, told, by=stranger.user, at=AT)
    assert "남의 신고" not in kims.get(reverse("reports")).content.decode()


@pytest.mark.parametrize("name", ["reports", "report-incident"])
def test_members_pages_ask_to_log_in(name: str, client: Client, db: None) -> None:
    assert client.get(reverse(name)).status_code == 302


@pytest.mark.clause("upstage/22.9")
def test_anybody_reports_an_infringement(client: Client, db: None) -> None:
    answer = client.post(reverse("infringement"), INFRINGEMENT)
    report = Report.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("infringement-done"))
    assert (report.case.kind, report.case.member, report.reporter_contact) == ("rights", None, "who@example.com")
    assert client.get(reverse("infringement-done")).status_code == 200


def test_a_member_who_reports_an_infringement_is_its_reporter(kims: Client, kim: Member) -> None:
    assert kim.user.email in kims.get(reverse("infringement")).content.decode()
    kims.post(reverse("infringement"), INFRINGEMENT)
    assert Report.objects.get().reporter == kim
    assert Case.objects.get().member is None


@pytest.mark.parametrize("missing", INFRINGEMENT)
def test_an_infringement_needs_every_answer(missing: str, client: Client, db: None) -> None:
    fields = {name: value for name, value in INFRINGEMENT.items() if name != missing}
    answer = client.post(reverse("infringement"), fields)
    assert (answer.status_code, Report.objects.count()) == (200, 0)


def test_the_staff_are_not_buried_in_reports(client: Client, db: None) -> None:
    answers = [client.post(reverse("infringement"), INFRINGEMENT).status_code for _ in range(21)]
    assert (answers[-1], Report.objects.count()) == (429, 20)


@pytest.mark.parametrize("name", ["reports", "infringement-done"])
def test_pages_that_only_show_take_no_post(name: str, kims: Client) -> None:
    assert kims.post(reverse(name)).status_code == 405
