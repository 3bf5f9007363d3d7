"""Documents in versions: offered as they will be agreed, superseded, final once they are."""

from dataclasses import asdict
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from contracts.enums import PaperKind
from contracts.errors import OfferExpired, SignedIsFinal, SowIncomplete, UnderReview
from contracts.models import ContractDocument, ContractFile
from contracts.queries.governing import governing, governing_value, topics_of
from contracts.rules import company
from contracts.services import conclusion, documents, files, rendering, reviews, service_levels, support
from contracts.services.documents import Paper, SowGiven, SowLine
from contracts.services.files import Given
from tests.contracts import making, promising
from tests.contracts.making import NOON, staff
from upstage_console.kernel.errors import AlreadyDone, IllegalMove, InvalidDates

pytestmark = pytest.mark.django_db
PARTS = [
    SowLine("function", "IVR"), SowLine("service_level", "99.9 %"), SowLine("staffing", "개발자", person_months=2),
    SowLine("deliverable", "설계서", due_on=date(2027, 3, 31)), SowLine("security", "암호화"),
]  # fmt: skip


def sow(lines=PARTS, **more):
    return SowGiven(date(2027, 2, 1), date(2027, 6, 30), lines, **more)


def signed(contract, kind="order", *, at=NOON, on=None, **paper):
    document = making.offered(contract, kind, at=at, **paper)
    return conclusion.file_signed(
        document.public_id, making.SCAN, on=on or at.date(), signers="둘", reason="", by=staff("amy"), at=at
    )  # fmt: skip


@pytest.mark.clause("rift/4.1")
def test_what_is_offered_is_known_by_the_hash_of_what_is_shown():
    document = making.offered(making.drafted(), says={"payment_days": 21})
    shown = files.content_of(document.file)
    assert (document.sha256, document.file.sha256) == (files.digest(shown), files.digest(shown))
    assert ("payment_days" in shown.decode(), "리프트" in shown.decode()) == (True, True)


@pytest.mark.clause("rift/21.1", "rift/21.2", "rift/21.3", "rift/21.4", "rift/21.5")
def test_a_document_says_who_the_company_is():
    shown = files.content_of(making.offered(making.drafted()).file).decode()
    assert [part for part in asdict(company.RIFT).values() if part not in shown] == [company.RIFT.name_en]


def test_a_file_handed_in_is_kept_byte_for_byte():
    contract = making.drafted()
    given = Given("msa.pdf", "application/pdf", b"\x00\xffMSA")
    document = making.offered(contract, "msa", file=given)
    assert bytes(ContractFile.objects.get(pk=document.file_id).content) == b"\x00\xffMSA"
    assert rendering.printed(document, by=staff("amy"), at=NOON) == document.file


def test_what_is_handed_in_never_passes_for_a_sheet_of_the_console():
    document = making.offered(making.drafted(), file=Given("x.html", files.SHEET, b"<script>alert(1)</script>"))
    assert (document.file.media_type, rendering.body_of(document.file)) == ("text/html", None)


@pytest.mark.clause("rift/4.1")
def test_one_version_of_a_quote_is_active():
    contract = making.drafted()
    first = making.offered(contract, "quote", says={"payment_days": 60})
    second = documents.revise(
        first.public_id, Paper(PaperKind.QUOTE, "quote", {"payment_days": 45}), by=staff("amy"), at=NOON
    )
    first.refresh_from_db()
    assert (first.status, second.series, second.revision, second.status) == ("superseded", first.series, 2, "draft")
    with pytest.raises(DatabaseError), transaction.atomic():
        ContractDocument.objects.create(
            customer=contract.customer, contract=contract, kind="quote", series=first.series, revision=3, title="x",
            made_at=NOON,
        )  # fmt: skip


@pytest.mark.clause("rift/4.1")
def test_an_order_form_is_made_from_a_quote_that_is_still_valid():
    contract = making.drafted()
    quote = making.offered(contract, "quote", says={"onsite_days": 2}, valid_until=NOON.date())
    order = documents.order_from(quote.public_id, by=staff("amy"), at=NOON)
    assert (order.kind, order.follows, order.says) == ("order", quote, {"onsite_days": 2})
    with pytest.raises(OfferExpired):
        documents.order_from(quote.public_id, by=staff("amy"), at=NOON + timedelta(days=1))
    with pytest.raises(IllegalMove):
        documents.order_from(order.public_id, by=staff("amy"), at=NOON)


@pytest.mark.clause("rift/4.1")
def test_the_contract_follows_the_quote_and_names_its_annexes_by_their_hash():
    contract = making.drafted()
    quote = making.offered(contract, "quote")
    msa = making.offered(contract, "msa", file=making.SCAN)
    reviews.submit(contract.public_id, by=staff("amy"), at=NOON)
    deed = making.deed_of(contract)
    assert deed.follows == quote
    assert msa.sha256 in files.content_of(deed.file).decode()


@pytest.mark.clause("rift/5.2")
@pytest.mark.parametrize("part", [line.part for line in PARTS])
def test_a_statement_of_work_states_all_that_it_has_to(part):
    contract = making.drafted()
    lines = [line for line in PARTS if line.part != part]
    made = documents.add(contract.public_id, Paper(PaperKind.SOW, "SOW", sow=sow(lines)), by=staff("amy"), at=NOON)
    with pytest.raises(SowIncomplete):
        documents.offer(made.public_id, by=staff("amy"), at=NOON)


