"""People of a customer reach their own contract and nothing else: every address of pages and API is walked."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from contracts.enums import SeatRole
from tests.addresses.walking import Address, addresses
from tests.api.asking import Asking
from tests.contracts import portal
from tests.contracts.portal import AT, Portal
from upstage_console.kernel import clock

PAGES = addresses("contracts/<")
OPERATIONS = addresses("api/v1/contracts/<")
API_NAMES = {"contract": "contract_id", "file": "file_id", "user": "seat_id", "case": "case_id"}
FOR_ADMINISTRATORS = (
    "documents",
    "files",
    "invoices",
    "credit-notes",
    "users",
    "liability",
    "keys",
    "claim",
    "requests",
    "references",
    "minutes",
    "deliveries",
    "changes",
    "demands",
    "settlement",
)
BODIES = (
    {"text": "x"}, {"severity": "minor", "subject": "x", "text": "x"}, {"name": "x", "email": "x@customer.example"},
)  # fmt: skip
HOMES = ("/overview/", "/usage/", "/credits/", "/invoices/", "/keys/", "/account/", "/notices/")
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def today() -> Any:
    with clock.fixed(AT):
        yield


@pytest.fixture
def firms(amy: User) -> tuple[Portal, Portal]:
    made = portal.firm(0), portal.firm(1)
    for firm in made:
        firm.ids["note"] = portal.credited(firm).number
    return made


def operation_of(one: Address, ids: dict[str, Any]) -> str:
    """The address as a program asks it, with what it cannot be asked without."""
    asked = "?topic=cure_days" if one.route.endswith("governing") else ""
    return path_of(one, ids).removeprefix("/api/v1") + asked


def path_of(one: Address, ids: dict[str, Any]) -> str:
    return one.filled({**ids, **{name: ids[known] for name, known in API_NAMES.items() if known in ids}})


def is_for_administrators(one: Address) -> bool:
    return any(f"/{word}/" in one.route for word in FOR_ADMINISTRATORS)


def test_every_address_of_a_contract_is_walked(firms: tuple[Portal, Portal]) -> None:
    known = set(firms[0].ids) | set(API_NAMES)
    unknown = {part: one.route for one in [*PAGES, *OPERATIONS] for part in one.parts if part not in known}
    assert unknown == {}, "say in tests/contracts/portal.py what of a contract these ids name"
    assert (len(PAGES) > 20, len(OPERATIONS) > 10) == (True, True)


def test_what_is_their_own_is_there(firms: tuple[Portal, Portal]) -> None:
    """So that the ids below are those of real things."""
    client = portal.browser(firms[0].administrator)
    answers = {one.route: client.get(path_of(one, firms[0].ids)).status_code for one in PAGES}
    missing = {route for route, status in answers.items() if status not in (200, 302, 405)}
    assert missing == {"contracts/<str:contract_id>/settlement/", "contracts/<str:contract_id>/settlement/pdf/"}, (
        "a contract that goes on has no settlement, and all else"
    )
    program = Asking(Client(), firms[0].secret)
    found = {one.route: program.get(operation_of(one, firms[0].ids)).status_code for one in OPERATIONS}
    assert {route: status for route, status in found.items() if status not in (200, 405)} == {}


@pytest.mark.parametrize("role", SeatRole)
def test_people_of_another_firm_find_nothing(firms: tuple[Portal, Portal], role: SeatRole) -> None:
    """Neither under that firm's contract nor by its ids under their own."""
    ours, theirs = firms
    client = portal.browser(theirs.administrator if role == SeatRole.ADMINISTRATOR else theirs.user)
    mixed = {**ours.ids, "contract_id": theirs.contract.public_id}
    reached = {}
    for ids in (ours.ids, mixed):
        for one in PAGES:
            if ids is mixed and not set(one.parts) - {"contract_id", "month"}:
                continue
            path = path_of(one, ids)
            found = {client.generic(method, path, content_type=FORM).status_code for method in ("GET", "POST")}
            allowed = {403, 404, 405} if role == SeatRole.USER and ids is mixed else {404, 405}
            if not (found <= allowed and found & {403, 404}):
                reached[path] = found
    assert reached == {}


