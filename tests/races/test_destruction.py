"""Two workers carry out one batch at once: everything goes once, one certificate counts it."""

from datetime import date, datetime
from threading import Thread

import pytest
from django.db import connection

from accounts.models import Destruction, DestructionBatch, KeptRecord, User
from accounts.services import batches
from tests.accounts.leaving import morning, separated
from tests.conftest import MakeMember

DUE = morning(date(2031, 11, 19))


@pytest.mark.django_db(transaction=True)
def test_two_workers_destroy_everything_once(make_member: MakeMember, amy: User, ben: User, at: datetime) -> None:
    for _ in range(4):
        separated(make_member(), at)
    batch = batches.collect(at=DUE)
    assert batch is not None
    batches.look_through(batch.public_id, reason="r", by=amy, at=DUE)
    batches.approve(batch.public_id, reason="r", by=ben, at=DUE)
    workers = [Thread(target=_carry_out) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=30)
    done = DestructionBatch.objects.get()
    assert (done.status, done.certificate["counts"]) == ("executed", {"contract": 4, "erased": 4})
    assert (KeptRecord.objects.filter(content={}).count(), Destruction.objects.exclude(what="live").count()) == (4, 8)


def _carry_out() -> None:
    try:
        batches.carry_out(at=DUE)
    finally:
        connection.close()
