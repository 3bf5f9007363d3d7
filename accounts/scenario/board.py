"""What scenarios can do with versions of APIs (upstage/12-2)."""

from datetime import date

from accounts.models import ApiVersion
from accounts.rules.api_versions import earliest_end
from accounts.services import api_versions
from upstage_console.kernel.calendars import kst_date
from upstage_console.scenarios.arguments import Date, Flag, Text
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World


@action("change_api", {"service": Text(required=True), "version": Text(required=True), "beta": Flag(default=False)})
def change_api(world: World, *, service: str, version: str, beta: bool) -> Result:
    """A new version of a service's API comes out; the form before it stays for a while."""
    by = world.staff("amy")
    row = api_versions.change(service=service, version=version, is_beta=beta, by=by, at=world.now)
    return {"old_until": row.old_until, "clauses": ["upstage/12-2.6" if beta else "upstage/12-2.2"]}


@action(
    "end_api_version",
    {"service": Text(required=True), "version": Text(required=True), "ends_on": Date(required=True)},
)
def end_api_version(world: World, *, service: str, version: str, ends_on: date) -> Result:
    """The end of a version is announced; one that was never named before is taken as being there."""
    by = world.staff("amy")
    if not ApiVersion.objects.filter(service=service, version=version).exists():
        api_versions.record(service=service, version=version, by=by, at=world.now)
    row = api_versions.end(service=service, version=version, ends_on=ends_on, by=by, at=world.now)
    return {
        "ends_on": row.ends_on,
        "earliest_on": earliest_end(kst_date(world.now), is_beta=row.is_beta),
        "clauses": ["upstage/12-2.4"],
    }
