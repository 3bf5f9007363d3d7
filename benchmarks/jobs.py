"""The jobs by name; run as a program, one of them in a process of its own, to be killed: `killed` in killing.py."""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.services import deemed, dormancy, member_batches, restoring, separation, telling
from contracts.enums import RunStatus
from contracts.models import BillingRun, ContractInvoice
from contracts.services import case_watch, run_batches
from credits.services import expiry, expiry_notices, voiding
from upstage_console.kernel import clock

Job = Callable[..., Any]


def bill(*, at: datetime) -> int:
    """Go on with the billing run that is being issued; how many invoices it issued now."""
    before = ContractInvoice.objects.count()
    for run in BillingRun.objects.filter(status=RunStatus.ISSUING):
        run_batches.go_through(run.public_id, at=at)
    return ContractInvoice.objects.count() - before


JOBS: dict[str, Job] = {
    "announce terms to all": telling.tell_all,
    "deemed consents": deemed.record_deemed,
    "dormancy": dormancy.run,
    "end of restrictions": restoring.note_ended,
    "expiry of credits": expiry.post_expired,
    "notices of expiry": expiry_notices.tell_of_expiries,
    "voiding of credits": voiding.void_left,
    "separation of data": separation.separate_due,
    "targets of cases": case_watch.watch,
    "billing run": bill,
}
SIZES = (
    (member_batches, "BATCH"),
    (dormancy, "AT_A_TIME"),
    (restoring, "RESTRICTIONS_AT_A_TIME"),
    (expiry, "MEMBERS_AT_A_TIME"),
    (voiding, "DEPARTURES_AT_A_TIME"),
    (separation, "A_BATCH"),
    (case_watch, "AT_A_TIME"),
    (run_batches, "CONTRACTS_AT_A_TIME"),
)


def run(name: str, at: datetime) -> int:
    """Run a job; how much it did."""
    done = JOBS[name](at=at)
    return sum(done) if isinstance(done, tuple) else int(done)


def main(database: str, name: str, at: str, most: str) -> None:
    """One job over the database of the benchmark, in batches of at most so many rows, so that there are several."""
    connection.settings_dict["NAME"] = database
    for module, size in SIZES:
        setattr(module, size, min(getattr(module, size), int(most)))
    moment = datetime.fromisoformat(at)
    with clock.fixed(moment):
        run(name, moment)


if __name__ == "__main__":
    main(*sys.argv[1:])
