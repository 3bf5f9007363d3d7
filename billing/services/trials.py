"""Free trials: offered for a service, begun once by a member, over by themselves (upstage/17.2, 17.3).

Use in a trial costs nothing. Before it becomes paid the member agrees to the prices, at most 30 days ahead (E-Commerce
Act 13(6)); a trial no longer than that is begun with the agreement. Who agrees may choose a later day from which use is
paid, and another one until then. Without agreement the service closes after the last day, as it does until that day.
"""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from accounts.models import Member
from accounts.services import restrictions
from billing.errors import NoTrialOffered, StartNotPossible, TooEarlyToAgree, TrialUsed
from billing.models import Service, Trial, TrialOffer
from billing.queries import trials as queries
from billing.rules import trials as rules
from billing.services import trial_letters
from billing.services.catalogue import stop_rating
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import day_start, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, DayHasPassed, InvalidAmount

CLAUSES: Final = ("upstage/17.2", "upstage/17.3")


@enforces("upstage/17.2")
@transaction.atomic
def offer(*, service_id: int, days: int, effective_on: date, by: Any, at: datetime, reason: str = "") -> TrialOffer:
    """Offer trials of so many days from a KST day on; of 0 days: none any more. Those begun are not changed.

    Refuses `invalid_amount` (not from 0 to 365 days), `day_has_passed`.
    """
    if not 0 <= days <= rules.MOST_DAYS:
        raise InvalidAmount(facts={"amount": days})
    if effective_on < kst_date(at):
        raise DayHasPassed
    service: Service = Service.objects.filter(pk=service_id).locked().get()
    row = TrialOffer.objects.create(
        service=service, days=days, effective_on=effective_on, set_at=at, set_by=audit.actor(by), reason=reason
    )
    look_for_own_prices([service])
    facts = {"service": service.code, "days": days, "effective_on": effective_on}
    audit.record("trial.offered", row, by=by, at=at, reason=reason, clauses=["upstage/17.2"], facts=facts)
    return row


def look_for_own_prices(services: list[Service]) -> None:
    """From now on every use of these is looked at for what its member pays otherwise than the list says."""
    new = [service.pk for service in services if not service.has_own_prices]
    if new:
        stop_rating()
        Service.objects.filter(pk__in=new).update(has_own_prices=True)


@enforces("upstage/17.2", "upstage/17.3")
@transaction.atomic
def start(
    *, member_id: int, service_id: int, agrees: bool, by: Any, at: datetime, paid_from: date | None = None
) -> Trial:
    """Begin the trial that is offered; with `agrees`, to what the service costs after it, from the day it says.

    Of a trial longer than 30 days the member agrees later, within the last 30. Refuses `no_trial`, `trial_used`,
    `not_active`, `restricted`, `start_not_possible`.
    """
    member: Member = Member.objects.filter(pk=member_id).locked().get()
    restrictions.require_use(member, at=at, paid=False)
    service: Service = Service.objects.get(pk=service_id)
    days = queries.days_offered(service, kst_date(at))
    if not days:
        raise NoTrialOffered(facts={"service": service.code})
    before = Trial.objects.filter(member=member, service=service).first()
    if before is not None:
        raise TrialUsed(facts={"service": service.code, "ends_on": before.ends_on})
    found = rules.period(at, days)
    trial = Trial(member=member, service=service, days=days, starts_at=at, ends_on=found.ends_on, ends_at=found.ends_at)
    if agrees and kst_date(at) >= rules.may_agree_from(found.ends_on):
        _agree(trial, paid_from, at)
    trial.save(force_insert=True)
    facts = {"service": service.code, "days": days, "ends_on": trial.ends_on, "agreed": trial.agreed_at is not None}
    audit.record("trial.started", trial, by=by, at=at, about=member, clauses=CLAUSES, facts=facts)
    trial_letters.tell_started(trial, at=at)
    return trial


@enforces("upstage/17.3")
@transaction.atomic
def agree(*, trial_id: str, member_id: int, by: Any, at: datetime, paid_from: date | None = None) -> Trial:
    """Agree that use is paid from a KST day: the day after the trial, today where it is over, or a later one.

    Until use is paid another day may be chosen: that agrees anew. Refuses `not_found`, `already_done` (agreed to
    already, with the same day or none), `too_early_to_agree` (more than 30 days before the end), `start_not_possible`.
    """
    trial = _locked(trial_id, member_id)
    if trial.paid_at is not None and (trial.paid_at <= at or paid_from in (None, kst_date(trial.paid_at))):
        raise AlreadyDone
    earliest = rules.may_agree_from(trial.ends_on)
    if kst_date(at) < earliest:
        raise TooEarlyToAgree(facts={"earliest_on": earliest, "days": rules.AGREED_WITHIN_DAYS})
    _agree(trial, paid_from, at)
    trial.save()
    facts = {"service": trial.service.code, "paid_at": trial.paid_at, "text": trial.agreed_en}
    audit.record("trial.agreed", trial, by=by, at=at, about=trial.member, clauses=CLAUSES, facts=facts)
    return trial


@enforces("upstage/17.3")
@transaction.atomic
def take_back(*, trial_id: str, member_id: int, by: Any, at: datetime) -> Trial:
    """Do not go on with it after the trial: the agreement is withdrawn, as easily as it was given.

    Refuses `not_found`, and `already_done` where there is none, or use is paid already.
    """
    trial = _locked(trial_id, member_id)
    if trial.paid_at is None or trial.paid_at <= at:
        raise AlreadyDone
    trial.agreed_at, trial.paid_at, trial.agreed_ko, trial.agreed_en = None, None, "", ""
    trial.save()
    facts = {"service": trial.service.code}
    audit.record("trial.taken_back", trial, by=by, at=at, about=trial.member, clauses=CLAUSES, facts=facts)
    return trial


def _locked(trial_id: str, member_id: int) -> Trial:
    """The member first, as everywhere."""
    Member.objects.filter(pk=member_id).locked().get()
    trial: Trial = (
        Trial.objects.filter(member=member_id).select_related("service", "member").locked().get_public(trial_id)
    )
    return trial


def _agree(trial: Trial, paid_from: date | None, at: datetime) -> None:
    """What is agreed to is kept in the words it was shown in."""
    days = rules.starts(trial.ends_on, kst_date(at))
    first = paid_from or days.first
    if not days.has(first):
        raise StartNotPossible(facts={"first": days.first, "last": days.last, "day": first})
    trial.agreed_at, trial.paid_at = at, max(at, day_start(first))
    text = queries.what_it_will_cost(trial.service, trial.member.currency, first, trial.ends_on)
    trial.agreed_ko, trial.agreed_en = text.ko, text.en
