"""What accountants take along of money that went back: by which way, for which refund."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from accounts.models import User
from billing.queries.accounting import TABLES
from billing.services import collecting, hand_payments, payouts
from tests.billing import make
from tests.billing.test_payouts import LATER, bill, refund
from upstage_console.kernel.clock import KST

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 3, 9, tzinfo=KST)
YEAR = date(2026, 1, 1), date(2026, 12, 31)


def told() -> list[dict[str, object]]:
    """The rows of the table, by column."""
    table = TABLES["refunds"]
    return [dict(zip(table.head, row, strict=True)) for row in table.rows(*YEAR)]


def test_money_paid_by_hand_is_told_beside_what_the_bank_refused(amy: User, ben: User) -> None:
    row = refund("refund_fails")
    payouts.pay_due(at=make.NOON)
    wanted = {"is_interest": False, "way": "transfer", "reason": "card closed", "at": LATER}
    hand = hand_payments.propose(row.public_id, **wanted, reference="T-9", by=amy)
    assert [one["way_back"] for one in told()] == ["payment"]
    hand_payments.agree(hand.public_id, reason="paid", by=ben, at=LATER)
    refused, paid = told()
    assert (refused["way_back"], refused["status"], refused["paid_with"]) == (
        "payment", "failed", row.member.payments.get().public_id,
    )  # fmt: skip
    names = ("way_back", "public_id", "subject", "amount", "status", "reference", "settled_at", "member_public_id")
    assert [paid[name] for name in names] == [
        "by_hand", hand.public_id, row.public_id, 11000, "paid", "T-9", LATER, row.member.public_id,
    ]  # fmt: skip


def test_set_off_is_told_with_its_invoice_and_the_rest_as_paid_back() -> None:
    row = refund(way="offset")
    invoice = bill(row.member, 2000, MARCH)
    collecting.collect(at=MARCH)
    payouts.pay_due(at=MARCH)
    rest, taken = told()
    assert (rest["way_back"], rest["amount"], rest["subject"]) == ("payment", 8800, row.public_id)
    assert (taken["way_back"], taken["amount"], taken["currency"], taken["reference"], taken["subject"]) == (
        "set_off", 2200, "KRW", invoice.number, row.public_id,
    )  # fmt: skip
    assert TABLES["refunds"].count(*YEAR) == 2


@pytest.mark.parametrize("name", TABLES)
def test_rows_are_read_as_they_are_sent(name: str) -> None:
    assert isinstance(TABLES[name].rows(*YEAR), Iterator)


def test_a_table_takes_the_same_queries_for_one_row_and_many(django_assert_num_queries) -> None:
    for _ in range(3):
        make.bought(make.member(card="ok"), "5000")
    with django_assert_num_queries(1):
        assert len(list(TABLES["payments"].rows(*YEAR))) == 3
