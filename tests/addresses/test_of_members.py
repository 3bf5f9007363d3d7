"""A member never reaches what is another's, at any address of pages and API; who is nobody logs in first."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.rules.keys import MEMBER_SCOPES
from accounts.services import keys
from tests.addresses.conftest import AT, Belongings
from tests.addresses.walking import Address, addresses
from tests.api.asking import Asking
from upstage_console.kernel.api.operations import PublicOperation

PUBLISHED = {"service", "promotion", "document", "version", "other", "article", "code", "post_id", "gateway"}
"""Parts that name what everybody may read."""
BEARER = {"token", "key", "uidb36"}
"""Parts that are a secret sent to the one who may use them."""
METHODS = ("GET", "POST")
BODIES: dict[str, dict[str, str | None]] = {
    "api/v1/invoices/<str:number>/objections": {"reason": "x"},
    "api/v1/charges/<str:charge>/objections": {"reason": "x"},
    "api/v1/trials/<str:trial>/paid-use": {"paid_from": None},
}
"""What is said where it is no text."""


def of_somebody(address: Address) -> bool:
    """Whether ids in it are a member's; those of customers are walked in test_of_customers.py."""
    is_of_customers = address.route.startswith(("contracts/", "api/v1/contracts"))
    return not (set(address.parts) <= PUBLISHED | BEARER or address.route.startswith("admin/") or is_of_customers)


OWNED = [one for one in addresses() if of_somebody(one)]
PAGES = [one for one in OWNED if not one.route.startswith("api/")]
OPERATIONS = [one for one in OWNED if one.route.startswith("api/")]


def statuses(client: Client, path: str, **more: Any) -> dict[str, int]:
    return {method: client.generic(method, path, **more).status_code for method in METHODS}


def asked(program: Asking, path: str, body: dict[str, str | None]) -> list[Any]:
    """What a program is answered, whatever it asks for."""
    changes = [program.ask("PUT", path, data=json.dumps(body), content_type="application/json")]
    return [program.get(path), program.post(path, body), program.ask("DELETE", path), *changes]


def test_every_part_of_an_address_is_known(anna: Belongings) -> None:
    unknown = {part: one.route for one in OWNED for part in one.parts if part not in PUBLISHED | BEARER | set(anna.ids)}
    assert unknown == {}, "say in tests/addresses/conftest.py whose these ids are, or that they are published"
    assert len(PAGES) > 10
    assert len(OPERATIONS) > 2


def test_what_is_a_members_own_is_there(anna: Belongings, browser_of: Any) -> None:
    """So that the ids below are those of real things."""
    Authenticator.objects.all().delete()
    client, own = browser_of(anna.member), [one for one in PAGES if not one.route.startswith("accounts/")]
    answers = {one.route: client.get(one.filled(anna.ids)) for one in own}
    led_away = {
        route: answer.headers.get("Location", answer.status_code)
        for route, answer in answers.items()
        if answer.status_code not in (200, 405)
    }
    assert {route for route, where in led_away.items() if where != "/account/data/"} == set()


def test_stranger_finds_nothing_on_pages(anna: Belongings, stranger: Any, browser_of: Any) -> None:
    client = browser_of(stranger)
    open_to_strangers = {}
    for one in PAGES:
        found = statuses(client, one.filled(anna.ids), content_type="application/x-www-form-urlencoded")
        if not (set(found.values()) <= {404, 405} and 404 in found.values()):
            open_to_strangers[one.route] = found
    assert open_to_strangers == {}


def test_who_is_nobody_logs_in_first(anna: Belongings, client: Client) -> None:
    elsewhere = {}
    for one in PAGES:
        answers = [client.generic(method, one.filled(anna.ids)) for method in METHODS]
        led = [answer for answer in answers if answer.status_code != 405]
        if not led or any(not answer.headers.get("Location", "").startswith("/accounts/login/") for answer in led):
            elsewhere[one.route] = [answer.status_code for answer in answers]
    assert elsewhere == {}


def test_pages_of_a_member_show_nothing_of_anna_to_others(anna: Belongings, stranger: Any, browser_of: Any) -> None:
    """Also at addresses without an id: none shows more than its reader's own."""
    client = browser_of(stranger)
    marks = [str(anna.ids[name]) for name in anna.ids if name not in ("session_id", "pk", "evidence_id")]
    marks += [anna.member.public_id, anna.member.user.email]
    shown = {}
    for one in addresses():
        if one.parts or one.route.startswith(("admin/", "accounts/logout")):
            continue
        body = b"".join(client.get(one.filled({}))).decode(errors="replace")
        if found := [mark for mark in marks if mark in body]:
            shown[one.route] = found
    assert shown == {}


def test_strangers_program_finds_nothing(anna: Belongings, stranger: Any) -> None:
    _key, secret = keys.issue(member_id=stranger.pk, name="k", scopes=MEMBER_SCOPES, by=stranger.user, at=AT)
    program, nobody, found = Asking(Client(), secret), Asking(Client(), None), {}
    for one in OPERATIONS:
        if issubclass(one.view.cls, PublicOperation):
            continue
        path = one.filled(anna.ids).removeprefix("/api/v1")
        body = BODIES.get(one.route, {"text": "x"})
        theirs = {answer.json().get("code") for answer in asked(program, path, body)} - {"method_not_allowed"}
        unsigned = {answer.status_code for answer in asked(nobody, path, {})} - {405}
        if not (theirs in ({"not_found"}, {"scope_missing"}) and unsigned == {401}):
            found[one.route] = (theirs, unsigned)
    assert found == {}


@pytest.mark.parametrize("path", ["/keys/", "/standing/", "/account/", "/invoices/"])
def test_nobody_is_led_to_the_log_in(client: Client, db: None, path: str) -> None:
    assert client.get(path).headers["Location"].startswith("/accounts/login/")
