"""What credits do by themselves; each task reads the clock once and calls one service."""

from celery import shared_task

from credits.services import expiry, expiry_notices
from upstage_console.kernel import clock


@shared_task(name="credits.post_expired")
def post_expired(**_: object) -> int:
    """Write the entries of lots that have expired."""
    return expiry.post_expired(at=clock.now())


@shared_task(name="credits.tell_of_expiries")
def tell_of_expiries(**_: object) -> int:
    """Tell members of credits that expire soon or have expired."""
    return expiry_notices.tell_of_expiries(at=clock.now())
