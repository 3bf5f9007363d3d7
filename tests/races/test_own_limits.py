"""Many charges at once on a member with a hard limit: what fits is charged, and nothing beside it."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from billing.errors import SpendingLimitReached
from billing.models import Charge
from billing.queries.limits import spending
from billing.services import charging, holding, partitions
from billing.services.rating import Use
from tests.billing import make
from tests.billing.limiting import limited
from tests.races.test_credits_burning import own_connection
from upstage_console.kernel.calendars import month_of

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8


def test_charges_and_holds_at_once_never_pass_the_limit() -> None:
    partitions.ensure([month_of(make.NOON.date())])
    holder = make.member()
    make.granted(holder, "1000")
    limited(holder, hard="100")

    def use(number: int) -> bool:
        wanted = Use.of_amount(Decimal(30))
        try:
            if number % 2:
                holding.place(member_id=holder.pk, use=wanted, expires_in=None, by=None, at=make.NOON, key=f"h{number}")
            else:
                charging.charge(member_id=holder.pk, use=wanted, by=None, at=make.NOON, key=f"c{number}")
        except SpendingLimitReached:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        passed = list(pool.map(own_connection(use), range(AT_ONCE)))
    now = spending(holder.pk, make.NOON)
    assert (sum(passed), now.spent + now.held) == (3, 90)
    assert Charge.objects.count() == now.spent / 30
    connection.close()
