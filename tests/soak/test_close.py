"""A month's close whose worker is killed (kill -9) between its batches: one invoice each, numbered without a gap."""

from datetime import date
from random import Random

import pytest

from billing.models import BillingMonth, Invoice
from billing.services import closing
from credits.services import books
from tests.billing import make
from tests.soak.conftest import KILLS
from tests.soak.workers import killed_at_work
from upstage_console.kernel import clock
from upstage_console.kernel.models import OutboxMessage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("upstage/2.7")]

MEMBERS = 60 * KILLS
TASK = "billing.tasks.close_months"
SMALL = "billing.services.closing.BATCH=1"


def test_close_survives_kills(chance: Random) -> None:
    make.price("12")
    members = [make.member() for _ in range(MEMBERS)]
    make.unsettled(*[make.event(one, quantity=place) for place, one in enumerate(members, start=1)])
    killed_at_work(Invoice.objects.count, chance, KILLS, TASK, SMALL)
    at_the_last_kill = Invoice.objects.count()
    closing.close_due(at=clock.now())
    assert 0 < at_the_last_kill < MEMBERS
    assert list(Invoice.objects.order_by("sequence").values_list("sequence", "member", "usage")) == [
        (place, one.pk, place * 12) for place, one in enumerate(members, start=1)
    ]
    assert OutboxMessage.objects.filter(topic="invoice").count() == MEMBERS
    assert BillingMonth.objects.get(month=date(2026, 2, 1)).closed_at is not None
    assert [str(finding) for finding in books.findings()] == []