def test_another_firms_program_finds_nothing(firms: tuple[Portal, Portal]) -> None:
    ours, theirs = firms
    program, reached = Asking(Client(), theirs.secret), {}
    mixed = {**ours.ids, "contract_id": theirs.contract.public_id}
    for ids in (ours.ids, mixed):
        for one in OPERATIONS:
            if ids is mixed and not set(one.parts) - {"contract", "month"}:
                continue
            path = operation_of(one, ids)
            bodies = (
                {"text": "x"},
                {"severity": "minor", "subject": "x", "text": "x"},
                {"name": "x", "email": "x@y.example"},
            )
            answers = [program.get(path), program.ask("DELETE", path), *(program.post(path, body) for body in bodies)]
            codes = {answer.json().get("code") for answer in answers} - {"method_not_allowed", "invalid"}
            if codes != {"not_found"}:
                reached[path] = codes
    assert reached == {}


def test_pages_of_one_firm_name_nothing_of_another(firms: tuple[Portal, Portal]) -> None:
    ours, theirs = firms
    marks = [str(value) for name, value in ours.ids.items() if name != "month"]
    marks += [ours.contract.customer.name, ours.administrator.user.email, ours.user.user.email]  # type: ignore[union-attr]
    client, shown = portal.browser(theirs.administrator), {}
    for one in [*PAGES, *addresses()]:
        if one.parts and one not in PAGES or one.route.startswith(("admin/", "accounts/logout")):
            continue
        answer = client.get(path_of(one, theirs.ids))
        body = b"".join(answer).decode(errors="replace")
        if found := [mark for mark in marks if mark in body]:
            shown[one.route] = found
    assert shown == {}


def test_a_user_does_what_administrators_do_not_keep(firms: tuple[Portal, Portal]) -> None:
    client, wrong = portal.browser(firms[0].user), {}
    for one in PAGES:
        path = path_of(one, firms[0].ids)
        found = {client.generic(method, path, content_type=FORM).status_code for method in ("GET", "POST")} - {405}
        if found != {403} if is_for_administrators(one) else not found <= {200, 302}:
            wrong[path] = found
    assert wrong == {}


def test_who_is_nobody_logs_in_first(firms: tuple[Portal, Portal], client: Client) -> None:
    elsewhere = {}
    for one in PAGES:
        answers = [client.generic(method, path_of(one, firms[0].ids)) for method in ("GET", "POST")]
        led = [answer.headers.get("Location", "") for answer in answers if answer.status_code != 405]
        if not led or any(not where.startswith("/accounts/login/") for where in led):
            elsewhere[one.route] = led
    assert elsewhere == {}


def test_the_back_office_is_closed_to_people_of_firms(firms: tuple[Portal, Portal]) -> None:
    client, opened = portal.browser(firms[0].administrator), {}
    for one in addresses("admin/"):
        if one.parts or one.route.startswith(("admin/log", "admin/jsi18n")):
            continue
        answer = client.get(one.filled({}))
        if answer.status_code == 200:
            opened[one.route] = answer.status_code
    assert opened == {}


def test_no_page_breaks_for_somebody_without_a_membership(firms: tuple[Portal, Portal]) -> None:
    """Also those of members: they lead to what there is."""
    client, wrong = portal.browser(firms[0].user), {}
    walked = [
        one for one in addresses() if not one.parts and not one.route.startswith(("admin/", "api/", "accounts/log"))
    ]
    for one in walked:
        for method in ("GET", "POST"):
            status = client.generic(method, one.filled({}), content_type=FORM).status_code
            if status >= 500:
                wrong[f"{method} {one.route}"] = status
    assert wrong == {}
    assert len(walked) > 40


@pytest.mark.parametrize("path", HOMES)
def test_pages_of_members_lead_to_the_contracts(firms: tuple[Portal, Portal], path: str) -> None:
    client = portal.browser(firms[0].user)
    assert client.get(path, follow=True).redirect_chain[-1][0] == "/contracts/"


def test_the_menu_has_what_the_reader_has(firms: tuple[Portal, Portal], member: Any) -> None:
    shown = portal.browser(firms[0].user).get("/contracts/").content.decode()
    assert ('href="/credits/"' in shown, 'href="/contracts/"' in shown) == (False, True)
    client = Client(headers={"accept-language": "en"})
    client.force_login(member.user)
    assert 'href="/contracts/"' not in client.get("/overview/").content.decode()
    portal.seats.invite(
        firms[0].contract.public_id, portal.Invited("회원", member.user.email), by=firms[0].administrator.user, at=AT
    )
    both = client.get("/overview/").content.decode()
    assert ('href="/credits/"' in both, 'href="/contracts/"' in both) == (True, True)
