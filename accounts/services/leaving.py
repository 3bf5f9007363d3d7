"""Leaving: a withdrawal is a row of steps, each done once, taken up again where an error stopped it (upstage/3.2).

The apps above register what ends with a membership in their own `services/leaving.py`, which is imported at start. A
step works in a transaction of its own, with the member locked, and changes nothing where its work is done already.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import DEPARTURE_MOVES, MEMBER_MOVES, DepartureStatus, MemberStatus
from accounts.models import Departure, DepartureStep, Member
from accounts.rules.leaving import credits_kept_until
from accounts.services import keys, notices, sessions, stored_data
from accounts.services.members import require_active
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.transitions import move

CLAUSES = ("upstage/3.2", "upstage/3.5.1")


class Work(Protocol):
    """What a step does to the membership that ends."""

    def __call__(self, member: Member, *, by: Any, at: datetime) -> None: ...


@dataclass(frozen=True)
class Step:
    """One thing that ends with a membership; the lowest position goes first."""

    name: str
    position: int
    work: Work


_steps: dict[str, Step] = {}


def step(name: str, *, position: int) -> Callable[[Work], Work]:
    """Register what ends with a membership; `complete` stands at 1000, after everything else."""

    def register(work: Work) -> Work:
        _steps[name] = Step(name, position, work)
        return work

    return register


def steps() -> list[Step]:
    """Every step, in the order they are taken."""
    return sorted(_steps.values(), key=lambda one: (one.position, one.name))


@enforces("upstage/3.2", "upstage/16.3")
def withdraw(member_id: int, *, by: Any, at: datetime, reason: str = "") -> Departure:
    """Leave: possible at any time, under any restriction; done when the completion notice is sent (upstage/3.2, 3.5.1).

    Returns the withdrawal, completed or `errored` where a step failed; asking again takes it up. Refuses `not_active`,
    and `already_done` for who has left.
    """
    departure = _open(member_id, by=by, at=at, reason=reason)
    return run(departure.pk, by=by, at=at)


@transaction.atomic
def _open(member_id: int, *, by: Any, at: datetime, reason: str) -> Departure:
    member = Member.objects.filter(pk=member_id).locked().get()
    if member.status == MemberStatus.WITHDRAWN:
        raise AlreadyDone(clauses=CLAUSES)
    require_active(member)
    running = Departure.objects.exclude(status=DepartureStatus.COMPLETED).filter(member=member).first()
    if running is not None:
        return running
    departure = Departure.objects.create(member=member, reason=reason, requested_at=at)
    planned = [DepartureStep(departure=departure, name=one.name, position=one.position) for one in steps()]
    DepartureStep.objects.bulk_create(planned)
    audit.record("departure.requested", departure, by=by, at=at, about=member, reason=reason, clauses=["upstage/3.2"])
    return departure


@transaction.atomic
def _restart(departure_id: int, *, by: Any, at: datetime, reason: str) -> None:
    departure = Departure.objects.filter(pk=departure_id).locked().get()
    if departure.status == DepartureStatus.ERRORED:
        move(departure, DepartureStatus.RUNNING, allowed=DEPARTURE_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES)


def run(departure_id: int, *, by: Any, at: datetime, reason: str = "") -> Departure:
    """Take every step that is not done yet; the first that fails stops the rest, with its error noted."""
    _restart(departure_id, by=by, at=at, reason=reason)
    for one in steps():
        try:
            _take(departure_id, one, by=by, at=at)
        except Exception as error:  # whatever fails is noted on the step, and taken up again by the job or by staff
            _note_error(departure_id, one, error, at=at)
            break
    return Departure.objects.get(pk=departure_id)


@transaction.atomic
def _take(departure_id: int, one: Step, *, by: Any, at: datetime) -> None:
    member = Member.objects.filter(departures=departure_id).locked().get()
    departure = Departure.objects.filter(pk=departure_id).locked().get()
    row = _row(departure, one)
    if row.done_at is not None:
        return
    one.work(member, by=by, at=at)
    row.done_at, row.attempts, row.error = at, row.attempts + 1, ""
    row.save(update_fields=["done_at", "attempts", "error"])


@transaction.atomic
def _note_error(departure_id: int, one: Step, error: Exception, *, at: datetime) -> None:
    departure = Departure.objects.filter(pk=departure_id).locked().get()
    row = _row(departure, one)
    row.attempts, row.error = row.attempts + 1, f"{type(error).__name__}: {error}"[:2000]
    row.save(update_fields=["attempts", "error"])
    if departure.status == DepartureStatus.RUNNING:
        reason = f"{one.name}: {row.error}"
        move(departure, DepartureStatus.ERRORED, allowed=DEPARTURE_MOVES, by=None, at=at, reason=reason)


def _row(departure: Departure, one: Step) -> DepartureStep:
    row, _is_new = DepartureStep.objects.get_or_create(
        departure=departure, name=one.name, defaults={"position": one.position}
    )
    return row


def resume(departure_id: int, *, by: Any, at: datetime, reason: str = "") -> Departure:
    """Take up a withdrawal that stopped; refuses `already_done` where it is completed."""
    departure = Departure.objects.select_related("member").get(pk=departure_id)
    if departure.status == DepartureStatus.COMPLETED:
        raise AlreadyDone(clauses=CLAUSES)
    with transaction.atomic():
        about = departure.member
        audit.record("departure.resumed", departure, by=by, at=at, about=about, reason=reason, clauses=CLAUSES)
    return run(departure_id, by=by, at=at, reason=reason)


def resume_all(*, at: datetime) -> int:
    """Take up every withdrawal that an error or a dead process stopped; returns how many came to their end."""
    stopped = Departure.objects.exclude(status=DepartureStatus.COMPLETED).filter(member__status=MemberStatus.ACTIVE)
    taken = [run(pk, by=None, at=at) for pk in stopped.order_by("pk").values_list("pk", flat=True)]
    return sum(departure.status == DepartureStatus.COMPLETED for departure in taken)


@step("keys", position=100)
def end_keys(member: Member, *, by: Any, at: datetime) -> None:
    """Every API key is closed."""
    keys.revoke_all(member, by=by, at=at, reason="", clauses=["upstage/3.2"])


@step("data", position=300)
def mark_data(member: Member, *, by: Any, at: datetime) -> None:
    """What was stored for the member is to be destroyed from now on (upstage/12-2.5)."""
    marked = stored_data.member_left(member.pk, at=at)
    if marked:
        facts = {"items": marked}
        audit.record("data.marked", member, by=by, at=at, about=member, clauses=["upstage/12-2.5"], facts=facts)


@step("sessions", position=900)
def end_sessions(member: Member, *, by: Any, at: datetime) -> None:
    """Every browser is logged out; logging in again shows what somebody who left may see."""
    sessions.end_all(member.user)


@enforces("upstage/3.5.1")
@step("complete", position=1000)
def complete(member: Member, *, by: Any, at: datetime) -> None:
    """The membership ends with its notice; from that day the credits are kept for 30 days (upstage/3.5.1)."""
    departure = Departure.objects.exclude(status=DepartureStatus.COMPLETED).get(member=member)
    until = credits_kept_until(kst_date(at), Holiday.objects.calendar())
    move(member, MemberStatus.WITHDRAWN, allowed=MEMBER_MOVES, by=by, at=at, clauses=CLAUSES, withdrawn_at=at)
    facts: dict[str, Any] = {"completed_at": at, "kept_until": until}
    move(departure, DepartureStatus.COMPLETED, allowed=DEPARTURE_MOVES, by=by, at=at, clauses=CLAUSES, **facts)
    text = notices.compose(
        _("You have left"),
        _(
            "Your membership ended today, as you asked. Your credits are kept, frozen, to the end of %(until)s. Ask to "
            "come back by then, and they come back with you, each with its own last day. If you do not ask, they are "
            "void after that day. Until then you can still log in to ask, to see and pay invoices, to ask for a refund "
            "and to download your data."
        ),
        until=until,
    )
    key = f"left:{departure.public_id}"
    notices.notify(member_id=member.pk, about="withdrawal", text=text, key=key, at=at, clauses=CLAUSES)
    audit.record("member.withdrawn", member, by=by, at=at, about=member, clauses=CLAUSES, facts={"kept_until": until})


def note_voided(departure_ids: list[int], *, at: datetime) -> int:
    """Note that the credits of these withdrawals are void: said by the app that keeps them (upstage/3.5.1)."""
    rows = Departure.objects.filter(pk__in=departure_ids, credits_voided_at__isnull=True)
    return rows.update(credits_voided_at=at)
