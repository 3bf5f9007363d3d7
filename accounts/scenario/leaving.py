"""What scenarios can do about leaving and coming back."""

from typing import Any

from accounts.enums import SanctionKind
from accounts.models import Member, Sanction
from accounts.services import disqualification, leaving, objections, rejoining
from accounts.services.statements import Finding
from upstage_console.kernel.errors import NotFound
from upstage_console.scenarios.arguments import Flag, Name, Staff, Text, Whole
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World

A_MEMBER = Name("member", required=True)
FINDING = Finding("시나리오에서 확인한 사실입니다.", "Facts found in the scenario.")


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


@action("disqualify", {"member": A_MEMBER, "ground": Whole(required=True), "by": Staff()})
def disqualify(world: World, *, member: int, ground: int, by: Any) -> Result:
    """Staff take the membership away, on an item of 3.3."""
    loss = disqualification.disqualify(member, ground=ground, finding=FINDING, by=by, at=world.now)
    return {
        "status": loss.member.status,
        "appeal_until": loss.object_until,
        "kept_until": loss.kept_until,
        "clauses": loss.clauses,
    }


@action("appeal", {"member": A_MEMBER, "text": Text(required=True)})
def appeal(world: World, *, member: int, text: str) -> Result:
    """Who lost the membership submits the one statement of 3.4."""
    row, loss = Member.objects.select_related("user").get(pk=member), _loss(member)
    objections.object(member_id=member, sanction_id=loss.public_id, text=text, by=row.user, at=world.now)
    return {"status": row.status, "clauses": ["upstage/3.4"]}


@action("decide_appeal", {"member": A_MEMBER, "uphold": Flag(required=True), "by": Staff(default="second")})
def decide_appeal(world: World, *, member: int, uphold: bool, by: Any) -> Result:
    """Somebody else decides the statement."""
    statement = getattr(_loss(member), "objection", None)
    if statement is None:
        raise NotFound
    objections.decide(statement.pk, uphold=uphold, answer="시나리오의 답입니다.", by=by, at=world.now)
    return {"status": Member.objects.get(pk=member).status, "clauses": ["upstage/3.4"]}


def _loss(member: int) -> Sanction:
    """The last loss of this membership."""
    row = Sanction.objects.filter(member=member, kind=SanctionKind.LOSS).order_by("pk").last()
    if row is None:
        raise NotFound
    return row
