"""The kernel's own work by the clock."""

from celery import shared_task

from upstage_console.kernel import clock, due, idempotency, outbox

MOST_BATCHES = 25


@shared_task(name="kernel.deliver_outbox")
def deliver_outbox(**_: object) -> None:
    """Send the messages that are due, each batch at its own time; where many wait, the next run helps."""
    for _batch in range(MOST_BATCHES):
        if not outbox.deliver_due(at=clock.now(), limit=outbox.BATCH):
            return


@shared_task(name="kernel.mark_missed_due_items")
def mark_missed_due_items(**_: object) -> None:
    """Show what is past its deadline as missed."""
    due.mark_missed(at=clock.now())


@shared_task(name="kernel.forget_idempotency_records", housekeeping=True)
def forget_idempotency_records(**_: object) -> None:
    """Drop the answers that nobody may ask for again."""
    idempotency.forget_old(at=clock.now())
