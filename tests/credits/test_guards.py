"""What the database refuses, whoever asks: each guard by itself, by plain SQL past all of our code."""

from datetime import date

import pytest
from django.db import IntegrityError, connection

from credits.models import Account, Entry, Lot
from tests.credits import make
from tests.credits.books import findings
from tests.credits.guarding import ENTRY, kim, lot, refused

__all__ = ["kim", "lot"]
pytestmark = pytest.mark.django_db


def test_entry_is_never_changed(lot):
    refused("UPDATE credits_entry SET note = 'x'", match="Cannot update or delete rows from credits_entry")


def test_entry_is_never_deleted(lot):
    refused("DELETE FROM credits_entry", match="Cannot update or delete rows from credits_entry")


def test_entry_that_continues_the_chain_moves_the_books(kim, lot):
    with connection.cursor() as cursor:
        cursor.execute(ENTRY, [kim.pk, 2, lot.pk, -30, 100, 70, 70])
    lot.refresh_from_db()
    assert (lot.remaining, Account.objects.get(pk=kim.pk).balance) == (70, 70)
    assert findings() == []


@pytest.mark.parametrize(
    ("number", "amount", "before", "balance", "left"),
    [
        pytest.param(3, -30, 100, 70, 70, id="a number is missing"),
        pytest.param(2, -30, 90, 60, 70, id="another balance before"),
        pytest.param(2, -30, 100, 70, 60, id="another rest in the lot"),
    ],
)
def test_entry_that_does_not_add_up(kim, lot, number, amount, before, balance, left):
    refused(ENTRY, kim.pk, number, lot.pk, amount, before, balance, left, match="entries that do not add up")


def test_entry_number_is_there_once(kim, lot):
    refused(ENTRY, kim.pk, 1, lot.pk, -30, 100, 70, 70, match="entry_number_once")


def test_entry_balance_is_the_sum(kim, lot):
    refused(ENTRY, kim.pk, 2, lot.pk, -30, 100, 71, 70, match="entries that do not add up")


def test_entry_of_a_lot_of_somebody_else(lot):
    lee = make.member()
    make.granted(lee, "100")
    refused(ENTRY, lee.pk, 2, lot.pk, -30, 100, 70, 70, match="entries that do not add up")


def test_entry_of_a_lot_that_does_not_exist(kim, lot):
    refused(ENTRY, kim.pk, 2, lot.pk + 1000, -30, 100, 70, 70, match="entries that do not add up")


def test_entry_of_a_member_without_an_account(lot):
    lee = make.member()
    refused(ENTRY, lee.pk, 1, lot.pk, -30, 100, 70, 70, match="entries that do not add up")


@pytest.mark.parametrize("jump", ["balance", "lot"])
def test_entries_that_do_not_follow_one_another(kim, lot, jump):
    """Two rows of one statement: the first is right, the last ends right, and between them lies a jump."""
    second = (75, 60, 60) if jump == "balance" else (80, 60, 55)
    both = ENTRY + " UNION ALL " + ENTRY.partition("note)")[2]
    first = [kim.pk, 2, lot.pk, -20, 100, 80, 80]
    amount = second[1] - second[0]
    refused(both, *first, kim.pk, 3, lot.pk, amount, *second, match="entries that do not add up")


@pytest.mark.parametrize(
    ("kind", "amount"), [("use", 5), ("grant", -5), ("gift", 5), ("refund", 5), ("bonus_end", 5), ("correction", -5)]
)
def test_entry_sign_fits_its_kind(kim, lot, kind, amount):
    statement = ENTRY.replace("'use'", f"'{kind}'")
    refused(statement, kim.pk, 2, lot.pk, amount, 100, 100 + amount, 100 + amount, match="entries that do not add up")


def test_lot_never_below_zero(kim, lot):
    make.granted(kim, "100")
    refused(ENTRY, kim.pk, 3, lot.pk, -101, 200, 99, -1, match="lot_in_range")


def test_lot_never_above_its_amount(kim, lot):
    grant = ENTRY.replace("'use'", "'grant'").replace("gen_random_uuid(), '2026", "NULL, '2026")
    refused(grant, kim.pk, 2, lot.pk, 1, 100, 101, 101, match="lot_in_range")


