"""The night of a month's close, killed at its statements and begun again: the books of a night nobody disturbed.

The cuts are counted in the undisturbed night itself, so that a statement that is added to it is cut as well.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count

from accounts.models import Member, Notice
from billing.models import BillingMonth, Charge, Invoice, InvoiceLine, InvoiceSeries
from billing.services import closing
from tests.billing import make
from tests.billing.killing import killed_at
from tests.credits.books import findings
from upstage_console.kernel import outbox
from upstage_console.kernel.clock import KST
from upstage_console.kernel.models import AuditEvent, OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/2.7"), pytest.mark.clause("upstage/18.1")]

JANUARY, LATE_IN_JANUARY = datetime(2026, 1, 20, 9, tzinfo=KST), datetime(2026, 1, 25, 9, tzinfo=KST)
FIRST_OF_FEBRUARY, THIRD_OF_FEBRUARY = datetime(2026, 2, 1, 0, 10, tzinfo=KST), datetime(2026, 2, 3, 9, tzinfo=KST)
LAST_OF_FEBRUARY = datetime(2026, 2, 28, 23, 50, tzinfo=KST)
NIGHT, AFTER_THE_KILL = datetime(2026, 3, 1, 0, 10, tzinfo=KST), datetime(2026, 3, 1, 0, 30, tzinfo=KST)
MORNING = NIGHT + timedelta(hours=2)
IN_MARCH, FIRST_OF_APRIL = datetime(2026, 3, 5, 9, tzinfo=KST), datetime(2026, 4, 1, 0, 10, tzinfo=KST)

WORKERS = 4
"""The cuts are shared out to so many tests, which run beside each other."""
CUT_EACH = 3
"""One statement in so many is cut; of the close itself each one is."""


@pytest.fixture(autouse=True)
def two_members_a_batch(monkeypatch):
    monkeypatch.setattr(closing, "BATCH", 2)


@pytest.fixture
def people(db):
    """Who owes all, who owes the rest, whom credits pay, who has dollars, who used late; and who uses in between."""
    for meter, amount in (("page", "12.3"), ("stamp", "0.35")):
        make.price(amount, meter=meter)
    make.price("0.0155", currency="USD")
    found = [make.member(currency=currency) for currency in ("KRW", "KRW", "KRW", "USD", "KRW", "KRW")]
    for holder, amount in zip(found[1:3], ("100.5", "1000"), strict=True):
        make.granted(holder, amount)
    use_until_the_night(found[:5])
    return found


def use_until_the_night(used: list[Member]) -> None:
    """January is closed; late use of it goes on February, whose last batch is not settled when the night begins."""
    make.taken(*events(used[:2], "january", JANUARY), at=JANUARY)
    closing.close_due(at=FIRST_OF_FEBRUARY)
    outbox.deliver_due(at=FIRST_OF_FEBRUARY)
    make.taken(*events(used[1:], "late", LATE_IN_JANUARY), at=THIRD_OF_FEBRUARY)
    make.taken(*events(used, "february", make.NOON), at=make.NOON)
    stamps = [event | {"meter": "stamp"} for event in events(used[:3], "stamp", LAST_OF_FEBRUARY)]
    make.unsettled(*events(used, "unsettled", LAST_OF_FEBRUARY), *stamps, at=LAST_OF_FEBRUARY)


def events(holders: list[Member], name: str, at: datetime) -> list[dict[str, Any]]:
    return [make.event(one, name, at=at.isoformat(), quantity=7 + place) for place, one in enumerate(holders)]


def close_and_tell(at: datetime) -> None:
    closing.close_due(at=at)
    outbox.deliver_due(at=at)


def go_on(people: list[Member]) -> None:
    """The night is begun again; what comes late goes on March, which is closed as well."""
    close_and_tell(MORNING)
    make.taken(*events(people[:3], "too late", make.NOON), *events(people[:2], "march", IN_MARCH), at=IN_MARCH)
    close_and_tell(FIRST_OF_APRIL)


def written(people: list[Member]) -> dict[str, Any]:
    """All that a close leaves of these members, without the ids and instants that differ from run to run."""
    of_them = {"member__in": people}
    invoices = Invoice.objects.filter(**of_them).order_by("number")
    lines = InvoiceLine.objects.filter(**of_them).order_by("invoice__number", "position")
    charges = Charge.objects.filter(**of_them).order_by("member", "day", "meter", "billing_month")
    return {
        "invoices": list(invoices.values_list(
            "number", "member", "month", "currency", "usage", "credits_applied", "rounding", "subtotal", "tax", "total",
            "issued_on", "due_on", "status",
        )),
        "lines": list(lines.values_list(
            "invoice__number", "position", "kind", "month_of_use", "meter", "quantity", "amount", "credits", "charged",
            "rounding",
        )),
        "charges": list(charges.values_list("member", "day", "billing_month", "amount", "burned", "owed")),
        "letters": list(Notice.objects.filter(about="invoice", **of_them).order_by("member").values_list("member")),
    }  # fmt: skip


def told() -> dict[str, Any]:
    """What there is once for a month, or once for an invoice, and of whose numbers none is left out."""
    series = InvoiceSeries.objects.annotate(given=Count("invoices")).order_by("code")
    return {
        "open": list(BillingMonth.objects.filter(closed_at__isnull=True)),
        "closed": AuditEvent.objects.filter(action="month.closed").count(),
        "gaps": [one.code for one in series if one.given != one.last],
        "untold": Invoice.objects.count() - OutboxMessage.objects.filter(topic="invoice", state="sent").count(),
        "unwritten": Invoice.objects.count() - Notice.objects.filter(about="invoice").count(),
        "books": findings(),
    }


AS_IT_SHOULD_BE = {"open": [], "closed": 3, "gaps": [], "untold": 0, "unwritten": 0, "books": []}


def undisturbed(people: list[Member]) -> tuple[int, int, dict[str, Any]]:
    """How many statements close the month, how many the whole night has, and what is written in the end."""
    with transaction.atomic():
        with killed_at(None) as closed:
            closing.close_due(at=NIGHT)
        with killed_at(None) as delivered:
            outbox.deliver_due(at=NIGHT)
        go_on(people)
        found = written(people[:5])
        assert told() == AS_IT_SHOULD_BE
        transaction.set_rollback(True)
    return closed.sent, closed.sent + delivered.sent, found


@pytest.mark.parametrize("worker", range(WORKERS))
def test_killed_at_any_statement_and_begun_again_the_books_are_the_same(people, worker):
    of_the_close, of_the_night, wanted = undisturbed(people)
    cuts = [*range(of_the_close), *range(of_the_close, of_the_night, CUT_EACH)]
    assert len(wanted["invoices"]) == 10
    for cut in cuts[worker::WORKERS]:
        with transaction.atomic():
            with killed_at(cut) as night:
                close_and_tell(NIGHT)
            assert night.is_dead
            go_on(people)
            assert (cut, written(people[:5]), told()) == (cut, wanted, AS_IT_SHOULD_BE)
            transaction.set_rollback(True)


def test_use_that_comes_in_after_the_kill_is_invoiced_once(people):
    """It goes on February where the close had not begun, else on March; in either case once."""
    of_the_close, _all, wanted = undisturbed(people)
    between, months = people[5], set()
    for cut in range(0, of_the_close, CUT_EACH):
        with transaction.atomic():
            with killed_at(cut):
                close_and_tell(NIGHT)
            make.taken(*events([between], "between", make.NOON), at=AFTER_THE_KILL)
            go_on(people)
            invoice = Invoice.objects.get(member=between)
            months.add(invoice.month)
            assert (invoice.usage, invoice.lines.get().quantity) == (Decimal("86.1"), 7)
            assert (cut, written(people[:5]), told()) == (cut, wanted, AS_IT_SHOULD_BE)
            transaction.set_rollback(True)
    assert months == {date(2026, 2, 1), date(2026, 3, 1)}
