"""Months archived by several workers at once, and while somebody still writes into them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, transaction

from billing.models import UsageArchive, UsageEvent
from billing.services import archiving, closing
from tests.billing import make
from tests.billing.archives import A_YEAR_LATER, files
from tests.races.test_billing_money import at_once, books_that_add_up
from tests.races.test_credits_burning import own_connection
from upstage_console.kernel.clock import KST
from upstage_console.kernel.models import AuditEvent

__all__ = ["books_that_add_up", "files"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kim(transactional_db):
    make.price("12")
    holder = make.member(card="ok", postpaid=True)
    make.taken(*[make.event(holder, f"e{number}") for number in range(50)])
    closing.close_due(at=datetime(2026, 4, 1, 0, 10, tzinfo=KST))
    return holder


def test_workers_at_once_archive_a_month_once(kim, files):
    done = at_once(*[lambda: archiving.archive_due(at=A_YEAR_LATER)] * 4)
    archiving.archive_due(at=A_YEAR_LATER)  # where one passed over what another was at
    assert sum(done) <= 1
    assert (UsageArchive.objects.get().rows, UsageEvent.objects.count()) == (50, 0)
    assert AuditEvent.objects.filter(action="usage.archived").count() == 1
    assert files.listdir("usage/2026")[1] == ["usage-2026-02.parquet"]


def test_a_month_that_somebody_writes_into_waits(kim):
    archive = own_connection(lambda: archiving.archive_due(at=A_YEAR_LATER))
    with ThreadPoolExecutor(1) as pool, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE billing_usageevent_202602 IN ROW EXCLUSIVE MODE")
        assert pool.submit(archive).result(30) == 0
    assert archiving.archive_due(at=A_YEAR_LATER) == 1
