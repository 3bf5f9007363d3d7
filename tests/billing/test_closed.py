"""What a restriction stops, in POST /access, charges, usage, keys and purchases; and that all of them agree."""

from datetime import timedelta
from decimal import Decimal
from itertools import product
from random import Random

import pytest
from django.db import transaction

from accounts.enums import RestrictionKind, RestrictionScope
from accounts.errors import Restricted, Sanctioned
from accounts.models import ApiKey, Restriction
from accounts.queries import standing
from accounts.queries.standing import SANCTIONS
from accounts.services import activity, keys
from billing.models import Charge, Purchase, Service
from billing.queries.access import access
from billing.services import charging
from billing.services.charging import Use
from tests.accounts.restricting import restricted
from tests.billing import make

HOUR = timedelta(hours=1)
PAID, FREE = "ocr", "playground"
MOMENTS = [-HOUR, timedelta(0), HOUR, 2 * HOUR - timedelta(microseconds=1), 2 * HOUR, 3 * HOUR, 4 * HOUR]
ENDS = [None, 2 * HOUR]
LIFTED = [None, timedelta(0), HOUR, 3 * HOUR]


@pytest.fixture(autouse=True)
def catalogue(db):
    for service, amount in ((PAID, "12"), (FREE, "0")):
        make.price(amount, service=service)
        Service.objects.filter(code=service).update(is_listed=True)


@pytest.fixture
def kim(db):
    kim = make.member(card="ok")
    make.granted(kim, "1000")
    return kim


@pytest.fixture
def secret(kim):
    return keys.issue(member_id=kim.pk, name="k", scopes=["account:read"], by=kim.user, at=make.NOON)[1]


def says_the_same(kim, secret, at):
    """The statement of POST /access against Standing, for a service that costs something and a free one."""
    found = standing(kim, at=at)
    for service, is_paid in ((PAID, True), (FREE, False)):
        closing = found.closing(paid=is_paid)
        expected = ("restricted", closing[0].clauses, closing[0].ends_at) if closing else ("allowed", [], None)
        answer = access(secret, service, at=at)
        assert (answer.code, list(answer.clauses), answer.retry_at) == expected
        assert answer.allowed is (found.may_use if is_paid else found.may_use_free)


@pytest.mark.clause("upstage/11.1")
@pytest.mark.clause("upstage/26.1")
@pytest.mark.parametrize("scope", RestrictionScope.values)
@pytest.mark.parametrize("kind", RestrictionKind)
def test_statement_and_standing_agree_on_each_restriction(kim, secret, kind, scope):
    for ends, lifted in product(ENDS, LIFTED):
        with transaction.atomic():
            restricted(
                kim, kind, scope=scope, at=make.NOON, ends_at=ends and make.NOON + ends,
                lifted_at=None if lifted is None else make.NOON + lifted,
            )  # fmt: skip
            for moment in MOMENTS:
                says_the_same(kim, secret, make.NOON + moment)
            Restriction.objects.filter(member=kim).delete()


def test_statement_and_standing_agree_on_several(kim, secret):
    chance = Random(26)
    for _round in range(60):
        for kind in chance.sample(list(RestrictionKind), chance.randrange(1, 5)):
            starts = make.NOON + chance.choice([-HOUR, timedelta(0), HOUR])
            ends = chance.choice([None, starts + HOUR, starts + 2 * HOUR])
            restricted(kim, kind, at=starts, ends_at=ends, scope=chance.choice(RestrictionScope.values))
        for moment in MOMENTS:
            says_the_same(kim, secret, make.NOON + moment)
        Restriction.objects.filter(member=kim).delete()


def test_decision_stays_one_query(kim, secret, django_assert_num_queries):
    for kind in RestrictionKind:
        restricted(kim, kind, at=make.NOON)
    with django_assert_num_queries(1):
        assert access(secret, PAID, at=make.NOON).code == "restricted"


def test_unknown_service_of_a_restricted_member_is_closed_too(kim, secret):
    restricted(kim, RestrictionKind.SUSPENSION, at=make.NOON)
    assert access(secret, "nothing", at=make.NOON).code == "restricted"


@pytest.mark.parametrize("kind", RestrictionKind)
def test_charge_is_refused_with_the_clauses_and_leaves_nothing(kim, kind):
    row = restricted(kim, kind, at=make.NOON)
    with pytest.raises(Restricted) as refused:
        charging.charge(member_id=kim.pk, use=Use.of_amount(Decimal(5)), by=None, at=make.NOON)
    assert refused.value.clauses == tuple(row.clauses)
    assert Charge.objects.count() == 0


@pytest.mark.parametrize("kind", [RestrictionKind.INFORMATION, RestrictionKind.PAID_ENDED])
def test_what_is_free_stays_open_where_only_paid_services_are_closed(kim, kind):
    restricted(kim, kind, at=make.NOON)
    free = Use(service=FREE, meter="page", quantity=Decimal(3))
    assert charging.charge(member_id=kim.pk, use=free, by=None, at=make.NOON).amount == 0


@pytest.mark.clause("upstage/11.3")
@pytest.mark.parametrize("kind", RestrictionKind)
def test_usage_of_calls_that_happened_is_taken_and_charged(kim, kind):
    restricted(kim, kind, at=make.NOON - HOUR)
    taken = make.taken(make.event(kim, quantity=2))
    assert (taken.accepted, taken.rejected) == (1, ())
    assert Charge.objects.get().amount == 24


@pytest.mark.clause("upstage/15.1")
@pytest.mark.parametrize("kind", RestrictionKind)
def test_nothing_can_be_bought(kim, kind):
    restricted(kim, kind, at=make.NOON)
    with pytest.raises(Sanctioned if kind in SANCTIONS else Restricted):
        make.bought(kim, "1000")
    assert Purchase.objects.count() == 0


@pytest.mark.parametrize("kind", RestrictionKind)
def test_keys_are_made_only_where_something_is_open(kim, kind):
    row = restricted(kim, kind, at=make.NOON)
    make_key = {"member_id": kim.pk, "name": "k", "scopes": ["usage:read"], "by": kim.user, "at": make.NOON}
    if row.scope == RestrictionScope.PAID:
        keys.issue(**make_key)
    else:
        with pytest.raises(Restricted):
            keys.issue(**make_key)
    assert ApiKey.objects.filter(member=kim).exists() is (row.scope == RestrictionScope.PAID)


@pytest.mark.clause("upstage/26.2")
def test_use_is_noted_once_a_day(kim, stranger, django_assert_num_queries):
    first = make.event(kim, "a", at=(make.NOON - timedelta(days=2)).isoformat())
    make.taken(first, make.event(kim, "b"), make.event(stranger, "c", at=(make.NOON - timedelta(days=3)).isoformat()))
    kim.refresh_from_db()
    stranger.refresh_from_db()
    today = make.NOON.date()
    assert (kim.last_used_on, stranger.last_used_on) == (today, today - timedelta(days=3))
    with django_assert_num_queries(0):
        assert activity.note_days({}) == 0
    assert activity.note_days({kim.pk: today - timedelta(days=1), stranger.pk: today}) == 1


@pytest.mark.clause("upstage/26.2")
def test_charge_is_a_use(kim):
    charging.charge(member_id=kim.pk, use=Use.of_amount(Decimal(5)), by=None, at=make.NOON)
    kim.refresh_from_db()
    assert kim.last_used_on == make.NOON.date()
