"""What happens to members by itself; each task reads the clock once and calls one service."""

from celery import shared_task

from accounts.services import leaving, restoring
from upstage_console.kernel import clock


@shared_task(name="accounts.note_ended_restrictions")
def note_ended_restrictions(**_: object) -> None:
    """Note restrictions whose time is over, and tell their members."""
    restoring.note_ended(at=clock.now())


@shared_task(name="accounts.resume_departures")
def resume_departures(**_: object) -> None:
    """Take up withdrawals that an error stopped."""
    leaving.resume_all(at=clock.now())
