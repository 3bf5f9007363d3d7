"""What is owed and why, and claims, as the member sees them."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing.services import invoices, penalties
from billing.services.penalties import Conduct
from tests.billing import claiming, make
from tests.pages.conftest import AT
from upstage_console.kernel import clock

pytestmark = [pytest.mark.django_db]
ADDRESSES = ("owed", "owed-pdf", "owed-file", "claims")


@pytest.fixture
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def late(kim):
    return invoices.issue_single(
        member_id=kim.pk,
        amount=Decimal(100_000),
        due_on=make.NOON.date(),
        what_ko="요금",
        what_en="Fee",
        by=None,
        at=make.NOON,
    )


def page(client, name, *parts):
    client.cookies["django_language"] = "en"
    return client.get(reverse(name, args=parts))


@pytest.mark.clause("upstage/18.2")
def test_the_statement_shows_each_month_with_its_arithmetic(kims, late):
    with clock.fixed(make.later(days=60)):
        text = page(kims, "owed").content.decode()
    assert "₩111,650" in text
    assert "₩110,000 still unpaid × 1.5% = ₩1,650" in text
    assert reverse("invoice-pay", args=[late.number]) in text


def test_who_owes_nothing_is_told_so(kims):
    assert "You owe nothing." in page(kims, "owed").content.decode()


def test_the_statement_is_a_pdf_and_a_table(kims, late):
    made = page(kims, "owed-pdf")
    assert (made["Content-Type"], made.content[:5]) == ("application/pdf", b"%PDF-")
    lines = page(kims, "owed-file").content.decode().splitlines()
    assert lines[1].startswith(f"{late.number},single,2026-02-10,2026-02-10,billed,110000,110000,KRW,")


@pytest.mark.parametrize("name", ADDRESSES)
def test_whoever_is_signed_out_or_posts_gets_nothing(kims, name):
    assert page(Client(), name).status_code == 302
    assert kims.post(reverse(name)).status_code == 405


@pytest.mark.clause("upstage/18.6")
def test_a_penalty_is_shown_with_how_it_was_counted_and_how_to_object(kims, kim, files):
    claim = claiming.penalty(kim, AT)
    assert reverse("claim", args=[claim.public_id]) in page(kims, "claims").content.decode()
    text = page(kims, "claim", claim.public_id).content.decode()
    assert "₩250,000" in text
    assert "A key was passed on" in text
    assert "If you do not agree" in text


@pytest.mark.clause("upstage/25.2")
def test_the_member_opens_what_is_shown_of_the_evidence(kims, kim, files):
    claim = claiming.damages(kim, AT)
    shown, hidden = claim.evidence.order_by("pk")
    opened = page(kims, "claim-evidence", claim.public_id, shown.pk)
    assert b"".join(opened.streaming_content) == b"log"
    assert page(kims, "claim-evidence", claim.public_id, hidden.pk).status_code == 404
    text = page(kims, "claim", claim.public_id).content.decode()
    assert hidden.sha256 in text
    assert reverse("claim-evidence", args=[claim.public_id, hidden.pk]) not in text


@pytest.mark.clause("upstage/24.5")
def test_compensation_is_shown_with_every_payment_that_makes_the_cap(kims, kim, files):
    with clock.fixed(make.later(days=2)):
        row, _paid = claiming.compensated(kim, make.later(days=2))
        text = page(kims, "liability", row.public_id).content.decode()
    assert row.payable == 10_000
    assert "₩10,000 of the ₩95,000 you claimed are payable" in text
    assert "Purchase of credits" in text
    assert "transfer 1" in text


def test_claims_of_others_and_proposals_are_not_found(kims, kim, files):
    other = make.member(card="ok")
    make.bought(other, "90000", at=make.later(days=-1))
    claim, (row, _paid) = claiming.damages(other, AT), claiming.compensated(other, AT)
    conduct = Conduct(AT.date(), Decimal(1), base=Decimal(5), base_reason="x")
    open_one = penalties.propose(kim.pk, conduct, claiming.STORY, reason="x", by=claiming.staff("amy"), at=AT)
    gone = [
        page(kims, "claim", claim.public_id), page(kims, "claim-evidence", claim.public_id, claim.evidence.first().pk),
        page(kims, "liability", row.public_id), page(kims, "claim", open_one.public_id), page(kims, "claim", "clm_x"),
    ]  # fmt: skip
    assert [one.status_code for one in gone] == [404] * 5
    assert "We claim nothing of you" in page(kims, "claims").content.decode()
