"""What scenarios can do about leaving and coming back."""

from accounts.models import Member
from accounts.services import leaving, rejoining
from upstage_console.scenarios.arguments import Name
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World

A_MEMBER = Name("member", required=True)


@action("withdraw", {"member": A_MEMBER})
def withdraw(world: World, *, member: int) -> Result:
    """The member leaves."""
    row = Member.objects.select_related("user").get(pk=member)
    departure = leaving.withdraw(member, by=row.user, at=world.now)
    row.refresh_from_db()
    return {"status": row.status, "credits_kept_until": departure.kept_until, "clauses": list(leaving.CLAUSES)}


@action("request_rejoin", {"member": A_MEMBER})
def request_rejoin(world: World, *, member: int) -> Result:
    """Who left asks to come back."""
    row = Member.objects.select_related("user").get(pk=member)
    rejoining.ask(member, by=row.user, at=world.now)
    return {"status": row.status, "clauses": list(rejoining.CLAUSES)}


@action("approve_rejoin", {"member": A_MEMBER})
def approve_rejoin(world: World, *, member: int) -> Result:
    """Staff let somebody come back."""
    row = rejoining.approve(member, by=world.staff("amy"), at=world.now)
    return {"status": row.status, "clauses": list(rejoining.CLAUSES)}


@action("decline_rejoin", {"member": A_MEMBER})
def decline_rejoin(world: World, *, member: int) -> Result:
    """Staff do not let somebody come back."""
    row = rejoining.decline(member, by=world.staff("amy"), at=world.now)
    return {"status": row.status, "clauses": list(rejoining.CLAUSES)}
