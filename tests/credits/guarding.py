"""What the tests of guards share: a member with a lot, and a statement that must fail and change nothing."""

import pytest
from django.db import DatabaseError, connection, transaction

from credits.models import Account, Debt, Entry, Hold, Lot, Reservation
from tests.credits import make
from tests.credits.books import findings


@pytest.fixture
def kim():
    return make.member()


@pytest.fixture
def lot(kim):
    return make.granted(kim, "100")


TABLES = (Account, Lot, Entry, Hold, Reservation, Debt)


def refused(statement, *params, match):
    """The statement fails with this message, and the books are as they were."""
    before = [list(model.objects.order_by("pk").values()) for model in TABLES]
    with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)
    assert [list(model.objects.order_by("pk").values()) for model in TABLES] == before
    assert findings() == []


ENTRY = """
    INSERT INTO credits_entry (public_id, member_id, sequence, lot_id, kind, amount, balance_before, balance,
        lot_remaining, charge, at, clauses, note)
    SELECT gen_random_uuid(), %s, %s, %s, 'use', %s, %s, %s, %s,
        gen_random_uuid(), '2026-02-10'::timestamptz, '{}'::varchar[], ''
"""
