"""What scenarios can do about the safety of accounts: log-ins, theft, identity (upstage/6.3, 6.4, 26.2)."""

from accounts.enums import RestrictionKind
from accounts.models import Member
from accounts.queries import restrictions_of, standing
from accounts.services import activity, dormancy, theft
from upstage_console.scenarios.arguments import Name
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World

A_MEMBER = Name("member", required=True)


@action("log_in", {"member": A_MEMBER})
def log_in(world: World, *, member: int) -> Result:
    """The member logs in, which is use of the account and never stopped."""
    activity.note_use([member], at=world.now)
    return {"status": Member.objects.get(pk=member).status}


@action("report_theft", {"member": A_MEMBER})
def report_theft(world: World, *, member: int) -> Result:
    """The member tells that the account was stolen."""
    user = Member.objects.select_related("user").get(pk=member).user
    found = theft.report(member, by=user, at=world.now)
    return {"standing": _standing(member, world), "keys_revoked": found.keys_revoked}


@action("verify_identity", {"member": A_MEMBER})
def verify_identity(world: World, *, member: int) -> Result:
    """Who the member is, is known: to staff where the account is locked, by the log-in where it is dormant."""
    locked = restrictions_of(member, at=world.now).filter(kind=RestrictionKind.LOCKED).exists()
    if locked:
        theft.verify_identity(member, how="시나리오에서 확인했습니다.", by=world.staff("amy"), at=world.now)
    else:
        user = Member.objects.select_related("user").get(pk=member).user
        dormancy.wake(member, by=user, at=world.now)
    return {"standing": _standing(member, world), "keys_revoked": 0}


def _standing(member: int, world: World) -> str:
    return "in_order" if standing(Member.objects.get(pk=member), at=world.now).may_use else "restricted"
