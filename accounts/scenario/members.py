"""What scenarios can do with members."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from accounts.enums import MemberKind, MemberStatus
from accounts.errors import NotActive, Restricted
from accounts.models import ApiKey, Document, Member, Notice, User
from accounts.queries import documents_in_force, registration_hold, standing
from accounts.rules import disputes
from accounts.rules.keys import MEMBER_SCOPES
from accounts.services import keys, members, registration, terms
from accounts.services.separation import data_of
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.models import DueItem
from upstage_console.scenarios.arguments import Choice, Date, Flag, Name, NewName, Text, Whole
from upstage_console.scenarios.registry import Happening, action, staff_maker, watches
from upstage_console.scenarios.world import Result, World

A_MEMBER = Name("member", required=True)
A_BUSINESS_NUMBER = "124-81-00998"


@staff_maker
def make_staff(world: World, name: str) -> User:
    """A member of staff with every permission."""
    found = User.objects.filter(email=f"{name}@staff.example").first()
    return found or User.objects.create_superuser(f"{name}@staff.example", name=name)


@action(
    "register",
    {
        "member": NewName("member", required=True, again=True),
        "born": Date(default=date(1990, 1, 1)),
        "country": Text(default="KR"),
        "kind": Choice("individual", "firm", default="individual"),
        "language": Choice("ko", "en", default="ko"),
        "currency": Text(default="KRW"),
        "agree": Flag(default=True),
        "marketing": Flag(default=False),
        "email": Text(),
        "phone": Text(default=""),
        "business_number": Text(),
    },
)
def register(
    world: World, *, member: str, agree: bool, email: str | None, business_number: str | None, **said: Any
) -> Result:
    """Apply, verify the address, and be accepted or held."""
    if not Document.objects.exists():
        terms.load_digests(by=None, at=world.now)
    firm = said["kind"] == MemberKind.FIRM
    application = members.Application(
        email=f"{member}@member.example" if email is None else email,
        name=member,
        kind=said["kind"],
        born_on=None if firm else said["born"],
        business_number=(business_number or A_BUSINESS_NUMBER) if firm else "",
        phone=said["phone"],
        country=said["country"],
        currency=said["currency"],
        language=said["language"],
        agreed_to=[version.document.code for version in documents_in_force(at=world.now)] if agree else [],
        marketing=said["marketing"],
    )
    applied = members.apply(application, password=None, at=world.now)
    row = registration.email_verified(applied.pk, at=world.now)
    world.name("member", member, row.pk)
    return {"status": row.status, "ground": None}


@action(
    "hold_registrations",
    {"on": Flag(required=True), "reason": Choice("facilities", "technical", "operational", default="technical")},
)
def hold_registrations(world: World, *, on: bool, reason: str) -> Result:
    """Reserve acceptance, or accept again from now on."""
    if on:
        registration.hold(reason=reason, by=world.staff("amy"), at=world.now)
    else:
        registration.resume(by=world.staff("amy"), at=world.now)
    return {"on": registration_hold() is not None}


@action("accept_registration", {"member": A_MEMBER})
def accept_registration(world: World, *, member: int) -> Result:
    """Staff accept somebody who waits."""
    return {"status": registration.accept_held(member, by=world.staff("amy"), at=world.now).status}


@action("reject_registration", {"member": A_MEMBER, "ground": Whole(required=True)})
def reject_registration(world: World, *, member: int, ground: int) -> Result:
    """Staff refuse somebody who waits, on a ground of 3.3."""
    row = registration.reject_held(member, ground=ground, reason="", by=world.staff("amy"), at=world.now)
    return {"status": row.status, "clauses": [f"upstage/3.3.{ground}"]}


@action("issue_key", {"member": A_MEMBER, "as": NewName("key")})
def issue_key(world: World, *, member: int, as_: str | None) -> Result:
    """The member makes an API key."""
    owner = Member.objects.get(pk=member)
    key, _secret = keys.issue(member_id=member, name=as_ or "key", scopes=MEMBER_SCOPES, by=owner.user, at=world.now)
    world.name("key", as_, key.public_id)
    return {"key": as_, "active": True}


@action("revoke_key", {"key": Name("key", required=True)})
def revoke_key(world: World, *, key: str) -> Result:
    """The member closes a key."""
    owner = ApiKey.objects.select_related("member__user").get_public(key).member
    keys.revoke(key, member_id=owner.pk, by=owner.user, at=world.now)
    return {"active": False}


@action("governing_law", {"member": A_MEMBER})
def governing_law(world: World, *, member: int) -> Result:
    """Which law, forum and language hold for a dispute with this member."""
    found = disputes.governing_law(Member.objects.get(pk=member).country)
    return {"law": found.law, "forum": found.forum, "language": found.language, "clauses": found.clauses}


@action("show_member", {"member": A_MEMBER})
def show_member(world: World, *, member: int) -> Result:
    """The state of a membership and what may be done under it; upper apps add what they know."""
    row = Member.objects.select_related("user").get(pk=member)
    now = standing(row, at=world.now)
    return {
        "status": row.status,
        "standing": "in_order" if now.may_use else "restricted",
        "may_use": now.may_use,
        "restrictions": [restriction.kind for restriction in now.restrictions],
        "language": row.language,
        "law": disputes.governing_law(row.country).law,
        "data": data_of(row),
    }


@action("check_access", {"member": A_MEMBER, "service": Text(required=True)})
def check_access(world: World, *, member: int, service: str) -> Result:
    """Whether the member may use services now, and if not, why; what the balance allows is another question."""
    now = standing(Member.objects.get(pk=member), at=world.now)
    if now.may_use:
        return {"allowed": True, "reason": None, "clauses": []}
    if now.status != MemberStatus.ACTIVE:
        return {"allowed": False, "reason": NotActive.code, "clauses": list(NotActive.rests_on)}
    first = now.restrictions[0]
    return {"allowed": False, "reason": Restricted.code, "clauses": list(first.clauses)}


@action("notices", {"member": A_MEMBER, "about": Text()})
def notices_sent(world: World, *, member: int, about: str | None) -> Result:
    """What the member was told, oldest first."""
    sent = Notice.objects.filter(member_id=member).order_by("pk")
    if about:
        sent = sent.filter(about=about)
    shown = [{"about": one.about, "on": kst_date(one.at), "stage": _stage(one.stage)} for one in sent]
    return {"count": len(shown), "notices": shown}


def _stage(stage: str) -> int | str | None:
    return int(stage) if stage.isdigit() else stage or None


@action("due_items", {"kind": Text(required=True), "about": Name("member")})
def due_items(world: World, *, kind: str, about: int | None) -> Result:
    """Open obligations of a kind, also about one member alone."""
    items = DueItem.objects.filter(kind=kind, state__in=DueItem.OPEN_STATES)
    if about is not None:
        items = items.filter(about=Member.objects.get(pk=about).public_id)
    shown = [{"kind": item.kind, "due_at": item.due_at, "state": item.state} for item in items]
    return {"count": len(shown), "items": shown}


@watches("notices")
def notices_between_steps(world: World, mark: int) -> Iterable[Happening]:
    """Notices that went out by themselves."""
    for notice in Notice.objects.filter(pk__gt=mark).select_related("member").order_by("pk"):
        yield Happening(notice.pk, notice.at, f"notice: {notice.subject_ko}", notice.member.name, tuple(notice.clauses))
