"""What contracts do by the clock."""

from celery import shared_task

from contracts.services import signing_expiry
from upstage_console.kernel import clock


@shared_task(name="contracts.expire_signings")
def expire_signings(**_: object) -> None:
    """Close rounds of signatures whose last day is over."""
    signing_expiry.expire_due(at=clock.now())
