"""The pages of a contract, as its people use them: what they show, what their verbs do, what they refuse."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from contracts.enums import DeliveryStatus, SeatRole
from contracts.models import Case, Contract, Delivery, InvoiceDispute, Minutes, Seat
from contracts.services import cases, deliverables, documents, seats, signing
from contracts.services.cases import Said
from contracts.services.deliverables import Handed, Work
from contracts.services.documents import Paper
from contracts.services.signing import Seen
from contracts.services.signing_links import address
from tests.contracts import making, portal
from tests.contracts.portal import AT, Portal
from upstage_console.kernel import clock
from upstage_console.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    with clock.fixed(AT):
        yield


@pytest.fixture
def firm(amy: User) -> Portal:
    return portal.firm()


@pytest.fixture
def administrator(firm: Portal) -> Client:
    return portal.browser(firm.administrator)


@pytest.fixture
def user(firm: Portal) -> Client:
    return portal.browser(firm.user)


def at(firm: Portal, name: str, *parts: str) -> str:
    return reverse(name, args=[firm.contract.public_id, *parts])


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def done(client: Client, path: str, **given: str) -> str:
    """The page that follows a POST."""
    answer = client.post(path, given, follow=True)
    assert (answer.status_code, len(answer.redirect_chain)) == (200, 1), answer.content.decode()[:3000]
    return answer.content.decode()


# Overview


def test_the_list_tells_what_waits(firm: Portal, administrator: Client) -> None:
    shown = text(administrator, reverse("contracts"))
    for part in (
        "5 matters wait",
        "Pay invoice",
        "Claim the credit",
        "Inspect “설계서”",
        "Confirm the minutes",
        "logo",
    ):
        assert part in shown


def test_a_user_is_not_told_of_money(firm: Portal, user: Client) -> None:
    shown = text(user, reverse("contracts")) + text(user, at(firm, "contract"))
    for part in ("Pay invoice", "910,000", "What governs", "Invoices", firm.administrator.user.email):
        assert part not in shown


def test_a_contract_shows_what_was_agreed(firm: Portal, administrator: Client) -> None:
    shown = text(administrator, at(firm, "contract"))
    for part in (
        "In force until",
        "₩910,000",
        "30 days",
        "the terms",
        firm.contract.conclusion.sha256,
        "What we told you",
    ):
        assert part in shown


def test_whose_turn_it_is_is_led_to_the_signature(firm: Portal) -> None:
    paper = making.offered(firm.contract, "nda", at=AT)
    ours = making.asked(paper, at=AT, sign_by=date(2027, 6, 1)).signers.get(side="customer")
    seat = portal.seated(firm.contract, ours.email, SeatRole.USER)
    client = portal.browser(seat)
    assert "/sign/" not in text(client, reverse("contracts"))
    first = ours.signing.signers.get(side="company")

    signing.sign(first.pk, Seen(ours.signing.sha256, None, ""), by=first.user, at=AT)
    assert address(ours).partition(":")[0] in text(client, reverse("contracts"))


def test_after_the_end_the_page_says_so(firm: Portal, administrator: Client) -> None:
    with clock.fixed(AT + timedelta(days=400)):
        shown = text(administrator, at(firm, "contract"))
        assert "nothing can be done under it" in shown
        assert administrator.get(at(firm, "contract-user-new")).status_code == 403
        assert administrator.post(at(firm, "contract-cases") + "new/", {}).status_code == 403


# Documents


def test_a_document_downloads_byte_for_byte_and_that_is_written_down(firm: Portal, administrator: Client) -> None:
    file = making.deed_of(firm.contract).file
    assert file.sha256 in text(administrator, at(firm, "contract-documents"))
    answer = administrator.get(at(firm, "contract-file", file.public_id))
    assert (answer.content, answer["ETag"]) == (bytes(file.content), f'"{file.sha256}"')
    assert AuditEvent.objects.filter(action="contract_file.opened", actor=firm.administrator.user).exists()


def test_drafts_and_evidence_of_others_stay_inside(firm: Portal, administrator: Client) -> None:

    documents.add(firm.contract.public_id, Paper("msa", "내부 초안"), by=making.staff("amy"), at=AT)
    assert "내부 초안" not in text(administrator, at(firm, "contract-documents"))


# Service levels


@pytest.mark.clause("rift/8.1")
def test_a_credit_is_claimed_once(firm: Portal, administrator: Client) -> None:
    path = at(firm, "contract-claim", "2027-04")
    assert "Claim ₩45,500" in text(administrator, at(firm, "contract-service-level", "2027-04"))
    assert "is claimed" in done(administrator, path)
    assert firm.contract.service_credits.get().claimed_at == AT
    assert administrator.post(path).status_code == 409
    assert administrator.get(path).status_code == 405


# Cases


@pytest.mark.clause("rift/9.1")
def test_a_case_from_opening_to_a_fix_that_was_none(firm: Portal, user: Client) -> None:
    given = {"about": "service", "severity": "minor", "subject": "느립니다", "text": "1분이 걸립니다."}
    assert "clocks below run" in done(user, at(firm, "contract-case-new"), **given)
    case = Case.objects.latest("pk")
    path, amy = at(firm, "contract-case", case.public_id), making.staff("amy")
    cases.pause(case.public_id, reason="어느 화면입니까?", by=amy, at=AT)
    assert "We wait for your answer" in text(user, path)
    assert "세 번째" in done(user, path, text="세 번째 탭입니다.")
    done(user, at(firm, "contract-case-close", case.public_id))
    case.refresh_from_db()
    assert case.status == "resolved"
    done(user, path, text="아직입니다.")
    case.refresh_from_db()
    assert (case.status, case.events.filter(is_of_customer=True).count()) == ("responded", 4)


def test_what_says_nothing_is_not_sent(firm: Portal, user: Client) -> None:
    path, before = at(firm, "contract-case", firm.ids["case_id"]), Case.objects.get().events.count()
    assert user.post(path, {"text": " ​ "}).status_code == 200
    assert (
        user.post(at(firm, "contract-case-new"), {"severity": "major", "subject": "x", "text": "x"}).status_code == 200
    )
    assert (Case.objects.get().events.count(), Case.objects.count()) == (before, 1)


def test_internal_notes_are_not_shown(firm: Portal, user: Client) -> None:
    assert "INTERNAL" not in text(user, at(firm, "contract-case", firm.ids["case_id"]))


# Invoices


def test_an_invoice_shows_when_it_is_due_and_why(firm: Portal, administrator: Client) -> None:
    shown = text(administrator, at(firm, "contract-invoice", firm.ids["number"]))
    for part in ("₩1,001,000 are due by", "Received on", "Why?"):
        assert part in shown
    with clock.fixed(AT + timedelta(days=10)):
        late = text(administrator, at(firm, "contract-invoice", firm.ids["number"]))
    for part in ("of interest have been added", "₩1,001,000 × 6%"):
        assert part in late


@pytest.mark.clause("rift/7.3")
def test_an_invoice_is_disputed_once(firm: Portal, administrator: Client) -> None:
    path = at(firm, "contract-invoice-dispute", firm.ids["number"])
    assert "Our answer" not in done(administrator, path, reason="두 번 청구되었습니다.")
    assert InvoiceDispute.objects.get().reason == "두 번 청구되었습니다."
    assert administrator.post(path, {"reason": "again"}).status_code == 404
    assert "두 번 청구" in text(administrator, at(firm, "contract-invoice", firm.ids["number"]))


# Users and keys


@pytest.mark.clause("rift/6.1")
def test_an_administrator_invites_and_removes(firm: Portal, administrator: Client) -> None:
    given = {"name": "박하늘", "email": "park@customer.example", "language": "ko"}
    assert "박하늘" in done(administrator, at(firm, "contract-user-new"), **given)
    made = Seat.objects.get(user__email="park@customer.example")
    assert (made.role, "Invited" in text(administrator, at(firm, "contract-users"))) == ("user", True)
    again = administrator.post(at(firm, "contract-user-new"), given)
    assert "already been done" in again.content.decode()
    done(administrator, at(firm, "contract-user-invite", made.public_id))
    assert "no access any more" in done(administrator, at(firm, "contract-user-remove", made.public_id))
    made.refresh_from_db()
    assert made.until_at == AT


@pytest.mark.clause("rift/2.3")
def test_the_last_administrator_stays(firm: Portal, administrator: Client) -> None:
    own = firm.administrator.public_id
    refused = administrator.post(at(firm, "contract-user-remove", own))
    assert "last administrator" in refused.content.decode()
    assert "last administrator" in done(administrator, at(firm, "contract-user-step-down", own))
    portal.seated(firm.contract, "other@customer.example")
    answer = administrator.post(at(firm, "contract-user-remove", own))
    assert answer["Location"] == reverse("contracts")
    assert administrator.get(at(firm, "contract")).status_code in (302, 404)


@pytest.mark.clause("rift/6.1")
def test_only_the_named_contact_asks_for_an_administrator(firm: Portal, administrator: Client) -> None:
    path = at(firm, "contract-user-request", firm.user.public_id)
    assert administrator.post(path).status_code == 403
    assert "Ask for an administrator" not in text(administrator, at(firm, "contract-users"))
    named = portal.browser(portal.seated(firm.contract, "named@customer.example"))
    assert "Administrator asked for" in done(named, path)


def test_a_key_is_shown_once_and_revoked(firm: Portal, administrator: Client) -> None:
    shown = administrator.post(at(firm, "contract-key-new"), {"name": "CRM", "expires_on": "", "writes": "on"})
    made = firm.contract.keys.latest("pk").key
    secret = re.search(r"uc_live_\w{20,}", shown.content.decode())
    assert (made.scopes, secret is None) == (["contracts:read", "contracts:write"], False)
    assert secret.group() not in text(administrator, at(firm, "contract-keys"))
    assert "is revoked" in done(administrator, at(firm, "contract-key-revoke", made.public_id))
    past = administrator.post(at(firm, "contract-key-new"), {"name": "CRM", "expires_on": "2027-05-01"})
    assert (past.status_code, firm.contract.keys.count()) == (200, 2)


# Invitations


def test_the_link_of_an_invitation_leads_to_the_contract(firm: Portal, client: Client) -> None:
    made = seats.invite(
        firm.contract.public_id, seats.Invited("박", "park@customer.example"), by=firm.administrator.user, at=AT
    )
    path = reverse("invitation", args=[portal.token_of(made)])
    assert "park@customer.example" in text(client, path)
    assert client.post(path, {"password": "short"}).status_code == 200
    answer = client.post(path, {"password": portal.PASSWORD})
    assert answer["Location"] == at(firm, "contract")
    assert client.get(answer["Location"]).status_code == 200
    assert Client().get(path).status_code == 409


def test_who_was_invited_logs_in_and_comes_to_the_contracts(firm: Portal, client: Client) -> None:
    given = {"login": firm.user.user.email, "password": portal.PASSWORD}
    answer = client.post("/accounts/login/", given, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("contracts")


# Working together


@pytest.mark.clause("rift/5.2")
def test_a_deliverable_is_sent_back_or_accepted(firm: Portal, administrator: Client) -> None:

    path = at(firm, "contract-delivery-reject", firm.ids["delivery_id"])
    assert administrator.post(path, {"reason": " "}).status_code == 200
    assert "3장이 없습니다" in done(administrator, path, reason="3장이 없습니다.")
    assert Delivery.objects.get().status == DeliveryStatus.REJECTED
    assert administrator.post(at(firm, "contract-delivery-accept", firm.ids["delivery_id"])).status_code == 409
    file = Delivery.objects.get().files.get().file
    assert administrator.get(at(firm, "contract-file", file.public_id)).content == b"%PDF design"


@pytest.mark.clause("rift/9.2")
def test_minutes_are_confirmed_or_objected_to(firm: Portal, administrator: Client) -> None:

    done(administrator, at(firm, "contract-minutes-confirm", firm.ids["minutes_id"]))
    assert Minutes.objects.get().status == "confirmed"
    for name in ("contract-minutes-confirm", "contract-minutes-object"):
        assert administrator.post(at(firm, name, firm.ids["minutes_id"]), {"reason": "x"}).status_code == 404


@pytest.mark.clause("rift/10.2")
def test_resale_is_asked_for_and_withdrawn(firm: Portal, administrator: Client) -> None:
    given = {"kind": "resale", "to": "다온", "service": "상담", "purpose": "지점 운영", "from_on": "", "until_on": ""}
    assert "다온" in done(administrator, at(firm, "contract-request-new"), **given)
    nameless = administrator.post(at(firm, "contract-request-new"), {**given, "to": "라온", "service": ""})
    assert (nameless.status_code, firm.contract.prior_approvals.filter(to="라온").exists()) == (200, False)
    done(administrator, at(firm, "contract-request-withdraw", firm.ids["approval_id"]))
    assert firm.contract.prior_approvals.get(to="나래").status == "withdrawn"


@pytest.mark.clause("rift/14.1")
def test_a_reference_is_consented_to_and_taken_back(firm: Portal, administrator: Client) -> None:
    done(administrator, at(firm, "contract-reference-answer", firm.ids["reference_id"]), grant="1")
    assert firm.contract.references.get().status == "granted"
    done(administrator, at(firm, "contract-reference-withdraw", firm.ids["reference_id"]))
    assert firm.contract.references.get().status == "withdrawn"


# Both languages, and how much is asked of the database

PAGES = (
    "contract", "contract-documents", "contract-service-levels", "contract-cases", "contract-meetings",
    "contract-deliverables", "contract-requests", "contract-invoices", "contract-users", "contract-liability",
    "contract-keys", "contract-case-new", "contract-user-new", "contract-key-new", "contract-request-new",
    "contract-wish-new", "contract-demand-new",
)  # fmt: skip


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_is_there_in_both_languages(firm: Portal, language: str) -> None:
    client = portal.browser(firm.administrator, language)
    for name in PAGES:
        assert f'<html lang="{language}">' in text(client, at(firm, name))


def test_staff_see_the_contract_and_do_nothing(firm: Portal, client: Client) -> None:
    client.force_login(making.staff("amy"))
    shown = text(client, at(firm, "contract"))
    assert ("₩910,000" in shown or "910,000원" in shown, firm.user.user.email in shown) == (True, False)
    assert client.post(at(firm, "contract-case", firm.ids["case_id"]), {"text": "x"}).status_code == 404
    assert client.get(at(firm, "contract-users")).status_code == 403


def test_pages_ask_as_much_for_three_as_for_one(firm: Portal, administrator: Client) -> None:
    before = asked(firm, administrator)
    for number in (2, 3):
        more(firm.contract, firm.user, number)
    assert asked(firm, administrator) == before


def asked(firm: Portal, client: Client) -> dict[str, int]:
    found = {}
    for name in PAGES[:11]:
        client.get(at(firm, name))
        with CaptureQueriesContext(connection) as seen:
            client.get(at(firm, name))
        found[name] = len(seen)
    return found


def more(contract: Contract, seat: Seat, number: int) -> None:
    """One more of everything that is listed."""

    amy = making.staff("amy")
    if number < 3:
        portal.billed(contract, date(2027, number + 1, 1))
    portal.opened(contract, seat, str(number))
    cases.write(Case.objects.latest("pk").public_id, Said("답", is_of_customer=True), by=seat.user, at=AT)
    portal.seated(contract, f"more{number}@customer.example", SeatRole.USER)
    making.offered(contract, "quote", at=AT)
    deliverables.deliver(contract.public_id, Handed(Work(f"산출물 {number}")), by=amy, at=AT)
    portal.key(Seat.objects.get(user__email="admin0@customer.example"))
