"""Customers, contracts, reviews and documents at the desk."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contracts.admin import fee_lines
from contracts.models import Contact, Contract, ContractDocument, Customer, Signing
from contracts.services import files
from contracts.services.drafting import FeeLine
from tests.admin.conftest import clerk, desk_of
from tests.admin.verbs import page_of, preview, use, verb_of
from tests.contracts import making
from tests.contracts.making import NOON, staff
from upstage_console.kernel import clock
from upstage_console.kernel.errors import Refusal

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db

FIRM = {"name": "한빛", "business_number": "931-81-42931", "language": "ko"}
DRAFT = {"title": "상담 데스크", "starts_on": "2027-01-25", "months": "12", "fees": "flat 910000 # 데스크"}
SOW = {
    "title": "SOW", "says": "", "period_from": "2027-02-01", "period_to": "2027-06-30", "inspection_days": "10",
    "lines": "function | IVR\nservice_level | 99.9 %\nstaffing | 개발자 | 2.5\n"
    "deliverable | 설계서 | 2027-03-31 | 1부\nsecurity | 암호화",
}  # fmt: skip


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed(NOON):
        yield


@pytest.fixture
def office(db: None) -> Client:
    return desk_of(staff("amy"))


@pytest.fixture
def ben(db: None) -> Client:
    return desk_of(staff("ben"))


def upload(name="scan.pdf", content=b"%PDF"):
    return SimpleUploadedFile(name, content, "application/pdf")


def test_a_customer_is_registered_named_and_given_a_contract(office):
    use(office, reverse("admin:contracts_customer_do_on_list", args=["register"]), **FIRM, credit_limit="5000000")
    row = Customer.objects.get()
    use(office, verb_of(row, "contact"), name="김서명", email="signer@customer.example", may_sign="on")
    use(office, verb_of(row, "requester"), contact=Contact.objects.get().public_id)
    use(office, verb_of(row, "draft"), **DRAFT)
    contract = Contract.objects.get()
    text = office.get(page_of(row)).content.decode()
    assert [word in text for word in ("한빛", "931-81-42931", "김서명", "may request administrators", "₩5,000,000",
                                      contract.title)] == [True] * 6  # fmt: skip


def test_a_wrong_number_is_told_before_anything_is_done(office):
    url = reverse("admin:contracts_customer_do_on_list", args=["register"])
    page = preview(office, url, **FIRM | {"business_number": "931-81-42932"})
    assert (page.context["refused"].code, Customer.objects.count()) == ("invalid_business_number", 0)


@pytest.mark.parametrize("digits", ["931-81-42931", "9318142931", "고객"])
def test_customers_are_found_by_number_and_name(office, digits):
    making.customer()
    text = office.get(reverse("admin:contracts_customer_changelist"), {"q": digits}).content.decode()
    assert "931-81-42931" in text


def test_the_other_verbs_of_a_customer(office):
    row = making.customer()
    contact = making.person(row)
    use(office, verb_of(row, "correct"), **FIRM | {"name": "새빛"})
    use(office, verb_of(row, "limit"), credit_limit="7", unpaid_before="3")
    use(office, verb_of(row, "contact-left"), contact=contact.public_id)
    use(office, verb_of(row, "end"))
    row.refresh_from_db()
    assert (row.firm.name, row.credit_limit, row.unpaid_before, row.status) == ("새빛", 7, 3, "ended")
    use(office, verb_of(row, "again"))
    row.refresh_from_db()
    assert row.status == "active"


def test_a_contract_goes_from_draft_to_signature(office, ben):
    contract = making.drafted()
    making.person(contract.customer)
    use(office, verb_of(contract, "change"), **DRAFT | {"months": "6", "late_rate": "6"})
    use(office, verb_of(contract, "submit"))
    answers = making.ANSWERS
    for kind, verb, given in (
        ("credit", "approve", {}), ("security", "approve-security", answers),
        ("conflict", "approve-conflict", {"words": "a, b"}),
    ):  # fmt: skip
        use(ben, verb_of(making.review_of(contract, kind), verb), **given)
    deed = making.deed_of(contract)
    use(office, verb_of(deed, "ask"), sign_by="2027-02-01", contact=Contact.objects.get().public_id, company_first="on")
    making.sign_all(Signing.objects.get())
    text = office.get(page_of(contract)).content.decode()
    assert "Concluded; it begins on 25 Jan 2027." in text
    assert ("Days to cure a breach: 30 days" in text, deed.sha256 in text, "6 % a year" in text) == (True, True, True)


def test_the_verbs_of_a_contract_stand_in_groups_with_the_next_step_in_front(office):
    row = making.drafted()
    shown = office.get(page_of(row)).context
    assert [one.name for one in shown["front"]] == ["submit"]
    assert len(shown["groups"]) == 7
    in_groups = [one.name for group in shown["groups"] for one in group.buttons]
    assert sorted([*in_groups, "submit"]) == sorted(one.name for one in shown["buttons"])
    documents = shown["groups"][0]
    assert [bool(one.why_not) for one in documents.buttons] == [False] * documents.usable + [True]
    assert [(group.usable, len(group.buttons)) for group in shown["groups"][1:3]] == [(0, 4), (0, 5)]


def test_who_asked_does_not_approve(office):
    contract = making.drafted()
    use(office, verb_of(contract, "submit"))
    page = preview(office, verb_of(making.review_of(contract, "credit"), "approve"))
    assert page.context["refused"].code == "same_person"


def test_above_the_limit_one_proposes_and_another_confirms(office, ben):
    contract = making.drafted(making.customer(limit=1))
    use(office, verb_of(contract, "submit"))
    review = making.review_of(contract, "credit")
    assert preview(ben, verb_of(review, "approve")).context["refused"].code == "second_person_needed"
    use(ben, verb_of(review, "propose"))
    assert preview(ben, verb_of(review, "confirm")).context["refused"].code == "same_person"
    use(desk_of(staff("cho")), verb_of(review, "confirm"))
    review.refresh_from_db()
    assert (review.status, review.decided_by, review.approver) == ("approved", staff("ben"), staff("cho"))
    assert "above it, so a second person is needed" in ben.get(page_of(review)).content.decode()


def test_a_verb_of_another_kind_of_review_is_not_there(office, ben):
    contract = making.drafted()
    use(office, verb_of(contract, "submit"))
    assert ben.get(verb_of(making.review_of(contract, "credit"), "approve-security")).status_code == 404


def test_each_kind_of_review_has_its_own_permission(office, clerk):
    contract = making.drafted()
    use(office, verb_of(contract, "submit"))
    desk = clerk("contracts.view_review", "contracts.review_credit")
    assert desk.get(verb_of(making.review_of(contract, "credit"), "approve")).status_code == 200
    assert desk.get(verb_of(making.review_of(contract, "security"), "reject")).status_code == 403


def test_a_rejected_review_and_a_refused_contract(office, ben):
    contract = making.drafted()
    use(office, verb_of(contract, "submit"))
    use(ben, verb_of(making.review_of(contract, "credit"), "reject"), ground="infeasible")
    use(office, verb_of(contract, "take-back"))
    use(office, verb_of(contract, "refuse"), ground="unlawful")
    contract.refresh_from_db()
    assert (contract.status, "Refused" in office.get(page_of(contract)).content.decode()) == ("rejected", True)


def test_documents_are_drafted_offered_revised_and_left(office):
    contract = making.drafted()
    use(office, verb_of(contract, "add-document"), kind="quote", title="견적", says="payment_days = 60\nnote = abc")
    quote = ContractDocument.objects.get()
    assert quote.says == {"payment_days": 60, "note": "abc"}
    use(office, verb_of(quote, "offer"))
    use(office, verb_of(quote, "order"))
    use(office, verb_of(quote, "revise"), title="견적 2", says="payment_days = 45")
    second = ContractDocument.objects.get(kind="quote", revision=2)
    use(office, verb_of(second, "void"))
    assert sorted(ContractDocument.objects.values_list("status", flat=True)) == ["draft", "superseded", "voided"]
    assert "SHA-256" in office.get(page_of(quote)).content.decode()


def test_a_statement_of_work_is_written_line_by_line(office):
    contract = making.drafted()
    use(office, verb_of(contract, "add-sow"), **SOW)
    document = ContractDocument.objects.get()
    use(office, verb_of(document, "offer"))
    rows = {row.part: (row.what, row.person_months, row.due_on, row.detail) for row in document.sow.rows.all()}
    assert (rows["staffing"][1], str(rows["deliverable"][2]), rows["deliverable"][3]) == (
        Decimal("2.5"),
        "2027-03-31",
        "1부",
    )


@pytest.mark.parametrize("line", ["staffing | 개발자", "nothing | x", "function", "deliverable | x | 2027-02-30"])
def test_what_is_no_row_is_told(office, line):
    page = preview(office, verb_of(making.drafted(), "add-sow"), **SOW | {"lines": line})
    assert page.context["form"].errors.keys() == {"lines"}


@pytest.mark.parametrize("says", ["payment_days", "Payment = 1", "a = 1\na = 2", "= 3"])
def test_what_says_nothing_is_told(office, says):
    page = preview(office, verb_of(making.drafted(), "add-document"), kind="nda", title="x", says=says)
    assert page.context["form"].errors.keys() == {"says"}


@pytest.mark.clause("rift/4.1")
def test_a_scan_concludes_the_contract_and_is_opened_again(office):
    contract = making.reviewed(making.drafted())
    deed = making.deed_of(contract)
    url = reverse("admin:contracts_document_signed", args=[deed.pk])
    office.post(url, {"file": upload(), "on": "2027-01-18", "signers": "둘", "reason": "paper"})
    contract.refresh_from_db()
    assert contract.status == "concluded"
    kept = office.get(reverse("admin:contracts_file_open", args=[contract.conclusion.evidence_id]))
    assert (kept.content, kept.headers["Content-Disposition"].endswith('.pdf"')) == (b"%PDF", True)


@pytest.mark.clause("rift/4.1")
def test_a_message_is_filed_and_a_wrong_one_is_told(office):
    contract = making.drafted()
    making.person(contract.customer)
    deed = making.deed_of(making.reviewed(contract))
    url = reverse("admin:contracts_document_email", args=[deed.pk])
    bad = office.post(url, {"file": upload("a.eml", b"nothing"), "reason": "x"}, follow=True)
    assert "no e-mail message" in bad.content.decode()
    office.post(url, {"file": upload("a.eml", making.mail()), "reason": "x"})
    contract.refresh_from_db()
    assert (contract.status, contract.conclusion.kind) == ("concluded", "email")


def test_a_file_is_handed_in(office):
    contract = making.drafted()
    url = reverse("admin:contracts_contract_hand_in", args=[contract.pk])
    office.post(url, {"kind": "msa", "title": "MSA", "file": upload(), "says": "payment_days = 30", "reason": "x"})
    made = ContractDocument.objects.get()
    assert (made.kind, bytes(made.file.content), made.says) == ("msa", b"%PDF", {"payment_days": 30})


def test_files_are_closed_to_whom_they_are_not(clerk, office):
    document = making.offered(making.drafted())
    desk = clerk("contracts.view_contractdocument", "contracts.view_contract")
    assert desk.get(reverse("admin:contracts_file_open", args=[document.file_id])).status_code == 403
    for name in ("signed", "email"):
        assert desk.post(reverse(f"admin:contracts_document_{name}", args=[document.pk])).status_code == 403
    assert desk.post(reverse("admin:contracts_contract_hand_in", args=[document.contract_id])).status_code == 403
    assert office.get(reverse("admin:contracts_file_open", args=[0])).status_code == 404
    assert office.get(reverse("admin:contracts_document_signed", args=[document.pk])).status_code == 405


def test_a_round_is_shown_with_its_evidence_and_withdrawn(office):
    row = making.asked(making.offered(making.drafted(), "nda"))
    text = office.get(page_of(row)).content.decode()
    assert ("asked to sign" in text, row.sha256 in text) == (True, True)
    use(office, verb_of(row, "withdraw"))
    row.refresh_from_db()
    assert row.status == "voided"


def test_the_preview_shows_the_mail_without_the_link(office):
    document = making.offered(making.drafted(), "nda")
    contact = making.person(document.customer)
    given = {"sign_by": "2027-02-01", "contact": contact.public_id, "company_first": "on"}
    text = preview(office, verb_of(document, "ask"), **given).content.decode()
    assert ("/sign/…/" in text, Signing.objects.count()) == (True, 0)


@pytest.mark.parametrize("number", [1, 3])
def test_lists_ask_as_often_for_many_rows_as_for_one(office, number):
    for place in range(number):
        making.asked(making.offered(making.drafted(making.customer(making.NUMBERS[place])), "nda"))
    office.get(reverse("admin:contracts_contract_changelist"))
    for model in ("customer", "contract", "contractdocument", "signing", "review"):
        with CaptureQueriesContext(connection) as queries:
            assert office.get(reverse(f"admin:contracts_{model}_changelist")).status_code == 200
        assert len(queries) <= 12, [query["sql"][:120] for query in queries]


# Fees, one a line


def test_fees_are_read_and_written_back():
    text = "flat 910000 prepaid=3 # 데스크\nseat 26000 included=3\nproject 82 milestone=launch\nusage 12.5\nstartup 700"
    fees = fee_lines.read(text)
    assert fees[0] == FeeLine("flat", Decimal(910_000), what="데스크", prepaid=3)
    contract = making.drafted(fees=fees)
    assert fee_lines.written(contract.fees.all()) == text


@pytest.mark.clause("rift/7.1")
def test_steps_of_a_price_by_use_are_read_written_back_and_shown_with_an_example(office):
    text = "usage 50 included=100 steps=1000:45,5000:40.5 # calls"
    (read,) = fee_lines.read(text)
    assert read.steps == [{"after": "1000", "amount": "45"}, {"after": "5000", "amount": "40.5"}]
    customer = making.customer()
    given = {"title": "콜", "fees": text, "payment_days": "30"}
    seen = preview(office, verb_of(customer, "draft"), **given).content.decode()
    assert ("7,500" in seen, "326,250" in seen) == (True, True), "900 × 50 + 4,000 × 45 + 2,500 × 40.5"
    use(office, verb_of(customer, "draft"), **given)
    contract = customer.contracts.get()
    assert fee_lines.written(contract.fees.all()) == text
    making.offered(contract, "order")
    shown = files.content_of(contract.documents.get().file).decode()
    assert "40.5" in shown


@pytest.mark.parametrize("steps", ["1000:45,1000:40", "5000:45,1000:40", "0:45"])
def test_steps_that_do_not_rise_are_refused(steps):
    with pytest.raises(Refusal) as caught:
        making.drafted(fees=fee_lines.read(f"usage 50 steps={steps}"))
    assert (caught.value.code, Contract.objects.exists()) == ("invalid_steps", False)


@pytest.mark.parametrize(
    "line", ["flat", "flat -1", "flat 1e9", "flat 10 included=3", "seat 10 included=x", "usage 1 prepaid=2", "gift 5",
             "seat 10 included=1 included=2", "flat 10 prepaid=0", "flat 10 steps=1:2", "usage 10 steps=5",
             "usage 10 steps=5:x"],
)  # fmt: skip
def test_what_is_no_fee_is_told_with_its_line(line):
    with pytest.raises(forms.ValidationError, match="Line 2|2"):
        fee_lines.read(f"flat 1\n{line}")
