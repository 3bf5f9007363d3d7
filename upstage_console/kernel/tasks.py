"""The kernel's own work by the clock."""

from datetime import timedelta

from celery import shared_task

from upstage_console.kernel import clock, due, idempotency, outbox

TIME_OF_A_RUN = timedelta(seconds=50)
"""A run takes no new batch after this time: the next minute's run goes on, and slow mail never holds every worker."""


@shared_task(name="kernel.deliver_outbox")
def deliver_outbox(**_: object) -> None:
    """Send the messages that are due, each batch at its own time."""
    until = clock.now() + TIME_OF_A_RUN
    while (at := clock.now()) < until and outbox.deliver_due(at=at, limit=outbox.BATCH):
        pass


@shared_task(name="kernel.mark_missed_due_items")
def mark_missed_due_items(**_: object) -> None:
    """Show what is past its deadline as missed."""
    due.mark_missed(at=clock.now())


@shared_task(name="kernel.forget_idempotency_records", housekeeping=True)
def forget_idempotency_records(**_: object) -> None:
    """Drop the answers that nobody may ask for again."""
    idempotency.forget_old(at=clock.now())
