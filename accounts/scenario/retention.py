"""What scenarios can ask about how long data is kept."""

from datetime import date

from accounts.enums import RecordType
from accounts.rules.retention import kept_until
from upstage_console.scenarios.arguments import Choice, Date, Name
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World


@action(
    "retention",
    {
        "member": Name("member", required=True),
        "record": Choice(*RecordType.values, required=True),
        "since": Date(required=True),
    },
)
def retention(world: World, *, member: int, record: str, since: date) -> Result:
    """Until when the law keeps a record of this kind."""
    return {"kept_until": kept_until(record, since)}
