"""The one action of the runner itself."""

from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import World


@action("settle")
def settle(world: World) -> None:
    """Run every job due now, without moving the clock."""
    world.run_jobs()
