"""How contracts come into being, and that it happens once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from contracts.enums import ConclusionKind, DocumentStatus
from contracts.errors import (
    ApprovedBefore,
    NoEvidence,
    NotConcluded,
    NotInForce,
    OfferExpired,
    ReviewOpen,
    SenderUnknown,
    SignedIsFinal,
    UnreadableMessage,
)
from contracts.models import Conclusion, ContractFee, ContractUse, CustomerNotice, EmailApproval
from contracts.queries.governing import governing
from contracts.services import approvals, conclusion, using
from contracts.services.files import Given
from tests.contracts import making
from tests.contracts.making import NOON, staff
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, InvalidDates
from upstage_console.kernel.models import AuditEvent, DueItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract():
    made = making.drafted()
    making.person(made.customer)
    return making.reviewed(made)


TODAY = NOON.date()


def write(contract, scan=making.SCAN, on=TODAY, at=NOON):
    return conclusion.conclude_written(
        contract.public_id, scan, on=on, signers="김, 이", reason="", by=staff("amy"), at=at
    )  # fmt: skip


def file_mail(document, raw, at=NOON):
    return approvals.file_email(document.public_id, raw, reason="", by=staff("amy"), at=at)


@pytest.mark.clause("rift/4.1")
def test_a_written_agreement_is_kept_with_who_when_how_and_its_hash(contract):
    write(contract, on=date(2027, 1, 15))
    found, deed = Conclusion.objects.get(), making.deed_of(contract)
    assert (found.kind, found.concluded_on, found.recorded_at, found.recorded_by) == (
        "written", date(2027, 1, 15), NOON, staff("amy"),
    )  # fmt: skip
    assert (found.sha256, bytes(found.evidence.content), deed.status) == (deed.sha256, making.SCAN.content, "signed")
    assert found.facts["signers"] == "김, 이"


@pytest.mark.clause("rift/4.1", "rift/4.2")
def test_nothing_is_concluded_before_its_reviews():
    contract = making.drafted()
    with pytest.raises(ReviewOpen):
        write(contract)
    assert not Conclusion.objects.exists()


@pytest.mark.clause("rift/4.1")
def test_a_contract_is_concluded_once(contract):
    write(contract)
    with pytest.raises(SignedIsFinal):
        write(contract, on=date(2027, 1, 10))
    assert Conclusion.objects.count() == 1


def test_a_day_to_come_and_an_empty_scan_conclude_nothing(contract):
    with pytest.raises(InvalidDates):
        write(contract, on=NOON.date() + timedelta(days=1))
    with pytest.raises(NoEvidence):
        write(contract, scan=Given("x", "x", b""))
    contract.refresh_from_db()
    assert contract.status == "in_review"


@pytest.mark.clause("rift/15.1")
def test_without_a_start_the_conclusion_begins_the_term():
    made = making.reviewed(making.drafted(starts_on=None, months=None))
    done = write(made, on=date(2027, 1, 15))
    assert (done.starts_on, done.ends_on) == (date(2027, 1, 15), date(2028, 1, 15))


@pytest.mark.clause("rift/15.1")
def test_without_a_start_an_agreed_end_stands():
    made = making.reviewed(making.drafted(starts_on=None, months=None, ends_on=date(2027, 3, 31)))
    assert write(made).ends_on == date(2027, 3, 31)


def test_the_conclusion_opens_the_task_at_the_end_and_tells_the_customer(contract):
    write(contract)
    item, notice = DueItem.objects.get(kind="contract_end"), CustomerNotice.objects.get()
    assert (item.subject, item.due_at.date()) == (contract.public_id, date(2028, 1, 24))
    assert making.deed_of(contract).sha256 in notice.body_en
    assert AuditEvent.objects.filter(action="contract.concluded", subject=contract.public_id).count() == 1


@pytest.mark.clause("rift/4.1")
def test_evidence_and_terms_of_a_concluded_contract_are_final_for_sql_too(contract):
    write(contract)
    for attempt in (
        lambda: Conclusion.objects.update(kind="email"),
        lambda: Conclusion.objects.all().delete(),
        lambda: type(contract).objects.update(ends_on=date(2099, 1, 1)),
        lambda: ContractFee.objects.update(amount=1),
        lambda: ContractFee.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


@pytest.mark.clause("rift/4.1", "rift/2.4")
def test_an_approval_by_mail_concludes_and_does_not_outrank_the_terms(contract):
    deed = making.deed_of(contract)
    made = file_mail(deed, making.mail())
    contract.refresh_from_db()
    assert (contract.status, contract.conclusion.kind, made.document_sha256) == ("concluded", "email", deed.sha256)
    assert (bytes(made.original.content), made.message_id) == (making.mail(), "<one@customer.example>")
    deed.refresh_from_db()
    assert (deed.status, deed.bound_how) == (DocumentStatus.ACCEPTED, ConclusionKind.EMAIL)


@pytest.mark.clause("rift/4.1")
def test_what_is_annexed_is_accepted_with_the_contract_and_yields_to_the_terms():
    made = making.drafted()
    making.person(made.customer)
    making.offered(made, "quote", says={"training_days": 3, "cure_days": 20})
    making.reviewed(made)
    file_mail(making.deed_of(made), making.mail())
    found = {topic: governing(made, topic, on=NOON.date()) for topic in ("training_days", "cure_days")}
    assert [(one.kind, one.value) for one in found.values()] == [("quote", 3), ("terms", 30)]


@pytest.mark.clause("rift/4.1")
@pytest.mark.parametrize(
    ("raw", "refusal"),
    [
        (making.mail("stranger@elsewhere.example"), SenderUnknown),
        (b"", UnreadableMessage),
        (b"no headers at all", UnreadableMessage),
        (b"From: =?utf-8?q?", UnreadableMessage),
        (b"\xff\xfe\x00", UnreadableMessage),
        (making.mail(at=NOON - timedelta(days=1)), ApprovedBefore),
    ],
)
def test_what_is_no_approval_of_this_version_concludes_nothing(contract, raw, refusal):
    with pytest.raises(refusal):
        file_mail(making.deed_of(contract), raw)
    contract.refresh_from_db()
    assert (contract.status, EmailApproval.objects.count()) == ("in_review", 0)


def test_a_contact_who_may_not_sign_approves_nothing(contract):
    making.person(contract.customer, "clerk@customer.example", may_sign=False)
    with pytest.raises(SenderUnknown):
        file_mail(making.deed_of(contract), making.mail("clerk@customer.example"))


def test_a_message_is_filed_once(contract):
    file_mail(making.deed_of(contract), making.mail())
    other = making.offered(contract, "nda")
    with pytest.raises(AlreadyDone):
        file_mail(other, making.mail())


def test_an_expired_offer_is_not_approved():
    contract = making.concluded()
    making.person(contract.customer)
    document = making.offered(contract, "quote", valid_until=NOON.date())
    later = NOON + timedelta(days=1)
    with pytest.raises(OfferExpired):
        file_mail(document, making.mail(at=later), at=later)


def test_a_message_without_a_day_counts_from_its_filing(contract):
    file_mail(making.deed_of(contract), making.mail(at=None))
    contract.refresh_from_db()
    assert contract.concluded_on == NOON.date()


@pytest.mark.clause("rift/7.1", "rift/15.1")
def test_what_is_used_counts_within_the_term_only(contract):
    with pytest.raises(NotConcluded):
        using.use(contract.public_id, Decimal(1), key="a", at=NOON)
    write(contract)
    with pytest.raises(NotInForce):
        using.use(contract.public_id, Decimal(1), key="a", at=NOON)
    begun = NOON + timedelta(days=7)
    made = using.use(contract.public_id, Decimal("2.5"), key="a", at=begun)
    assert using.use(contract.public_id, Decimal(9), key="a", at=begun) == made
    assert [(use.quantity, use.used_on) for use in ContractUse.objects.all()] == [(Decimal("2.5"), begun.date())]
    with pytest.raises(InvalidAmount):
        using.use(contract.public_id, Decimal(0), key="b", at=begun)
