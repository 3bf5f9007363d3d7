"""Free trials: begun once, free while they last, paid only as agreed, closed otherwise (upstage/17.2, 17.3)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import Notice
from billing.errors import (
    FreeWhileTried,
    InvalidStage,
    NotAgreedToPay,
    NothingToHold,
    NoTrialOffered,
    StartNotPossible,
    TooEarlyToAgree,
    TrialUsed,
)
from billing.models import Charge, Service, Trial, UsageEvent
from billing.services import catalogue, charging, holding, trial_letters, trials
from billing.services.rating import Use
from tests.billing import make
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone, DayHasPassed, InvalidAmount, NotFound
from upstage_console.kernel.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/17.2"), pytest.mark.clause("upstage/17.3")]

BEGUN = make.NOON
LAST = date(2026, 2, 24)
PAID = datetime(2026, 2, 25, tzinfo=KST)


@pytest.fixture
def kim(db):
    make.price("12")
    holder = make.member()
    make.granted(holder, "10000")
    return holder


def service():
    return Service.objects.get(code="ocr")


FIRST = date(2026, 2, 10)


def offered(days=14, on=FIRST):
    return trials.offer(service_id=service().pk, days=days, effective_on=on, by=None, at=BEGUN)


def begun(holder, *, agrees=True, days=14, at=BEGUN):
    offered(days)
    return trials.start(member_id=holder.pk, service_id=service().pk, agrees=agrees, by=None, at=at)


def used(holder, at, quantity=10):
    return charging.charge(member_id=holder.pk, use=Use("ocr", "page", Decimal(quantity)), by=None, at=at)


def test_first_day_is_not_counted_and_use_is_free_to_the_end_of_the_last(kim):
    trial = begun(kim)
    assert (trial.ends_on, trial.paid_at) == (LAST, PAID)
    free, paid = (BEGUN, PAID - timedelta(microseconds=1)), PAID
    assert [used(kim, at).amount for at in (*free, paid)] == [0, 0, 120]


def test_what_is_free_is_recorded_and_shown(kim):
    begun(kim)
    used(kim, BEGUN)
    charge = Charge.objects.select_related("price").get()
    assert (charge.quantity, charge.amount, charge.price.is_trial) == (10, 0, True)
    assert [(part["kind"], part["price"]) for part in charge.price.parts] == [("usage", "12"), ("trial", "-12")]


def test_only_the_member_and_the_service_of_the_trial(kim):
    make.price("7", service="parse")
    other = make.member()
    make.granted(other, "10000")
    begun(kim)
    assert used(other, BEGUN).amount == 120
    use = Use("parse", "page", Decimal(10))
    assert charging.charge(member_id=kim.pk, use=use, by=None, at=BEGUN).amount == 70


def test_late_reports_go_by_their_own_time(kim):
    begun(kim)
    times = {"before": make.later(minutes=-1), "within": make.later(days=3), "after": PAID}
    events = [make.event(kim, name, quantity=10, at=at.isoformat()) for name, at in times.items()]
    make.taken(*events, at=make.later(days=20))
    assert dict(UsageEvent.objects.values_list("event_id", "amount")) == {"before": 120, "within": 0, "after": 120}


def test_a_trial_is_begun_once(kim):
    begun(kim)
    with pytest.raises(TrialUsed):
        trials.start(member_id=kim.pk, service_id=service().pk, agrees=True, by=None, at=make.later(days=30))
    assert Trial.objects.count() == 1


def test_nothing_is_begun_that_is_not_offered(kim):
    with pytest.raises(NoTrialOffered):
        trials.start(member_id=kim.pk, service_id=service().pk, agrees=True, by=None, at=BEGUN)
    offered(14)
    offered(0)
    with pytest.raises(NoTrialOffered):
        trials.start(member_id=kim.pk, service_id=service().pk, agrees=True, by=None, at=BEGUN)


@pytest.mark.parametrize(
    ("days", "on", "refusal"), [(-1, BEGUN.date(), InvalidAmount), (366, BEGUN.date(), InvalidAmount),
                                (14, date(2026, 2, 9), DayHasPassed)],
)  # fmt: skip
def test_offers_that_are_not_possible(kim, days, on, refusal):
    with pytest.raises(refusal):
        offered(days, on)


def test_without_agreement_the_service_closes_and_nothing_is_charged(kim):
    trial = begun(kim, agrees=False)
    with pytest.raises(NotAgreedToPay):
        used(kim, PAID)
    make.taken(make.event(kim, "under-way", quantity=10, at=PAID.isoformat()), at=PAID)
    assert Charge.objects.get().amount == 0
    trials.agree(trial_id=trial.public_id, member_id=kim.pk, by=None, at=make.later(days=20))
    assert used(kim, make.later(days=20)).amount == 120


def test_agreement_is_given_within_the_thirty_days_before(kim):
    trial = begun(kim, days=31)
    assert trial.agreed_at is None
    with pytest.raises(TooEarlyToAgree):
        trials.agree(trial_id=trial.public_id, member_id=kim.pk, by=None, at=BEGUN)
    done = trials.agree(trial_id=trial.public_id, member_id=kim.pk, by=None, at=make.later(days=1))
    assert (done.paid_at, "page ₩12" in done.agreed_en, "12원" in done.agreed_ko) == (done.ends_at, True, True)


def test_thirty_days_are_agreed_to_at_once(kim):
    assert begun(kim, days=30).agreed_at == BEGUN


def test_agreement_is_taken_back_before_use_is_paid(kim):
    trial = begun(kim)
    trials.take_back(trial_id=trial.public_id, member_id=kim.pk, by=None, at=make.later(days=1))
    with pytest.raises(NotAgreedToPay):
        used(kim, PAID)
    with pytest.raises(AlreadyDone):
        trials.take_back(trial_id=trial.public_id, member_id=kim.pk, by=None, at=make.later(days=1))


def test_paid_use_is_not_taken_back(kim):
    trial = begun(kim)
    with pytest.raises(AlreadyDone):
        trials.take_back(trial_id=trial.public_id, member_id=kim.pk, by=None, at=PAID)
    with pytest.raises(AlreadyDone):
        trials.agree(trial_id=trial.public_id, member_id=kim.pk, by=None, at=PAID)


def test_trial_of_another_is_not_found(kim):
    trial, other = begun(kim, agrees=False), make.member()
    with pytest.raises(NotFound):
        trials.agree(trial_id=trial.public_id, member_id=other.pk, by=None, at=BEGUN)


def test_nothing_is_held_for_what_is_free(kim):
    begun(kim)
    use = Use("ocr", "page", Decimal(10))
    with pytest.raises(NothingToHold):
        holding.place(member_id=kim.pk, use=use, expires_in=None, by=None, at=BEGUN)


def chosen(trial, holder, on, at=BEGUN):
    return trials.agree(trial_id=trial.public_id, member_id=holder.pk, paid_from=on, by=None, at=at)


MARCH = date(2026, 3, 2)
IN_MARCH = datetime(2026, 3, 2, tzinfo=KST)


def test_a_later_day_is_chosen_and_the_service_is_closed_until_then(kim):
    trial = chosen(begun(kim, agrees=False), kim, MARCH)
    assert (trial.paid_at, "then closed, and from 2 Mar 2026 on" in trial.agreed_en) == (IN_MARCH, True)
    for at in (PAID, IN_MARCH - timedelta(microseconds=1)):
        with pytest.raises(NotAgreedToPay):
            used(kim, at)
    assert used(kim, IN_MARCH).amount == 120


def test_the_day_is_changed_until_use_is_paid_and_each_choice_is_kept(kim):
    trial = begun(kim)
    chosen(trial, kim, MARCH, make.later(days=1))
    done = chosen(trial, kim, date(2026, 2, 26), PAID)
    assert (done.agreed_at, done.paid_at) == (PAID, datetime(2026, 2, 26, tzinfo=KST))
    deeds = AuditEvent.objects.filter(action="trial.agreed").order_by("pk")
    assert ["from 2 Mar 2026" in deed.facts["text"] for deed in deeds] == [True, False]
    for on in (None, date(2026, 2, 26), MARCH):
        with pytest.raises(AlreadyDone):
            chosen(trial, kim, on, make.later(days=20))


@pytest.mark.parametrize("on", [LAST, date(2026, 2, 10), date(2026, 3, 14), date(2999, 1, 1)])
def test_days_that_cannot_be_chosen(kim, on):
    trial = begun(kim, agrees=False)
    with pytest.raises(StartNotPossible):
        chosen(trial, kim, on)
    with pytest.raises(StartNotPossible):
        trials.start(member_id=make.member().pk, service_id=service().pk, agrees=True, by=None, at=BEGUN, paid_from=on)
    assert not Trial.objects.filter(agreed_at__isnull=False).exists()


def test_the_last_day_that_can_be_chosen_keeps_the_agreement_within_thirty_days(kim):
    assert chosen(begun(kim, agrees=False), kim, date(2026, 3, 13)).paid_at == datetime(2026, 3, 13, tzinfo=KST)


def test_where_the_trial_is_over_the_first_day_is_today(kim):
    trial = begun(kim, agrees=False)
    with pytest.raises(StartNotPossible):
        chosen(trial, kim, date(2026, 2, 25), make.later(days=20))
    assert chosen(trial, kim, None, make.later(days=20)).paid_at == make.later(days=20)


def test_who_chose_a_later_day_is_told_that_it_is_closed_until_then(kim):
    chosen(begun(kim, agrees=False), kim, MARCH)
    trial_letters.tell_due(at=PAID)
    body = Notice.objects.get(stage="over").body_en
    assert body.startswith("From 2 Mar 2026 on what you use is charged, as you agreed, and before that")


def test_members_are_told_before_the_end_and_after_it_once(kim):
    begun(kim)
    moments = [make.later(days=1), make.later(days=8), make.later(days=9), PAID, make.later(days=20)]
    assert [trial_letters.tell_due(at=at) for at in moments] == [0, 1, 0, 1, 0]
    assert list(Notice.objects.filter(member=kim, about="trial").order_by("pk").values_list("stage", flat=True)) == [
        "started", "ending", "over",
    ]  # fmt: skip


def test_telling_takes_the_same_statements_for_one_and_three(kim, django_assert_max_num_queries):
    begun(kim)
    with django_assert_max_num_queries(30) as one:
        trial_letters.tell_due(at=make.later(days=8))
    for _ in range(3):
        trials.start(member_id=make.member().pk, service_id=service().pk, agrees=False, by=None, at=BEGUN)
    with django_assert_max_num_queries(len(one)):
        trial_letters.tell_due(at=make.later(days=9))
    assert Notice.objects.filter(about="trial", stage="ending").count() == 4


@pytest.mark.clause("upstage/10.1")
def test_demo_is_free_and_ends(db):
    meter = make.meter_row("vision")
    staged = {"service_id": meter.service_id, "by": None, "at": BEGUN}
    catalogue.set_stage(stage="demo", offered_until=LAST, **staged)
    with pytest.raises(FreeWhileTried):
        make.price("5", service="vision", since=LAST)
    make.price("0", service="vision")
    make.price("5", service="vision", since=date(2026, 2, 25))
    with pytest.raises(FreeWhileTried):
        catalogue.set_stage(stage="beta", offered_until=date(2026, 3, 1), **staged)
    for stage, until in (("demo", None), ("general", LAST), ("beta", date(2026, 2, 9))):
        with pytest.raises(InvalidStage) as refused:
            catalogue.set_stage(stage=stage, offered_until=until, **staged)
        assert "2026" in str(refused.value)
    assert catalogue.set_stage(stage="general", offered_until=None, **staged).stage == "general"
