"""What credits do by themselves; each task reads the clock once and calls one service."""

import logging

from celery import shared_task

from credits.services import books, expiry, expiry_notices, handouts, holds, own_data, voiding
from upstage_console.kernel import clock

__all__ = ["own_data"]  # tells what an export holds of credits

logger = logging.getLogger(__name__)


@shared_task(name="credits.post_expired")
def post_expired(**_: object) -> None:
    """Write the entries of lots that have expired."""
    expiry.post_expired(at=clock.now())


@shared_task(name="credits.expire_holds")
def expire_holds(**_: object) -> None:
    """End the holds whose time is over."""
    holds.expire(at=clock.now())


@shared_task(name="credits.void_left")
def void_left(**_: object) -> None:
    """Void the credits of who left and did not ask to come back in time."""
    voiding.void_left(at=clock.now())


@shared_task(name="credits.tell_of_expiries")
def tell_of_expiries(**_: object) -> None:
    """Tell members of credits that expire soon or have expired."""
    expiry_notices.tell_of_expiries(at=clock.now())


@shared_task(name="credits.hand_out")
def hand_out(**_: object) -> None:
    """Go on with giving promotions to many members."""
    handouts.hand_out(at=clock.now())


@shared_task(name="credits.check_books", housekeeping=True)
def check_books(**_: object) -> None:
    """Audit the books of every app."""
    for finding in books.audit_books(at=clock.now()):
        logger.error("%s", finding)
