"""The audit of the books: it finds what is wrong, says so, and hands it to staff."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from credits.invariants import CHECKS
from credits.services import books
from tests.credits import make
from tests.credits.books import findings
from upstage_console.kernel.models import AuditEvent, DueItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def kim():
    holder = make.member()
    make.granted(holder, "100")
    make.bought(holder, "50")
    make.burned(holder, "120")
    make.held(holder, "10")
    make.captured(make.held(holder, "8").hold, "5")
    make.burned(holder, "20", may_owe=True)
    return holder


def by_hand(statement):
    """A repair by the owner of the tables, with the guards switched off."""
    tables = ("credits_entry", "credits_lot", "credits_account", "credits_hold", "credits_reservation", "credits_debt")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


BROKEN = [
    ("UPDATE credits_account SET balance = 31", "An account holds what remains in its lots"),
    ("UPDATE credits_account SET sequence = 9", "An account holds the sum of its entries"),
    ("UPDATE credits_lot SET remaining = 29 WHERE kind = 'paid'", "A lot has what its entries left"),
    ("UPDATE credits_lot SET amount = 101 WHERE kind = 'free'", "A lot begins with an entry of its whole amount"),
    ("DELETE FROM credits_entry WHERE sequence = 2", "Every entry continues the one before it"),
    ("UPDATE credits_entry SET lot_remaining = 7 WHERE sequence = 4", "Every entry says what is left in its lot"),
    ("UPDATE credits_entry SET lot_id = lot_id + 1000 WHERE sequence = 4", "An entry and its lot belong to one member"),
    ("DELETE FROM credits_account", "Every lot and every entry has an account"),
    (
        "UPDATE credits_lot SET granted_at = granted_at - interval '3 days' WHERE kind = 'paid'",
        "Paid credits live five years from the day they were paid",
    ),
    ("UPDATE credits_entry SET charge = NULL", "Every entry adds up, with the sign and the charge of its kind"),
    ("UPDATE credits_entry SET by_id = -1 WHERE sequence = 4", "Whoever an entry is by is there"),
    ("UPDATE credits_lot SET held = 9 WHERE held > 0", "What is held is what open holds reserve"),
    ("UPDATE credits_account SET held = 9", "What is held is what open holds reserve"),
    (
        "UPDATE credits_hold SET state = 'released', ended_at = at WHERE state = 'open'",
        "A hold reserves what it says while it is open, and nothing after",
    ),
    ("UPDATE credits_hold SET captured = 4 WHERE captured = 5", "What captured a hold was burned or is owed"),
    (
        "INSERT INTO credits_debt (member_id, charge, amount, at, clauses, note) "
        "SELECT member_id, charge, -amount - 1, at, clauses, note FROM credits_debt",
        "No more of a charge is undone than it burned and left owing",
    ),
    (
        "UPDATE credits_entry SET at = '2040-01-01' WHERE kind = 'use'",
        "Nothing burns from a lot whose time is over",
    ),
]


def test_books_of_a_used_ledger_add_up(kim):
    assert books.findings() == []
    assert books.is_consistent(kim.pk)


@pytest.mark.parametrize(("damage", "sentence"), BROKEN)
def test_books_find_the_damage(kim, damage, sentence):
    by_hand(damage)
    assert sentence in [finding.sentence for finding in books.findings()]
    assert findings() == [str(finding) for finding in books.findings()]
    assert not books.is_consistent(kim.pk)


def test_books_of_others_stay_consistent(kim):
    lee = make.member()
    make.granted(lee, "5")
    by_hand(f"UPDATE credits_account SET balance = 31 WHERE member_id = {kim.pk}")
    assert books.is_consistent(lee.pk)


def test_every_invariant_names_the_member_it_is_about():
    with connection.cursor() as cursor:
        for statement in CHECKS.values():
            cursor.execute(f"SELECT member_id FROM ({statement}) AS found")


def test_check_books_says_that_they_add_up(kim):
    out = StringIO()
    call_command("check_books", stdout=out)
    assert "The books add up" in out.getvalue()


def test_check_books_fails_with_what_it_found(kim):
    by_hand("UPDATE credits_account SET balance = 31")
    errors = StringIO()
    with pytest.raises(CommandError, match="do not hold"):
        call_command("check_books", stderr=errors)
    assert "An account holds what remains in its lots" in errors.getvalue()


def test_audit_books_opens_one_task_a_day(kim):
    by_hand("UPDATE credits_account SET balance = 31")
    for _ in range(2):
        books.audit_books(at=make.NOON)
    assert DueItem.objects.get(kind="books").due_at == make.later(days=1)
    assert AuditEvent.objects.filter(action="books.broken").count() == 2


def test_audit_books_of_sound_books_opens_nothing(kim):
    assert books.audit_books(at=make.NOON) == []
    assert DueItem.objects.count() == 0