def test_lot_remainder_moves_only_by_entries(lot):
    refused("UPDATE credits_lot SET remaining = 50", match="Cannot update of .* rows from credits_lot")


def test_account_balance_moves_only_by_entries(lot):
    refused("UPDATE credits_account SET balance = 50", match="Cannot update of .* rows from credits_account")


def test_account_number_moves_only_by_entries(lot):
    refused("UPDATE credits_account SET sequence = 7", match="Cannot update of .* rows from credits_account")


def test_lot_is_never_deleted(lot):
    refused("DELETE FROM credits_lot", match="Cannot delete rows from credits_lot")


def test_account_is_never_deleted(lot):
    refused("DELETE FROM credits_account", match="Cannot delete rows from credits_account")


@pytest.mark.clause("upstage/15.5")
def test_lot_never_moves_to_another_member(lot):
    lee = make.member()
    refused("UPDATE credits_lot SET member_id = %s", lee.pk, match="Cannot update of .* rows from credits_lot")


@pytest.mark.parametrize("change", ["amount = 1000", "expires_on = '2030-01-01'", "kind = 'paid'", "key = 'x'"])
def test_lot_facts_never_change(lot, change):
    refused(f"UPDATE credits_lot SET {change}", match="Cannot update of .* rows from credits_lot")


def test_account_currency_never_changes(lot):
    refused("UPDATE credits_account SET currency = 'USD'", match="Cannot update of .* rows from credits_account")


COPY = """
    INSERT INTO credits_lot (public_id, member_id, kind, source, amount, remaining, granted_at, expires_on, expires_at,
        purchase, net, tax, reason, clauses)
    SELECT gen_random_uuid(), member_id, {kind}, {source}, {amount}, {remaining}, granted_at, expires_on, {expires_at},
        {purchase}, {net}, {tax}, reason, clauses FROM credits_lot
"""


AS_IS = {
    "kind": "kind", "source": "source", "amount": "amount", "remaining": "0", "expires_at": "expires_at",
    "purchase": "purchase", "net": "net", "tax": "tax",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"remaining": "100"}, "Cannot insert rows from credits_lot"),
        ({"amount": "0"}, "lot_has_an_amount"),
        ({"expires_at": "expires_at + interval '1 second'"}, "lot_expires_at_the_days_end"),
        ({"kind": "'paid'"}, "lot_paid_has_a_price"),
        ({"net": "10", "tax": "1"}, "lot_paid_has_a_price"),
        ({"source": "'bonus'"}, "lot_names_its_purchase"),
        ({"purchase": "'pur_1'"}, "lot_names_its_purchase"),
    ],
)
def test_lot_that_makes_no_sense(lot, changes, match):
    refused(COPY.format(**(AS_IS | changes)), match=match)


def test_lot_that_was_over_when_it_came(kim):
    with pytest.raises(IntegrityError, match="lot_lives"):
        Lot.objects.create(
            member=kim, kind="free", source="grant", amount=1, granted_at=make.later(days=365),
            expires_on=date(2026, 2, 10), expires_at=make.NOON.replace(hour=0) + make.timedelta(days=1),
        )  # fmt: skip


def test_account_that_does_not_begin_empty(lot):
    lee = make.member()
    refused(
        "INSERT INTO credits_account (member_id, currency, balance, sequence) VALUES (%s, 'KRW', 5, 0)",
        lee.pk,
        match="Cannot insert rows from credits_account",
    )


def test_queryset_update_and_delete_of_entries_are_refused_in_words(lot):
    for change in (lambda: Entry.objects.update(note="x"), lambda: Entry.objects.all().delete()):
        with pytest.raises(TypeError, match="Entry is append-only"):
            change()


@pytest.mark.parametrize("kind", ["grant", "expiry", "refund"])
def test_only_uses_and_what_undoes_them_name_a_charge(kim, lot, kind):
    amount = 5 if kind == "grant" else -5
    statement = ENTRY.replace("'use'", f"'{kind}'")
    values = [kim.pk, 2, lot.pk, amount, 100, 100 + amount, 100 + amount]
    refused(statement, *values, match="entries that do not add up")
