"""Pages: how many statements each takes, and how long the server, with few members and with many."""

from dataclasses import replace

from accounts.models import User
from benchmarks import bulk, jobs, pages, seeding
from benchmarks.filling import filled
from benchmarks.pages import Page
from benchmarks.results import Found, Ratio, Table, figure
from benchmarks.sizes import Size
from benchmarks.turns import say
from upstage_console.kernel import clock

MOST_QUERIES, OF_FEW_MEMBERS = 20, 1.5
"""Wanted at most: statements of a page, and of its time with a hundred members."""
USES_EACH = 10
SLOW = 0.1
"""Seconds after which a statement of a page is told."""


def measured(size: Size, existing: int) -> Found:
    """Every page of a member and every list of the back office, among `existing` members."""
    say(f"pages: filling {existing:,} members")
    first = filled(replace(size, members=existing, charged=min(size.charged, existing)), USES_EACH * existing).first
    at = clock.now()
    seeding.version_of(seeding.agreed_terms(first, at=at), at, at)
    jobs.run("announce terms to all", at)
    staff = User.objects.create(email="staff@bench.example", is_staff=True, is_superuser=True, date_joined=at)
    bulk.settle()
    with pages.signed_in(first.user) as client:
        found = pages.of_members(client)
    with pages.signed_in(staff) as client:
        found += pages.of_staff(client)
    for page in found:
        _tell_slow(page)
    most = max(found, key=lambda page: len(page.statements))
    ratio = Ratio(
        f"Statements of the page with most, {most.name}", MOST_QUERIES, len(most.statements), "", 1, less_is_better=True
    )
    times = {page.name: page.seconds * 1000 for page in found}
    return Found("pages", existing, [ratio], [_table(found, existing)], times)


def compared(few: Found, many: Found) -> list[Ratio]:
    """All pages together, and the one that loses most."""
    both = [name for name in few.figures if name in many.figures]
    worst = max(both, key=lambda name: many.figures[name] / few.figures[name])
    beside = f"{many.existing:,} members beside {few.existing:,}"
    before, now = (sum(found.figures[name] for name in both) for found in (few, many))
    return [
        Ratio(f"All pages, {beside}", before, now, "ms", OF_FEW_MEMBERS, less_is_better=True),
        Ratio(f"{worst}, {beside}", few.figures[worst], many.figures[worst], "ms", OF_FEW_MEMBERS, less_is_better=True),
    ]


def _table(found: list[Page], existing: int) -> Table:
    rows = [
        [page.name, f"{len(page.statements)}", figure(page.seconds * 1000), figure(page.in_database * 1000)]
        for page in sorted(found, key=lambda page: -page.seconds)
    ]
    return Table(f"Pages with {existing:,} members", ["page", "statements", "ms", "of which database"], rows)


def _tell_slow(page: Page) -> None:
    for seconds, statement in page.statements:
        if seconds > SLOW:
            say(f"pages: {page.name}, {seconds:.2f} s: {statement[:300]}")