@pytest.mark.clause("rift/5.2")
def test_a_statement_of_work_is_written_from_its_rows_and_frozen_with_them():
    contract = making.drafted()
    paper = Paper(PaperKind.SOW, "SOW", sow=sow(inspection_days=10, silence_accepts=True))
    made = documents.add(contract.public_id, paper, by=staff("amy"), at=NOON)
    offered = documents.offer(made.public_id, by=staff("amy"), at=NOON)
    text = files.content_of(offered.file).decode()
    assert [line.what in text for line in PARTS] == [True] * 5
    with pytest.raises(DatabaseError), transaction.atomic():
        offered.sow.rows.update(what="else")


def test_a_period_that_ends_before_it_begins_is_refused():
    given = SowGiven(date(2027, 2, 2), date(2027, 2, 1), PARTS)
    contract = making.drafted()
    with pytest.raises(InvalidDates):
        documents.add(contract.public_id, Paper(PaperKind.SOW, "SOW", sow=given), by=staff("amy"), at=NOON)
    assert not contract.documents.exists()


@pytest.mark.clause("rift/4.1")
def test_what_was_signed_is_never_changed_left_or_signed_again():
    document = signed(making.drafted(), says={"payment_days": 21})
    for attempt in (
        lambda: documents.revise(document.public_id, Paper(PaperKind.ORDER, "x"), by=staff("amy"), at=NOON),
        lambda: documents.void(document.public_id, reason="", by=staff("amy"), at=NOON),
        lambda: documents.offer(document.public_id, by=staff("amy"), at=NOON),
        lambda: conclusion.file_signed(
            document.public_id, making.SCAN, on=NOON.date(), signers="", reason="", by=staff("amy"), at=NOON
        ),
    ):
        with pytest.raises(SignedIsFinal):
            attempt()


@pytest.mark.clause("rift/4.1")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contracts_contractdocument SET says = '{}'",
        "UPDATE contracts_contractdocument SET status = 'voided', closed_at = now(), bound_at = NULL, bound_how = ''",
        "DELETE FROM contracts_contractdocument",
        "UPDATE contracts_contractfile SET content = 'x'",
        "DELETE FROM contracts_contractfile",
        "SET LOCAL session_replication_role = replica; UPDATE contracts_contractfile SET name = 'x'",
        "SELECT set_config('pgtrigger.ignore', '{}', true); DELETE FROM contracts_contractfile",
    ],
)
def test_the_database_refuses_to_change_what_was_signed_whoever_asks(statement):
    document = signed(making.drafted(), says={"payment_days": 21})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    document.refresh_from_db()
    assert (document.says, document.status) == ({"payment_days": 21}, "signed")


def test_a_file_is_what_its_hash_says():
    contract = making.drafted()
    with pytest.raises(DatabaseError), transaction.atomic():
        ContractFile.objects.create(
            customer=contract.customer, contract=contract, name="x", media_type="x", content=b"x", sha256="0" * 64,
            size=1, added_at=NOON,
        )  # fmt: skip


def test_nothing_annexed_is_revised_while_the_contract_is_reviewed():
    contract = making.drafted()
    annex = making.offered(contract, "msa", file=making.SCAN)
    reviews.submit(contract.public_id, by=staff("amy"), at=NOON)
    with pytest.raises(UnderReview):
        documents.revise(annex.public_id, Paper(PaperKind.MSA, "x"), by=staff("amy"), at=NOON)
    with pytest.raises(UnderReview):
        documents.void(annex.public_id, reason="", by=staff("amy"), at=NOON)


def test_a_document_is_offered_once():
    document = making.offered(making.drafted())
    with pytest.raises(AlreadyDone):
        documents.offer(document.public_id, by=staff("amy"), at=NOON)


@pytest.mark.clause("rift/2.4", "rift/5.2")
def test_what_governs_is_asked_for_a_day():
    contract = making.concluded(making.drafted(payment_days=14))
    later = NOON + timedelta(days=30)
    signed(contract, "change_order", at=later, says={"payment_days": 35})
    on = [later.date() - timedelta(days=1), later.date()]
    assert [governing_value(contract, "payment_days", on=day) for day in on] == [14, 35]
    found = governing(contract, "payment_days", on=later.date())
    assert [(one.kind, one.value) for one in found.losers] == [("order", 14)]
    assert "payment_days" in topics_of(contract)


@pytest.mark.clause("rift/15.2")
def test_the_terms_govern_where_no_document_does():
    found = governing(making.concluded(), "cure_days", on=NOON.date())
    assert (found.kind, found.value, found.reason.clauses) == ("terms", 30, ("rift/2.4", "rift/15.2"))
    assert governing(making.drafted(making.customer(making.NUMBERS[1])), "parking", on=NOON.date()) is None


@pytest.mark.clause("rift/5.2", "rift/8.1")
def test_the_deed_states_the_service_level_and_support_and_what_was_written_stays():
    amy, early = staff("amy"), making.drafted()
    before = files.content_of(making.offered(early).file)
    for contract in (early, making.drafted(making.customer(making.NUMBERS[1], language="en"))):
        service_levels.agree(contract.public_id, promising.MONITORED, by=amy, at=NOON)
        support.agree(contract.public_id, promising.OFFICE, by=amy, at=NOON)
        reviews.submit(contract.public_id, by=amy, at=NOON)
        deed = files.content_of(making.deed_of(contract).file).decode()
        assert [text for text in ("99.5 %", "98 %", "20 %", "30 %", "09:00-18:00") if text not in deed] == []
    assert "Availability: 99.5 % of each month (8.1)." in deed
    assert "On business days, 09:00-18:00 (KST)." in deed
    assert files.content_of(early.documents.get(is_deed=False).file) == before


def test_a_document_without_terms_states_no_service_level():
    contract = making.drafted()
    service_levels.agree(contract.public_id, promising.MONITORED, by=staff("amy"), at=NOON)
    assert "99.5" not in files.content_of(making.offered(contract, "msa").file).decode()
