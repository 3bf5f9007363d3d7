"""Real connections beside each other: who asks to come back and the job that voids do not wait for each other."""

from datetime import timedelta
from functools import partial

import pytest

from accounts.errors import RejoinWindowClosed
from accounts.models import Departure, Notice
from accounts.services import leaving, rejoining
from credits.services import voiding
from tests.credits import make
from tests.races.test_billing_money import at_once
from upstage_console.kernel.calendars import day_end

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.clause("upstage/3.5.1")
def test_asking_too_late_beside_the_job_that_voids() -> None:
    holders = [make.member() for _ in range(4)]
    for number, holder in enumerate(holders):
        make.bought(holder, "1000", purchase=f"pur_{number}")
        leaving.withdraw(holder.pk, by=holder.user, at=make.NOON)
    last = Departure.objects.get(member=holders[0]).kept_until
    assert last is not None
    late = day_end(last) + timedelta(minutes=1)
    asks = [partial(rejoining.ask, holder.pk, by=holder.user, at=late) for holder in holders]
    answers = at_once(*asks, *[partial(voiding.void_left, at=late)] * 2)
    assert {type(answer) for answer in answers} == {RejoinWindowClosed, int}
    voiding.void_left(at=late)
    assert Notice.objects.filter(about="credits_voided").count() == len(holders)
