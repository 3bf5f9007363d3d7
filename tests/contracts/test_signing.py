"""Electronic signatures: the order, the evidence, the deadline, and the page."""

from datetime import date, timedelta

import pytest
from django.core import mail as mailbox
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contracts.enums import Side
from contracts.errors import (
    NoSigners,
    NotOffered,
    NotYourTurn,
    OtherContent,
    ReviewOpen,
    SignedIsFinal,
    SigningOver,
)
from contracts.models import SignatureEvent, Signing
from contracts.services import signing, signing_expiry, signing_letters
from contracts.services.signing import Asked, Seen
from contracts.services.signing_links import address
from tests.contracts import making
from tests.contracts.making import NOON, staff
from upstage_console.kernel import clock, outbox
from upstage_console.kernel.errors import AlreadyDone, InvalidDates
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract(db):
    return making.reviewed(making.drafted())


@pytest.fixture
def row(contract):
    return making.asked(making.deed_of(contract))


def of(row, side):
    return row.signers.get(side=side)


def seen(row):
    return Seen(row.sha256, "192.0.2.7", "Browser")


@pytest.mark.clause("rift/4.1")
def test_two_signatures_conclude_a_contract(row, contract):
    making.sign_all(row)
    contract.refresh_from_db()
    row.refresh_from_db()
    assert (contract.status, contract.conclusion.kind, row.status) == ("concluded", "e_signature", "completed")
    assert (making.deed_of(contract).status, DueItem.objects.get(kind="signing").state) == ("signed", "done")


@pytest.mark.clause("rift/4.1")
def test_each_signature_is_kept_with_who_when_from_where_and_what_was_shown(row):
    making.sign_all(row)
    signed = SignatureEvent.objects.filter(deed="signed").order_by("pk")
    assert [(one.signer.name, one.at, one.ip, one.user_agent, one.sha256) for one in signed] == [
        ("Amy", NOON, "192.0.2.7", "Browser", row.sha256), ("김서명", NOON, "192.0.2.7", "Browser", row.sha256),
    ]  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        SignatureEvent.objects.update(ip="192.0.2.8")


def test_the_link_goes_to_the_first_and_then_to_the_second(row):
    outbox.deliver_due(at=NOON, topic=signing_letters.TOPIC)
    assert [one.to for one in mailbox.outbox] == [["amy@staff.example"]]
    signing.sign(of(row, Side.COMPANY).pk, seen(row), by=staff("amy"), at=NOON)
    outbox.deliver_due(at=NOON, topic=signing_letters.TOPIC)
    assert mailbox.outbox[-1].to == ["signer@customer.example"]
    assert address(of(row, Side.CUSTOMER)) in mailbox.outbox[-1].body


@pytest.mark.clause("rift/4.1")
def test_signatures_are_given_in_their_order_and_of_what_was_shown(row):
    with pytest.raises(NotYourTurn):
        signing.sign(of(row, Side.CUSTOMER).pk, seen(row), by=None, at=NOON)
    with pytest.raises(OtherContent):
        signing.sign(of(row, Side.COMPANY).pk, Seen("0" * 64), by=staff("amy"), at=NOON)
    signing.sign(of(row, Side.COMPANY).pk, seen(row), by=staff("amy"), at=NOON)
    with pytest.raises(AlreadyDone):
        signing.sign(of(row, Side.COMPANY).pk, seen(row), by=staff("amy"), at=NOON)


def test_who_declines_says_why_and_ends_the_round(row, contract):
    signing.decline(of(row, Side.COMPANY).pk, seen(row), reason="price", by=staff("amy"), at=NOON)
    row.refresh_from_db()
    contract.refresh_from_db()
    assert (row.status, contract.status) == ("declined", "in_review")
    assert SignatureEvent.objects.get(deed="declined").reason == "price"
    with pytest.raises(SigningOver):
        signing.sign(of(row, Side.CUSTOMER).pk, seen(row), by=None, at=NOON)


def test_after_its_last_day_nothing_is_signed(row):
    last = NOON + timedelta(days=14)
    assert row.sign_by == last.date()
    with pytest.raises(SigningOver):
        signing.sign(of(row, Side.COMPANY).pk, seen(row), by=staff("amy"), at=last + timedelta(days=1))
    signing.sign(of(row, Side.COMPANY).pk, seen(row), by=staff("amy"), at=last)


@pytest.mark.parametrize("number", [1, 3])
def test_rounds_that_are_over_are_closed_in_a_fixed_number_of_statements(number):
    for place in range(number):
        made = making.drafted(making.customer(making.NUMBERS[place]))
        making.asked(making.offered(made, "nda"))
    after = NOON + timedelta(days=15)
    assert signing_expiry.expire_due(at=NOON + timedelta(days=14)) == 0
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert signing_expiry.expire_due(at=after) == number
    assert len(queries) <= 9
    assert signing_expiry.expire_due(at=after) == 0
    assert set(Signing.objects.values_list("status", flat=True)) == {"expired"}
    assert not DueItem.objects.filter(kind="signing", closed_at__isnull=True).exists()


