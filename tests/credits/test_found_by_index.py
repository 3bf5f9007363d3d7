"""No movement of one member's credits reads a table of everybody's from end to end, however large it grows."""

from decimal import Decimal

import pytest
from django.db import connection

from credits.services import correcting, holds
from tests.credits import make

pytestmark = pytest.mark.django_db

TABLES = ["credits_debt", "credits_entry", "credits_hold", "credits_lot", "credits_reservation"]


def burn(hold, charge):
    make.burned(hold.member, "200", may_owe=True)


def place(hold, charge):
    make.held(hold.member, "3", may_owe=True)


def capture(hold, charge):
    make.captured(hold, "4")


def release(hold, charge):
    holds.release(hold_id=hold.public_id, at=make.NOON, by=None)


def let_go(hold, charge):
    holds.expire(at=make.later(days=30))


def correct(hold, charge):
    correcting.correct(
        charge_id=charge.charge_id, member_id=charge.member_id, amount=Decimal(150), reason="r", by=None, at=make.NOON
    )  # fmt: skip


def times_read_whole() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, seq_scan FROM pg_stat_xact_user_tables WHERE relname = ANY (%s)", [TABLES])
        return dict(cursor.fetchall())


@pytest.mark.parametrize("verb", [burn, place, capture, release, let_go, correct])
def test_every_table_is_read_by_an_index(verb):
    """Tables this small are read whole where that is possible at all, so it is told to be no option."""
    kim = make.member()
    make.granted(kim, "100")
    hold, charge = make.held(kim, "10").hold, make.burned(kim, "200", may_owe=True)[0]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; DISCARD PLANS")
    before = times_read_whole()
    verb(hold, charge)
    assert times_read_whole() == before
