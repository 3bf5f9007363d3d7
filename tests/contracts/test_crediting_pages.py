"""Credit notes of firms as the desk issues them, and as the customer's administrators see them."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from billing.enums import FirmCreditGround
from billing.models import DocumentFile, FirmCreditNote, FirmCreditProposal, FirmInvoice, FirmPayout
from billing.queries.accounting import TABLES
from billing.services import documents, pdf
from billing.services.firm_credits import Wanted
from contracts.services import crediting, invoice_files, paying
from tests.admin.conftest import desk_of
from tests.admin.verbs import page_of, preview, use, verb_of
from tests.contracts import making, portal
from tests.contracts.portal import AT, Portal
from upstage_console.kernel import clock

pytestmark = [pytest.mark.django_db, pytest.mark.clause("rift/7.2")]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.fixed(AT):
        yield


@pytest.fixture
def firm() -> Portal:
    return portal.firm(payment_days=14)


@pytest.fixture
def invoice(firm: Portal) -> FirmInvoice:
    return FirmInvoice.objects.get(number=firm.ids["number"])


def credited(firm: Portal, invoice: FirmInvoice, amount: int = 50_000) -> FirmCreditNote:
    wanted = Wanted(Decimal(amount), FirmCreditGround.MISTAKE, "좌석을 두 번 셌습니다.")
    answer = crediting.propose(firm.contract.public_id, invoice.public_id, wanted, by=making.staff("amy"), at=AT)
    assert answer.note is not None
    return answer.note


def at(firm: Portal, name: str, *parts: str) -> str:
    return reverse(name, args=[firm.contract.public_id, *parts])


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_desk_sees_the_effect_and_issues_it(invoice: FirmInvoice) -> None:
    office = desk_of(making.staff("amy"))
    given = {"amount": "50000", "ground": "mistake", "reason": "counted twice"}
    seen = preview(office, verb_of(invoice, "credit-note"), **given).content.decode()
    assert ("55,000" in seen, FirmCreditNote.objects.exists()) == (True, False)
    use(office, verb_of(invoice, "credit-note"), **given)
    note = FirmCreditNote.objects.get()
    assert (note.reason, note.total) == ("counted twice", -55_000)
    assert note.number in text(office, page_of(invoice))
    assert "counted twice" in text(office, page_of(note))


def test_above_the_setting_another_approves_at_the_desk(invoice: FirmInvoice) -> None:
    office = desk_of(making.staff("amy"))
    use(office, verb_of(invoice, "credit-note"), amount="500000", ground="given", reason="r")
    row = FirmCreditProposal.objects.get()
    assert preview(office, verb_of(row, "approve")).context["refused"].code == "same_person"
    use(desk_of(making.staff("ben")), verb_of(row, "approve"))
    assert FirmCreditNote.objects.get().approved_by == making.staff("ben")


def test_a_transfer_is_written_down_at_the_desk(firm: Portal, invoice: FirmInvoice) -> None:
    paying.pay(firm.contract.public_id, invoice.public_id, key="k", by=making.staff("amy"), at=AT)
    note = credited(firm, invoice)
    payout = FirmPayout.objects.get()
    use(desk_of(making.staff("amy")), verb_of(payout, "sent"), on="2027-05-03", reference="B-9")
    payout.refresh_from_db()
    assert payout.reference == "B-9"
    shown = text(portal.browser(firm.administrator), at(firm, "contract-credit-note", note.number))
    assert "were transferred on" in shown


@pytest.mark.parametrize("verb", ["credit-note"])
def test_the_desk_asks_for_the_permission(invoice: FirmInvoice, verb: str) -> None:
    clerk = User.objects.create_user("clerk@staff.example", "a long enough password", is_staff=True, name="Clerk")
    assert desk_of(clerk).get(verb_of(invoice, verb)).status_code == 403
    assert not FirmCreditNote.objects.exists()


def test_the_customer_sees_what_is_not_owed_after_all(firm: Portal, invoice: FirmInvoice) -> None:
    note, browser = credited(firm, invoice), portal.browser(firm.administrator)
    listed = text(browser, at(firm, "contract-invoice", invoice.number))
    assert at(firm, "contract-credit-note", note.number) in listed
    shown = text(browser, at(firm, "contract-credit-note", note.number))
    assert "₩55,000 are no longer owed." in shown
    assert "좌석을 두 번 셌습니다." in shown


def test_the_api_tells_it_with_the_invoice(firm: Portal, invoice: FirmInvoice) -> None:
    note = credited(firm, invoice)
    path = f"/api/v1/contracts/{firm.contract.public_id}/invoices/{invoice.number}"
    answer = Client().get(path, headers={"authorization": f"Bearer {firm.secret}"}).json()
    assert answer["credit_notes"] == [{
        "number": note.number, "ground": "mistake", "issued_on": "2027-05-03", "subtotal": "-50000", "tax": "-5000",
        "total": "-55000", "off_principal": "55000", "off_interest": "0", "back_principal": "0", "back_interest": "0",
        "reason": "좌석을 두 번 셌습니다.", "clauses": answer["credit_notes"][0]["clauses"],
    }]  # fmt: skip
    assert answer["owed"]["principal"] == str(int(invoice.total) - 55_000)


def test_nobody_else_gets_it(firm: Portal, invoice: FirmInvoice, client: Client) -> None:
    path = at(firm, "contract-credit-note", credited(firm, invoice).number)
    other = portal.firm(1)
    assert portal.browser(other.administrator).get(path).status_code == 404
    number = FirmCreditNote.objects.get().number
    assert portal.browser(other.administrator).get(at(other, "contract-credit-note", number)).status_code == 404
    assert portal.browser(firm.user).get(path).status_code == 403
    assert client.get(path).status_code == 302
    assert portal.browser(firm.administrator).post(path).status_code == 405


def test_its_file_is_written_once(firm: Portal, invoice: FirmInvoice, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(pdf, "is_available", lambda: True)
    monkeypatch.setattr(pdf, "make", lambda *given: made.append(given[0]) or f"%PDF {len(made)}".encode())
    note, browser = credited(firm, invoice), portal.browser(firm.administrator)
    path = at(firm, "contract-credit-note-pdf", note.number)
    assert [browser.get(path).content for _twice in range(2)] == [b"%PDF 1", b"%PDF 1"]
    assert DocumentFile.objects.get().firm_credit_note == note


def test_a_machine_that_makes_none_leads_back(
    firm: Portal, invoice: FirmInvoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    number = credited(firm, invoice).number
    led = portal.browser(firm.administrator).get(at(firm, "contract-credit-note-pdf", number))
    assert led.url == at(firm, "contract-credit-note", number)  # type: ignore[attr-defined]


def test_a_real_file_in_both_languages(firm: Portal, invoice: FirmInvoice) -> None:
    note = credited(firm, invoice)
    for language in ("ko", "en"):
        content = documents.content_of(invoice_files.of_credit_note(note, language, at=AT))
        assert content.startswith(b"%PDF-")


def test_accountants_take_them_along(firm: Portal, invoice: FirmInvoice) -> None:
    paying.pay(firm.contract.public_id, invoice.public_id, key="k", by=making.staff("amy"), at=AT)
    note = credited(firm, invoice)
    table = TABLES["firm_credit_notes"]
    (row,) = (dict(zip(table.head, one, strict=True)) for one in table.rows(AT.date(), AT.date()))
    assert (row["number"], row["invoice_number"], row["ground"], row["total"]) == (
        note.number, invoice.number, "mistake", -55_000,
    )  # fmt: skip
    assert TABLES["firm_payouts"].count(date(2027, 1, 1), date(2027, 12, 31)) == 0