def test_who_may_not_be_asked(contract):
    deed, amy = making.deed_of(contract), staff("amy")
    one = Asked(Side.COMPANY, "Amy", amy.email, user=amy)
    for signers in ([one], [one, one], []):
        with pytest.raises(NoSigners):
            signing.ask(deed.public_id, signers, sign_by=date(2027, 2, 1), by=amy, at=NOON)
    with pytest.raises(InvalidDates):
        making.asked(deed, sign_by=NOON.date() - timedelta(days=1))
    making.asked(deed)
    with pytest.raises(AlreadyDone):
        making.asked(deed)


@pytest.mark.clause("rift/4.2")
def test_a_contract_is_not_put_to_signature_before_its_reviews():
    made = making.drafted()
    making.reviews.submit(made.public_id, by=staff("amy"), at=NOON)
    with pytest.raises(ReviewOpen):
        making.asked(making.deed_of(made))


def test_what_is_no_offer_or_is_signed_is_not_put_to_signature(row, contract):
    making.sign_all(row)
    with pytest.raises(SignedIsFinal):
        making.asked(making.deed_of(contract))
    draft = making.documents.add(contract.public_id, making.Paper("nda", "NDA"), by=staff("amy"), at=NOON)
    with pytest.raises(NotOffered):
        making.asked(draft)


def test_a_withdrawn_round_signs_nothing(row):
    signing.withdraw(row.public_id, reason="typo", by=staff("amy"), at=NOON)
    with pytest.raises(SigningOver):
        signing.sign(of(row, Side.COMPANY).pk, seen(row), by=staff("amy"), at=NOON)
    with pytest.raises(AlreadyDone):
        signing.withdraw(row.public_id, reason="typo", by=staff("amy"), at=NOON)


def test_a_document_of_a_contract_is_signed_electronically():
    made = making.concluded()
    document = making.offered(made, "nda")
    making.sign_all(making.asked(document))
    document.refresh_from_db()
    assert (document.status, document.bound_how) == ("signed", "e_signature")


# The page


@pytest.fixture
def page(row):
    """The customer's page, once the company has signed."""
    signing.sign(of(row, Side.COMPANY).pk, seen(row), by=staff("amy"), at=NOON)
    with clock.fixed(NOON):
        yield address(of(row, Side.CUSTOMER))


def test_the_page_shows_what_is_signed_and_writes_the_look_down(page, row, client):
    text = client.get(page, HTTP_USER_AGENT="Firefox").content.decode()
    client.get(page, HTTP_USER_AGENT="Firefox")
    look = SignatureEvent.objects.get(deed="opened")
    assert (row.sha256 in text, "상담 데스크" in text, look.user_agent) == (True, True, "Firefox")


@pytest.mark.clause("rift/4.1")
def test_the_customer_signs_on_the_page(page, row, contract, client):
    given = {"name": "김 서명", "agrees": "on", "sha256": row.sha256, "sign": "1"}
    assert client.post(page, given, HTTP_USER_AGENT="Firefox").status_code == 302
    contract.refresh_from_db()
    assert contract.status == "concluded"
    assert "Firefox" in SignatureEvent.objects.get(deed="signed", signer__side="customer").user_agent


@pytest.mark.parametrize("wrong", [{"name": "이서명"}, {"agrees": ""}, {"sha256": "0" * 64}])
def test_what_is_wrong_is_told_and_signs_nothing(page, row, contract, client, wrong):
    answer = client.post(page, {"name": "김서명", "agrees": "on", "sha256": row.sha256, "sign": "1"} | wrong)
    contract.refresh_from_db()
    assert (answer.status_code, bool(answer.context["form"].errors), contract.status) == (200, True, "in_review")


def test_the_customer_declines_on_the_page_with_a_reason(page, row, client):
    assert client.post(page, {"reason": "", "sha256": row.sha256, "decline": "1"}).status_code == 200
    client.post(page, {"reason": "금액", "sha256": row.sha256, "decline": "1"})
    row.refresh_from_db()
    assert row.status == "declined"
    assert "거절" in client.get(page).content.decode() or client.get(page).status_code == 200


def test_the_document_is_handed_out_byte_for_byte(page, row, client):
    answer = client.get(f"{page}file/")
    assert (answer.content, "attachment" in answer.headers["Content-Disposition"]) == (
        bytes(row.document.file.content), True,
    )  # fmt: skip


def test_a_link_that_is_not_ours_opens_nothing(client):
    assert client.get("/sign/forged/").status_code in (404, 409, 410, 422)
    assert client.post("/sign/forged/file/").status_code == 405


def test_staff_sign_as_who_they_are(row, client):
    page = address(of(row, Side.COMPANY))
    stranger = Client()
    stranger.force_login(staff("ben"))
    assert (client.get(page).status_code, stranger.get(page).status_code) == (403, 403)
    own = Client()
    own.force_login(staff("amy"))
    with clock.fixed(NOON):
        assert own.get(page).status_code == 200
        given = {"name": "Amy", "agrees": "on", "sha256": row.sha256, "sign": "1"}
        assert own.post(page, given).status_code == 302
    assert of(row, Side.COMPANY).signed_at == NOON
