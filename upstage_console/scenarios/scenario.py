"""What the runner itself brings: one action, and the kernel's history as automatic events."""

from collections.abc import Iterator

from upstage_console.kernel.models import AuditEvent
from upstage_console.scenarios.registry import Happening, action, watches
from upstage_console.scenarios.world import World


@action("settle")
def settle(world: World) -> None:
    """Run every job due now, without moving the clock."""
    world.run_jobs()


@watches("history", in_steps=False)
def history(world: World, mark: int) -> Iterator[Happening]:
    """What the jobs did, as it stands in the audit history."""
    for event in AuditEvent.objects.filter(pk__gt=mark).order_by("pk"):
        yield Happening(
            mark=event.pk,
            at=event.at,
            what=event.action,
            about=world.label(event.about) or world.label(event.subject),
            clauses=tuple(event.clauses),
            facts=event.facts,
        )
