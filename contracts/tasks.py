"""What contracts do by the clock."""

from celery import shared_task

from contracts.services import (
    case_watch,
    contract_keys,
    delinquencies,
    last_credits,
    planning,
    reports,
    service_credits,
    signing_expiry,
    silence,
)
from upstage_console.kernel import clock


@shared_task(name="contracts.expire_signings")
def expire_signings(**_: object) -> None:
    """Close rounds of signatures whose last day is over."""
    signing_expiry.expire_due(at=clock.now())


@shared_task(name="contracts.watch_cases")
def watch_cases(**_: object) -> None:
    """Note which targets of cases are about to be missed, and which were."""
    case_watch.watch(at=clock.now())


@shared_task(name="contracts.measure_service_levels")
def measure_service_levels(**_: object) -> None:
    """Measure last month for every contract that promises availability; staff approve."""
    reports.measure_due(at=clock.now())


@shared_task(name="contracts.lapse_service_credits")
def lapse_service_credits(**_: object) -> None:
    """Let credits lapse that had to be claimed and were not."""
    service_credits.lapse_due(at=clock.now())


@shared_task(name="contracts.give_back_service_credits")
def give_back_service_credits(**_: object) -> None:
    """Give back what is left of credits under contracts that are over and have nothing left to be billed."""
    last_credits.give_back_due(at=clock.now())


@shared_task(name="contracts.plan_invoices")
def plan_invoices(**_: object) -> None:
    """Tell the staff which contracts can be billed."""
    planning.open_due(at=clock.now())


@shared_task(name="contracts.find_delinquencies")
def find_delinquencies(**_: object) -> None:
    """Write down which invoices were unpaid at the end of their due day."""
    delinquencies.find(at=clock.now())


@shared_task(name="contracts.accept_silent_deliveries")
def accept_silent_deliveries(**_: object) -> None:
    """Accept hand-overs whose agreed period ended in silence, where the statement of work says so."""
    silence.accept_due(at=clock.now())


@shared_task(name="contracts.close_keys")
def close_keys(**_: object) -> None:
    """Close the keys of contracts whose term is over."""
    contract_keys.close_over(at=clock.now())
