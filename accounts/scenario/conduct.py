"""What scenarios can do about conduct: reports, sanctions, suspensions, objections (upstage/7, 11, 26)."""

from collections.abc import Mapping
from typing import Any

from accounts.enums import LADDER, RestrictionKind, SanctionKind, SanctionStatus
from accounts.models import Member, Sanction
from accounts.queries import restrictions_of, standing
from accounts.services import cases, objections, restoring, restrictions, sanctions
from accounts.services.sanctions import Measure
from accounts.services.statements import Finding
from upstage_console.kernel.calendars import kst_date, last_day
from upstage_console.kernel.errors import AlreadyDone
from upstage_console.scenarios.arguments import Choice, Fields, Flag, Name, NewName, Staff, Text, Whole
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World

A_MEMBER = Name("member", required=True)
A_SANCTION = Name("sanction", required=True)
FINDING = Finding("시나리오에서 확인한 사실입니다.", "Facts found in the scenario.")
ITEMS_OF_EMERGENCIES = "upstage/11.1."
LIFTED_AS = {"sanction": LADDER, "suspension": (SanctionKind.STOP,)}
LIFTED_KINDS = {"dormancy": (RestrictionKind.DORMANT, "upstage/26.2"), "lock": (RestrictionKind.LOCKED, "upstage/6.4")}
WHY = "시나리오에서 풀었습니다."


@action(
    "sanction",
    {
        "member": A_MEMBER,
        "stage": Choice(*LADDER, required=True),
        "ground": Text(required=True),
        "days": Whole(),
        "skip": Fields({"reason": Text(default=""), "approver": Staff(default=None)}),
        "by": Staff(),
        "as": NewName("sanction"),
    },
)
def sanction(
    world: World, *, member: int, stage: str, skip: Mapping[str, Any] | None, by: Any, as_: str | None, **said: Any
) -> Result:
    """Staff take a step of the ladder; a skipped one needs its reason and a second person."""
    skipped = skip or {"reason": "", "approver": None}
    measure = Measure(
        kind=SanctionKind(stage), finding=FINDING, skip_reason=skipped["reason"] or "", ground=said["ground"],
        days=said["days"],
    )  # fmt: skip
    row = sanctions.impose(member, measure, by=by, at=world.now, approver=skipped["approver"])
    world.name("sanction", as_, row.public_id)
    return {"stage": row.kind, **_told(row, as_)}


@action(
    "suspend",
    {"member": A_MEMBER, "ground": Whole(required=True), "days": Whole(), "by": Staff(), "as": NewName("sanction")},
)
def suspend(world: World, *, member: int, ground: int, days: int | None, by: Any, as_: str | None) -> Result:
    """Staff stop use at once on a ground of 11.1."""
    measure = Measure(SanctionKind.STOP, f"{ITEMS_OF_EMERGENCIES}{ground}", FINDING, days=days)
    row = sanctions.impose(member, measure, by=by, at=world.now)
    world.name("sanction", as_, row.public_id)
    return _told(row, as_)


def _told(row: Sanction, name: str | None) -> dict[str, Any]:
    return {
        "sanction": name,
        "starts_on": kst_date(row.starts_at),
        "ends_on": last_day(row.ends_at) if row.ends_at else None,
        "statement": row.statement.public_id,
        "object_until": row.object_until,
        "clauses": row.clauses,
    }


@action("lift", {"member": A_MEMBER, "what": Choice("sanction", "suspension", "dormancy", "lock", required=True)})
def lift(world: World, *, member: int, what: str) -> Result:
    """Staff take a restriction off before its time."""
    if what in LIFTED_KINDS:
        _lift_kind(world, member, what)
    else:
        _lift_measures(world, member, what)
    return {"standing": _standing(member, world)}


def _lift_measures(world: World, member: int, what: str) -> None:
    """Whatever closes something, of the kinds asked for; a “suspension” is also one of the ladder where no other is."""
    held = Sanction.objects.filter(
        member=member, status=SanctionStatus.IN_FORCE, pk__in=restrictions_of(member, at=world.now).values("sanction")
    ).order_by("pk")
    found = held.filter(kind__in=LIFTED_AS[what])
    if what == "suspension" and not found:
        found = held.filter(kind=SanctionKind.SUSPENSION)
    if not found:
        raise AlreadyDone
    for row in found:
        restoring.lift(row.pk, why=WHY, by=world.staff("amy"), at=world.now)


def _lift_kind(world: World, member: int, what: str) -> None:
    kind, clause = LIFTED_KINDS[what]
    row = Member.objects.filter(pk=member).locked().get()
    if not restrictions.lift_kind(row, kind, why=WHY, clauses=[clause], by=world.staff("amy"), at=world.now):
        raise AlreadyDone


@action("object", {"member": A_MEMBER, "sanction": A_SANCTION, "text": Text(required=True)})
def object_(world: World, *, member: int, sanction: str, text: str) -> Result:
    """The member objects to a sanction."""
    user = Member.objects.select_related("user").get(pk=member).user
    objections.object(member_id=member, sanction_id=sanction, text=text, by=user, at=world.now)
    return {"standing": _standing(member, world), "sanctions": _sanctions(member)}


@action(
    "decide_objection",
    {"member": A_MEMBER, "sanction": A_SANCTION, "uphold": Flag(required=True), "by": Staff(default="second")},
)
def decide_objection(world: World, *, member: int, sanction: str, uphold: bool, by: Any) -> Result:
    """Somebody who had no part in the sanction decides the objection."""
    row = Sanction.objects.filter(member=member).select_related("objection").get_public(sanction)
    objections.decide(row.objection.pk, uphold=uphold, answer="시나리오의 답입니다.", by=by, at=world.now)
    return {"standing": _standing(member, world), "sanctions": _sanctions(member)}


@action(
    "report_conduct",
    {"member": A_MEMBER, "ground": Text(required=True), "score": Whole(default=1), "as": NewName("report")},
)
def report_conduct(world: World, *, member: int, ground: str, score: int, as_: str | None) -> Result:
    """Staff note conduct that may violate a duty; it adds up and restricts nobody."""
    told = cases.Told(ground=ground, score=score)
    found = cases.report_conduct(member, told, by=world.staff("amy"), at=world.now)
    world.name("report", as_, found.report.public_id)
    return {"score": found.score, "proposals": list(found.proposals)}


def _standing(member: int, world: World) -> str:
    return "in_order" if standing(Member.objects.get(pk=member), at=world.now).may_use else "restricted"


def _sanctions(member: int) -> list[dict[str, str]]:
    rows = Sanction.objects.filter(member=member).order_by("pk")
    return [{"stage": row.kind, "status": row.status} for row in rows]
