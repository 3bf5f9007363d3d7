"""Usage reported through real HTTP, server and settlement worker killed (kill -9): each event once, each paid once."""

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db.models import Count, Sum

from accounts.models import Member
from billing.models import Charge, UsageBatch, UsageDay, UsageEvent, UsageHour, UsageTally
from billing.services import settlement
from credits import queries
from tests.billing import make
from tests.soak import proof
from tests.soak.asking import give
from tests.soak.clients import Calls, Errand, calling, step
from tests.soak.conftest import KILLS
from tests.soak.console import Console
from tests.soak.gateway import Gateway
from tests.soak.test_kills import killed_and_started_again
from tests.soak.workers import killed_at_work
from upstage_console.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)

MEMBERS = 7
BATCHES = 60 * KILLS
EVENTS = 20
TASK = "billing.tasks.settle_usage"
SMALL = "billing.services.settlement.BATCHES_AT_A_TIME=3"


@pytest.fixture
def members(transactional_db: None) -> list[Member]:
    """Members with credits for some of what they are going to use."""
    make.price("2", since=clock.today() - timedelta(days=60))
    found = [make.member() for _ in range(MEMBERS)]
    for member in found:
        give(member, "100", "50.5")
    return found


def reports(members: list[Member], chance: Random) -> list[Errand]:
    """Batches of events of today and yesterday; every third batch is reported again by somebody else."""
    now, batches = clock.now(), []
    for number in range(BATCHES):
        events = [_event(chance.choice(members), f"{number}-{place}", now, chance) for place in range(EVENTS)]
        batches.append([step("/usage-events", {"events": events}, f"b{number}")])
    again = [[{**batch[0], "key": f"{batch[0]['key']} again"}] for batch in batches[::3]]
    return chance.sample(batches + again, len(batches + again))


def _event(member: Member, name: str, now, chance: Random):
    at = now - timedelta(minutes=chance.randrange(36 * 60))
    return make.event(member, name, at=at.isoformat(), quantity=str(chance.randrange(1, 1000) / 1000))


@pytest.mark.clause("upstage/2.7")
def test_settlement_survives_kills_while_usage_comes_in(
    console: Console, gateway: Gateway, members: list[Member], chance: Random
) -> None:
    settled = UsageBatch.objects.filter(settlement__isnull=False)
    with calling(console, gateway.secret, reports(members, chance)) as calls:
        killed_at_work(settled.count, chance, KILLS, TASK, SMALL)
    _prove(members, calls)


@pytest.mark.clause("upstage/2.7")
def test_usage_survives_a_killed_server(
    console: Console, gateway: Gateway, members: list[Member], chance: Random
) -> None:
    with calling(console, gateway.secret, reports(members, chance)) as calls:
        killed_and_started_again(console, chance)
    _prove(members, calls)


def _prove(members: list[Member], calls: Calls) -> None:
    proof.everybody_was_answered(calls)
    proof.repeats_are_one(calls)
    told = [answer["body"] for answer in calls.done().values()]
    assert all(not body["rejected"] and body["accepted"] + body["duplicate"] == EVENTS for body in told)
    assert sum(body["accepted"] for body in told) == UsageEvent.objects.count() == BATCHES * EVENTS
    _nothing_is_counted_twice_before_it_is_settled(members)
    settlement.settle(at=clock.now())
    assert settlement.settle(at=clock.now()) == 0
    assert (UsageTally.objects.count(), UsageBatch.objects.filter(settlement__isnull=True).count()) == (0, 0)
    for member in members:
        _each_use_was_paid_once(member)


def _nothing_is_counted_twice_before_it_is_settled(members: list[Member]) -> None:
    """What is left is what came in less all that was used, settled or not."""
    for member in members:
        used = UsageEvent.objects.filter(member=member).aggregate(used=Sum("amount"))["used"]
        burned = Charge.objects.filter(member=member).aggregate(burned=Sum("burned"), owed=Sum("owed"))
        now = queries.balance(member.pk, clock.now())
        assert now.total - now.unsettled == Decimal("150.5") - used + (burned["owed"] or 0)
        assert now.available == now.total - now.held - now.unsettled


def _each_use_was_paid_once(member: Member) -> None:
    used = UsageEvent.objects.filter(member=member).aggregate(events=Count("event_id"), amount=Sum("amount"))
    sums = [
        rows.objects.filter(member=member).aggregate(events=Sum("events"), amount=Sum("amount"))
        for rows in (Charge, UsageDay, UsageHour)
    ]
    assert sums == [used] * 3
    paid = Charge.objects.filter(member=member).aggregate(burned=Sum("burned"), owed=Sum("owed"))
    assert paid["burned"] == min(used["amount"], Decimal("150.5"))
    assert paid["owed"] == used["amount"] - paid["burned"]
    assert queries.balance(member.pk, clock.now()).total == Decimal("150.5") - paid["burned"]
