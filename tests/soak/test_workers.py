"""Workers killed (kill -9) at their work while callers call: everything once, nothing twice."""

from datetime import timedelta
from random import Random

import pytest

from accounts.models import Member
from credits.models import Entry, Lot
from credits.services import expiry
from tests.billing import make
from tests.soak import proof
from tests.soak.asking import charge, give
from tests.soak.clients import Calls, calling
from tests.soak.conftest import KILLS
from tests.soak.console import Console
from tests.soak.gateway import Gateway
from tests.soak.workers import killed_at_work
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date

pytestmark = pytest.mark.django_db(transaction=True)

MEMBERS = 10 * KILLS
CALLS_EACH = 8


def with_lots_that_expired() -> Member:
    """Two lots have ended, yesterday and before, and one lives."""
    member, now = make.member(), clock.now()
    for days in (1, 2):
        begun = now - timedelta(days=40)
        make.granted(member, "10", until=kst_date(now) - timedelta(days=days), at=begun)
    give(member, "5")
    return member


@pytest.mark.clause("upstage/15.4")
def test_nightly_expiry_survives_kills_among_charges(console: Console, gateway: Gateway, chance: Random) -> None:
    members = [with_lots_that_expired() for _ in range(MEMBERS)]
    errands = [charge(member, "1", f"{member.pk} {n}") for n in range(CALLS_EACH) for member in members]
    posted = Entry.objects.filter(kind="expiry")
    with calling(console, gateway.secret, errands) as calls:
        small = "credits.services.expiry.MEMBERS_AT_A_TIME=1"
        killed_at_work(posted.count, chance, KILLS, "credits.tasks.post_expired", small)
    assert 0 < posted.count() < 2 * MEMBERS
    expiry.post_expired(at=clock.now())
    assert expiry.post_expired(at=clock.now()) == 0
    assert [entry.at == entry.lot.expires_at for entry in posted.select_related("lot")] == [True] * 2 * MEMBERS
    assert set(Lot.objects.filter(expires_on__lt=clock.today()).values_list("remaining", flat=True)) == {0}
    proof.everybody_was_answered(calls, "insufficient_credits")
    proof.repeats_are_one(calls)
    for member in members:
        _prove_five_of_eight(member, calls)


def _prove_five_of_eight(member: Member, calls: Calls) -> None:
    answers = [answer for key, answer in calls.done().items() if key.startswith(f"{member.pk} ")]
    assert len(answers) == 5
    proof.charges_are_kept_once(member, answers)
    proof.burned_in_the_order_of_the_terms(member)
