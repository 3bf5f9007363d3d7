"""What stays open to a firm while its service stands still, and what is closed: on its pages, and to its programs."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contracts.enums import ApprovalKind, CaseAbout, EndReason, Severity, Side, SuspensionGround, WishTopic
from contracts.errors import ServiceSuspended
from contracts.models import Case, ContractKey, Seat
from contracts.services import (
    breaches,
    cases,
    change_wishes,
    contract_keys,
    ending,
    paying,
    prior_approvals,
    seats,
    suspending,
)
from contracts.services.breaches import Delivery
from contracts.services.cases import Asked
from contracts.services.change_wishes import Wish
from contracts.services.ending import End
from contracts.services.prior_approvals import Asked as Wanted
from contracts.services.seats import Invited
from contracts.services.suspending import Limit
from tests.admin.verbs import everything
from tests.api.asking import Asking, is_problem
from tests.contracts import portal
from tests.contracts.minutes import kst
from tests.contracts.portal import Portal
from upstage_console.kernel import clock

pytestmark = pytest.mark.django_db
TOLD = kst("2027-05-10 10:00")
FROM = kst("2027-05-18 10:00")
NOW = kst("2027-05-19 10:00")
CASE = {"severity": "minor", "about": "service", "subject": "느립니다", "text": "1분이 걸립니다."}
RESALE = {"kind": "resale", "to": "다온", "service": "상담", "purpose": "지점", "from_on": "", "until_on": ""}


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    with clock.fixed(NOW):
        yield


@pytest.fixture
def firm(amy: User) -> Portal:
    """Its invoice of February is unpaid since the end of 3 May; the firm was told on the 10th."""
    made = portal.firm(payment_days=30)
    suspending.announce(made.contract.public_id, Limit(SuspensionGround.UNPAID), reason="unpaid", by=amy, at=TOLD)
    return made


@pytest.fixture
def stopped(firm: Portal, amy: User) -> Portal:
    suspending.suspend(firm.contract.public_id, reason="no answer", by=amy, at=FROM)
    return firm


@pytest.fixture
def administrator(firm: Portal) -> Client:
    return portal.browser(firm.administrator)


def at(firm: Portal, name: str, *parts: str) -> str:
    return reverse(name, args=[firm.contract.public_id, *parts])


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


# What is told on every page


@pytest.mark.clause("rift/7.3")
def test_what_was_announced_is_told_with_its_day_and_what_averts_it(firm: Portal, administrator: Client) -> None:
    with clock.fixed(TOLD):
        shown = text(administrator, at(firm, "contract-keys"))
    assert "may be suspended at any time now" in text(administrator, at(firm, "contract-keys"))
    assert "The service will be suspended from 18 May 2027" in shown
    assert "if everything that is due is paid before" in shown
    assert "New key" in shown
    assert "suspended" not in text(portal.browser(firm.user), at(firm, "contract"))


@pytest.mark.clause("rift/4.4")
def test_what_stands_still_is_told_since_when_and_why(stopped: Portal, administrator: Client) -> None:
    shown = text(administrator, at(stopped, "contract"))
    since = "has been suspended since 18 May 2027, 10:00"
    for part in (since, "unpaid past their due day", "rift/7.3", "In force, but"):
        assert part in shown
    assert "will be suspended" not in shown
    told = text(portal.browser(stopped.user), at(stopped, "contract"))
    assert ("Your administrators know why" in told, "unpaid" in told) == (True, False)


def test_a_limit_of_functions_closes_nothing_here(firm: Portal, administrator: Client, amy: User) -> None:
    contract = firm.contract
    breaches.demand(contract.public_id, Side.COMPANY, "x", delivery=Delivery(TOLD.date()), by=amy, at=TOLD)
    limit = Limit(SuspensionGround.BREACH, ["발신"])
    suspending.announce(contract.public_id, limit, reason="shared keys", by=amy, at=TOLD)
    assert "To be limited from 18 May 2027: 발신" in text(administrator, at(firm, "contract"))
    invoice = contract.invoices.get().invoice
    paying.pay(contract.public_id, invoice.public_id, amount=None, key="all", by=amy, at=NOW - timedelta(days=2))
    suspending.suspend(contract.public_id, reason="go on", by=amy, at=FROM)
    shown = text(administrator, at(firm, "contract-keys"))
    assert ("Limited since" in shown, "New key" in shown) == (True, True)
    assert contract_keys.make(firm.administrator, "ERP 2", scopes=["contracts:read"], by=amy, at=NOW)


def test_nothing_is_told_once_it_runs_again(stopped: Portal, administrator: Client, amy: User) -> None:
    suspending.resume(stopped.contract.public_id, reason="they pay", by=amy, at=NOW)
    shown = text(administrator, at(stopped, "contract-keys"))
    assert ("suspended" in shown, "New key" in shown) == (False, True)


@pytest.mark.clause("rift/15.3")
def test_the_day_of_a_termination_is_told(stopped: Portal, administrator: Client, amy: User) -> None:
    ending.terminate(stopped.contract.public_id, End(Side.CUSTOMER, EndReason.REQUEST), by=amy, at=NOW)
    shown = text(administrator, at(stopped, "contract-users"))
    assert "The contract was terminated today" in shown
    assert ("has been suspended since" in shown, "Invite somebody" in shown) == (False, False)
    assert "from tomorrow your administrators alone do" in text(portal.browser(stopped.user), at(stopped, "contract"))
    assert administrator.get(at(stopped, "contract-key-new")).status_code == 403
    with clock.fixed(NOW + timedelta(days=1)):
        assert "nothing can be done under it" in text(administrator, at(stopped, "contract"))


# What is closed


CLOSED = (
    ("contract-users", "contract-user-new", {"name": "박", "email": "park@customer.example", "language": "ko"}),
    ("contract-keys", "contract-key-new", {"name": "CRM", "expires_on": ""}),
    ("contract-requests", "contract-wish-new", {"topic": "other", "text": "더", "wanted_on": ""}),
)


@pytest.mark.clause("rift/7.3")
@pytest.mark.parametrize(("above", "name", "given"), CLOSED)
def test_seats_keys_and_changes_are_closed(
    stopped: Portal, administrator: Client, above: str, name: str, given: dict[str, str]
) -> None:  # fmt: skip
    before = Seat.objects.count(), ContractKey.objects.count()
    assert at(stopped, name) not in text(administrator, at(stopped, above))
    for answer in (administrator.get(at(stopped, name)), administrator.post(at(stopped, name), given)):
        assert (answer.status_code, "has been suspended since" in answer.content.decode()) == (403, True)
    assert (Seat.objects.count(), ContractKey.objects.count()) == before


@pytest.mark.clause("rift/10.2")
def test_a_service_that_stands_still_is_not_passed_on(stopped: Portal, administrator: Client) -> None:
    path = at(stopped, "contract-request-new")
    assert administrator.post(path, RESALE).status_code == 200
    assert not stopped.contract.prior_approvals.filter(to="다온").exists()
    assert administrator.post(path, {**RESALE, "kind": "assignment", "service": ""}).status_code == 302
    assert stopped.contract.prior_approvals.get(to="다온").kind == "assignment"


@pytest.mark.clause("rift/9.1")
@pytest.mark.parametrize(("about", "number"), [("service", 0), ("invoice", 1), ("suspension", 1)])
def test_cases_are_about_the_stop_and_invoices(stopped: Portal, about: str, number: int) -> None:
    user, before = portal.browser(stopped.user), Case.objects.count()
    answer = user.post(at(stopped, "contract-case-new"), {**CASE, "about": about})
    assert (answer.status_code, Case.objects.count() - before) == (302 if number else 200, number)


@pytest.mark.parametrize("deed", ["seat", "user", "key", "resale", "change", "case"])
def test_services_refuse_and_leave_nothing_behind(stopped: Portal, amy: User, deed: str) -> None:
    of, seat, before = stopped.contract.public_id, stopped.administrator, everything()
    deeds = {
        "seat": lambda: seats.add(of, "박", "user", by=amy, at=NOW),
        "user": lambda: seats.invite(of, Invited("박", "park@customer.example"), by=seat.user, at=NOW),
        "key": lambda: contract_keys.make(seat, "CRM", scopes=["contracts:read"], by=seat.user, at=NOW),
        "resale": lambda: prior_approvals.request(of, Wanted(ApprovalKind.RESALE, "다온", "상담"), by=amy, at=NOW),
        "change": lambda: change_wishes.ask(of, Wish(WishTopic.OTHER, "더"), by=seat.user, at=NOW),
        "case": lambda: cases.open_case(of, Asked(Severity.MINOR, "x"), by=amy, at=NOW),
    }
    with pytest.raises(ServiceSuspended) as refused:
        deeds[deed]()
    assert (refused.value.code, refused.value.clauses, everything()) == ("service_suspended", ("rift/7.3",), before)


# What stays open


@pytest.mark.clause("rift/7.3")
def test_rights_and_duties_go_on(stopped: Portal, administrator: Client) -> None:
    """Reading, objecting, answering, confirming, inspecting, consenting, taking out, revoking."""
    ids = stopped.ids
    opened = {
        "contract-invoice-dispute": (ids["number"], {"reason": "두 번"}),
        "contract-case": (ids["case_id"], {"text": "아직입니다."}),
        "contract-minutes-confirm": (ids["minutes_id"], {}),
        "contract-delivery-reject": (ids["delivery_id"], {"reason": "3장이 없습니다."}),
        "contract-reference-answer": (ids["reference_id"], {"grant": "1"}),
        "contract-request-withdraw": (ids["approval_id"], {}),
        "contract-claim": (ids["month"], {}),
        "contract-user-remove": (ids["seat_id"], {}),
        "contract-key-revoke": (ids["key_id"], {}),
        "contract-case-close": (ids["case_id"], {}),
    }
    for name, (part, given) in opened.items():
        assert administrator.post(at(stopped, name, part), given).status_code == 302, name
    for name in ("contract", "contract-documents", "contract-invoices", "contract-liability", "contract-cases"):
        assert text(administrator, at(stopped, name))


def test_cases_about_the_stop_are_open_to_staff_too(stopped: Portal, amy: User) -> None:
    asked = Asked(Severity.MINOR, "언제 풀립니까?", about=CaseAbout.SUSPENSION)
    assert cases.open_case(stopped.contract.public_id, asked, by=amy, at=NOW).about == "suspension"


# The API


@pytest.fixture
def erp(firm: Portal) -> Asking:
    return Asking(Client(), firm.secret)


def of(firm: Portal, path: str = "") -> str:
    return f"/contracts/{firm.contract.public_id}{path}"


@pytest.mark.clause("rift/7.3")
def test_programs_read_and_begin_nothing(stopped: Portal, erp: Asking) -> None:
    for path in ("", "/documents", "/users", "/sla/2027-04", "/cases", "/invoices", "/liability"):
        assert erp.get(of(stopped, path)).status_code == 200
    invited = erp.post(of(stopped, "/users"), {"name": "박", "email": "park@customer.example"})
    opened = erp.post(of(stopped, "/cases"), {**CASE})
    for answer in (invited, opened):
        assert is_problem(answer, 403, "service_suspended")
        assert [one["code"] for one in answer.json()["clauses"]] == ["rift/7.3"]
    assert erp.get(of(stopped)).json()["standing"] == "suspended"


def test_programs_ask_about_the_stop_and_go_on(stopped: Portal, erp: Asking) -> None:
    made = erp.post(of(stopped, "/cases"), {**CASE, "about": "suspension"})
    assert (made.status_code, made.json()["about"]) == (201, "suspension")
    said = erp.post(of(stopped, f"/cases/{stopped.ids['case_id']}/messages"), {"text": "아직입니다."})
    removed = erp.ask("DELETE", of(stopped, f"/users/{stopped.user.public_id}"))
    assert (said.status_code, removed.status_code) == (201, 200)
