"""The jobs over all members beside plain SQL that writes the same rows, and each killed half-way and run again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Consent, Document, KeptRecord, Member, Notice, Restriction
from accounts.services import telling
from benchmarks import bulk, jobs, leaving, measuring, seeding, supporting
from benchmarks.killing import KILLED_COLUMNS, Killed, killed
from benchmarks.measuring import Measured, measure
from benchmarks.results import Found, Table
from benchmarks.sizes import Size
from benchmarks.turns import say
from contracts.models import CaseClock
from credits.models import Entry
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import day_start, kst_date

AT = datetime(2027, 3, 3, 3, 0, tzinfo=UTC)


def measured(size: Size, existing: int) -> Found:
    """Every job over so many members. Fails where a repeat does anything, or a kill leaves out or tells twice."""
    with clock.fixed(AT):
        run = _Jobs(existing)
        run.everything()
    tables = [
        Table(f"Jobs over {existing:,} members", measuring.COLUMNS, [one.line() for one in run.done]),
        Table("Jobs killed half-way and run again", KILLED_COLUMNS, [one.line() for one in run.kills]),
    ]
    return Found("jobs", existing, [], tables)


class _Jobs:
    """One run of every job; what it measured."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.done: list[Measured] = []
        self.kills: list[Killed] = []

    def everything(self) -> None:
        first = seeding.everybody(self.count, at=AT)
        document = seeding.agreed_terms(first, at=AT)
        bulk.settle()
        self.terms(document)
        self.dormancy()
        self.ended(first)
        self.expiry()
        self.leaving()
        self.cases()

    def measured(self, name: str, at: datetime, step: str = "") -> int:
        """Run a job; a repeat does nothing. `step`: the one of its steps that has anything to do."""
        result = measure(f"{name}: {step}" if step else name, self.count, lambda: jobs.run(name, at))
        say(f"jobs: {result.name}, {result.seconds:.1f} s")
        self.done.append(result)
        assert jobs.run(name, at) == 0, name
        return result.done

    def killed(self, name: str, at: datetime, rows: Callable[[], int], count: int) -> None:
        self.kills.append(killed(name, at, rows, count))

    def terms(self, document: Document) -> None:
        """Announcing a version to all, and the deemed consents once it is in force, on stale statistics."""
        version = seeding.version_of(document, AT + timedelta(days=40), AT)
        self.measured("announce terms to all", AT)
        self.measured("deemed consents", day_start(version.effective_on))
        late = AT + timedelta(days=100)
        other = seeding.version_of(document, late + timedelta(days=40), late)
        told, agreed = Notice.objects.filter(key=telling.key_of(other)), Consent.objects.filter(version=other)
        self.killed("announce terms to all", late, told.count, self.count)
        self.killed("deemed consents", day_start(other.effective_on), agreed.count, self.count)

    def dormancy(self) -> None:
        """Telling whose year without use ends soon, and restricting them once it has."""
        idle = self.measured("dormancy", AT, "tell")
        Member.objects.filter(last_used_on__lt=kst_date(AT)).update(last_used_on=kst_date(AT - timedelta(days=349)))
        told = Notice.objects.filter(about="dormancy")
        self.killed("dormancy", AT, told.count, idle)
        later = AT + timedelta(days=45)
        self.measured("dormancy", later, "restrict")
        dormant = Restriction.objects.filter(kind="dormant")
        dormant.delete()
        self.killed("dormancy", later, dormant.count, idle)

    def ended(self, first: Member) -> None:
        """Everybody's suspension ends in the same night; later, another one of everybody."""
        noted = Restriction.objects.filter(end_noted_at__isnull=False)
        for day in (50, 53):
            start = AT + timedelta(days=day)
            seeding.suspensions(first, at=start, ends_at=start + timedelta(days=1))
        self.measured("end of restrictions", AT + timedelta(days=52))
        self.killed("end of restrictions", AT + timedelta(days=55), noted.count, self.count)

    def expiry(self) -> None:
        """Everybody's credits expire on the same day; later, others of everybody."""
        days = [kst_date(AT + timedelta(days=day)) for day in (60, 70, 300)]
        leaving.credits(days, at=AT)
        self.measured("expiry of credits", AT + timedelta(days=61))
        self.measured("notices of expiry", AT + timedelta(days=61))
        expired = Entry.objects.filter(kind="expiry")
        self.killed("expiry of credits", AT + timedelta(days=71), expired.count, self.count)
        told = Notice.objects.filter(about__startswith="credit_expir")
        self.killed("notices of expiry", AT + timedelta(days=71), told.count, self.count)

    def leaving(self) -> None:
        """A tenth of the members has left, and later another tenth: their credits are void, their data goes apart."""
        some = self.count // 10
        for day in (100, 110):
            leaving.departures(some, kst_date(AT + timedelta(days=day)), at=AT + timedelta(days=day - 30))
        over, later = AT + timedelta(days=102), AT + timedelta(days=112)
        self.measured("voiding of credits", over)
        self.measured("separation of data", over)
        self.killed("voiding of credits", later, Entry.objects.filter(kind="void").count, some)
        apart: QuerySet[KeptRecord] = KeptRecord.objects.filter(record="contract")
        self.killed("separation of data", later, apart.count, some)

    def cases(self) -> None:
        """As many open support cases as there are members: the answers of all are missed in one night, twice."""
        policies = supporting.customers(max(self.count // supporting.OF_A_CUSTOMER, 1), at=AT)
        count = len(policies) * supporting.OF_A_CUSTOMER
        for day in (120, 130):
            due_at = AT + timedelta(days=day)
            supporting.open_cases(policies, opened_at=due_at - timedelta(hours=2), due_at=due_at)
            if day == 120:
                bulk.settle()
                self.measured("targets of cases", due_at + timedelta(hours=1))
        missed = CaseClock.objects.filter(breached_at__isnull=False)
        self.killed("targets of cases", AT + timedelta(days=131), missed.count, count)
