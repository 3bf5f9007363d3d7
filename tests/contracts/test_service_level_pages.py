"""Pages of service levels and releases: who sees what, and that nothing is shown before it is approved."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Member, User
from billing.services import pdf
from contracts.enums import Compatibility, OutageCause
from contracts.models import Contract, ServiceLevelReport
from contracts.queries import monthly_reports
from contracts.rules.spans import Span
from contracts.services import outages, releases, reports
from contracts.services.releases import Notes
from tests.addresses.walking import addresses
from tests.contracts import promising
from tests.contracts.minutes import kst
from upstage_console.kernel import clock
from upstage_console.kernel.errors import AlreadyDone, Invalid, NotFound
from upstage_console.kernel.wording import Phrase

pytestmark = pytest.mark.django_db
NOW = kst("2027-10-01 09:00")
MONTH = "2027-09"
OURS = [one for one in addresses("contracts/") if "service-levels" in one.route and "claim" not in one.route]


@pytest.fixture(autouse=True)
def fixed_clock():
    with clock.fixed(NOW):
        yield


@pytest.fixture
def contract(amy: User) -> Contract:
    made = promising.monitored(amy, flat=2_400_000)
    promising.stood_still(made, "2027-09-11 01:00", "2027-09-11 05:00", OutageCause.PLANNED, at="2027-09-03 10:00")
    promising.stood_still(made, "2027-09-21 13:00", "2027-09-21 17:12")
    return made


@pytest.fixture
def report(contract: Contract, amy: User) -> ServiceLevelReport:
    return reports.measure(contract.public_id, date(2027, 9, 1), by=amy, at=NOW)


@pytest.fixture
def office(amy: User, client: Client) -> Client:
    client.force_login(amy)
    return client


def page(contract: Contract, name: str = "contract-service-level", month: str = MONTH) -> str:
    return reverse(
        name, args=[contract.public_id, month] if name != "contract-service-levels" else [contract.public_id]
    )


def text(client: Client, path: str, language: str = "en") -> str:
    client.cookies["django_language"] = language
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.clause("rift/8.1")
def test_a_month_shows_its_arithmetic(office: Client, contract: Contract, report: ServiceLevelReport) -> None:
    shown = text(office, page(contract))
    for part in ("Credit", "₩120,000", "252 min", "240 min", "Not yet approved", "What stood still"):
        assert part in shown
    assert "공제액 120,000원" in text(office, page(contract), "ko")


def test_an_approved_month_is_no_preview(
    office: Client, contract: Contract, report: ServiceLevelReport, amy: User
) -> None:
    reports.approve(report.public_id, reason="", by=amy, at=NOW)
    shown = text(office, page(contract))
    assert "Not yet approved" not in shown
    assert "second person" in shown


def test_the_list_of_months(office: Client, contract: Contract, report: ServiceLevelReport, amy: User) -> None:
    span = Span(kst("2027-10-09 01:00"), kst("2027-10-09 02:00"))
    outages.announce([contract.pk], span, Phrase("교체", "New database"), reason="", by=amy, at=NOW)
    shown = text(office, page(contract, "contract-service-levels"))
    for part in ("99.5%", "New database", f"/service-levels/{MONTH}/", "at most 30%"):
        assert part in shown


def test_a_contract_that_promises_nothing(office: Client, amy: User) -> None:
    assert "promises no availability" in text(office, page(promising.contract(amy), "contract-service-levels"))


def test_the_same_as_a_file(office: Client, contract: Contract, report: ServiceLevelReport) -> None:
    answer = office.get(page(contract, "contract-service-level-file"))
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


def test_without_pdfs_the_page_is_shown(
    office: Client, contract: Contract, report: ServiceLevelReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    assert office.get(page(contract, "contract-service-level-file"))["Location"] == page(contract)


@pytest.mark.parametrize("month", ["2027-08", "2027-13", "x", "2027-9"])
def test_months_that_are_not_there(office: Client, contract: Contract, month: str) -> None:
    assert office.get(page(contract, month=month)).status_code == 404


def test_customers_see_what_was_approved(contract: Contract, report: ServiceLevelReport, amy: User) -> None:
    with pytest.raises(NotFound):
        monthly_reports.report_of(contract, report.month, with_unapproved=False)
    reports.approve(report.public_id, reason="", by=amy, at=NOW)
    assert monthly_reports.report_of(contract, report.month, with_unapproved=False) == report


def test_the_latest_revision_is_shown(contract: Contract, report: ServiceLevelReport, amy: User) -> None:
    reports.approve(report.public_id, reason="", by=amy, at=NOW)
    promising.stood_still(contract, "2027-09-22 00:00", "2027-09-22 12:00", at="2027-10-01 09:00")
    revised = reports.measure(contract.public_id, report.month, by=amy, at=NOW)
    assert monthly_reports.report_of(contract, report.month, with_unapproved=True) == revised
    assert monthly_reports.report_of(contract, report.month, with_unapproved=False) == report


# Who may


def ours(contract: Contract) -> list[str]:
    return [one.filled({"contract_id": contract.public_id, "month": MONTH}) for one in OURS]


def test_who_is_nobody_logs_in_first(client: Client, contract: Contract, report: ServiceLevelReport) -> None:
    assert len(OURS) >= 3
    for path in ours(contract):
        assert client.get(path)["Location"].startswith("/accounts/login/")


def test_members_find_nothing(client: Client, contract: Contract, report: ServiceLevelReport, member: Member) -> None:
    client.force_login(member.user)
    assert {client.get(path).status_code for path in ours(contract)} == {404}


def test_staff_without_the_permission_find_nothing(client: Client, contract: Contract) -> None:
    client.force_login(User.objects.create_user("c@staff.example", "x", is_staff=True))
    assert {client.get(path).status_code for path in ours(contract)} == {404}


def test_pages_are_only_read(office: Client, contract: Contract) -> None:
    assert {office.post(path).status_code for path in [*ours(contract), reverse("releases")]} == {405}


# Releases

CHANGES = Phrase("내보내기가 빨라집니다", "Exports are quicker")
EFFECT = Phrase("v1 주소가 사라집니다", "Addresses of v1 are gone")
NOTES = Notes("2.4.0", date(2027, 9, 30), CHANGES, Compatibility.BREAKING, EFFECT, is_beta=True)


@pytest.mark.clause("rift/8.3", "rift/8.4")
def test_a_release_is_read_by_everybody_and_told(client: Client, contract: Contract, amy: User) -> None:
    assert "No release" in text(client, reverse("releases"))
    releases.publish(NOTES, reason="배포", by=amy, at=NOW)
    shown = text(client, reverse("releases"))
    for part in ("2.4.0", "Exports are quicker", "Addresses of v1 are gone", "no compensation"):
        assert part in shown
    notice = contract.customer.notices.get(about="release")
    assert "v1 주소가 사라집니다" in notice.body_ko


def test_a_version_is_published_once(amy: User) -> None:
    releases.publish(NOTES, reason="", by=amy, at=NOW)
    with pytest.raises(AlreadyDone):
        releases.publish(NOTES, reason="", by=amy, at=NOW)


@pytest.mark.clause("rift/8.3")
def test_what_breaks_says_what_it_means(amy: User) -> None:
    silent = Notes("2.5", date(2027, 9, 30), Phrase("가", "a"), Compatibility.ACTION_NEEDED)
    with pytest.raises(Invalid):
        releases.publish(silent, reason="", by=amy, at=NOW)


def test_pages_ask_as_much_of_three_months_as_of_one(
    office: Client, contract: Contract, report: ServiceLevelReport, amy: User, django_assert_num_queries
) -> None:
    path = page(contract, "contract-service-levels")
    office.get(path)
    with django_assert_num_queries(COUNTED):
        office.get(path)
    for month in (date(2027, 8, 1), date(2027, 7, 1)):
        reports.measure(contract.public_id, month, by=amy, at=NOW)
    with django_assert_num_queries(COUNTED):
        office.get(path)


COUNTED = 10
