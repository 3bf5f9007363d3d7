"""What scenarios can do with members' data and with advertising."""

from django.core.files.base import ContentFile

from accounts.models import Member, StoredData
from accounts.rules.advertising import reconfirm_by, result_notice_by
from accounts.rules.storage import CLAUSES
from accounts.services import campaigns, marketing, stored_data
from accounts.services.campaigns import Advert
from accounts.services.stored_data import Content
from upstage_console.scenarios.arguments import Choice, Flag, Name, NewName
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World

A_MEMBER = Name("member", required=True)


@action(
    "store_data",
    {
        "member": A_MEMBER,
        "source": Choice("async_input", "async_output", "console", "sync", required=True),
        "as": NewName("data"),
    },
)
def store_data(world: World, *, member: int, source: str, as_: str | None) -> Result:
    """The gateway hands over content of a call, or the console of a page."""
    content = Content(source=source, file=ContentFile(b"content"), since=world.now, name=as_ or "")
    row = stored_data.store(member, content, by=None, at=world.now)
    clauses = [CLAUSES[source]]
    if row is None:
        return {"stored": False, "destroy_at": None, "clauses": clauses}
    world.name("data", as_, row.public_id)
    return {"stored": True, "destroy_at": row.destroy_at, "clauses": clauses}


@action("inference_ended", {"data": Name("data", required=True)})
def inference_ended(world: World, *, data: str) -> Result:
    """The gateway says that the inference of an asynchronous input has ended."""
    stored_data.inference_ended(data, by=None, at=world.now)
    return {"clauses": ["upstage/22.5"]}


@action("show_data", {"data": Name("data", required=True)})
def show_data(world: World, *, data: str) -> Result:
    """What became of stored content."""
    row: StoredData = StoredData.objects.get_public(data)
    has_file = bool(row.file) and row.file.storage.exists(row.file.name or "")
    return {"destroyed": row.destroyed_at is not None, "destroyed_at": row.destroyed_at, "has_file": has_file}


@action(
    "consent_to_marketing",
    {"member": A_MEMBER, "given": Flag(required=True), "night": Flag(default=False)},
)
def consent_to_marketing(world: World, *, member: int, given: bool, night: bool) -> Result:
    """The member agrees to advertising, or refuses it."""
    owner = Member.objects.select_related("user").get(pk=member)
    row = marketing.answer(member, given=given, night=night, by=owner.user, at=world.now)
    return {
        "reconfirm_by": reconfirm_by(row.at) if row.given else None,
        "result_notice_by": result_notice_by(row.at),
        "clauses": list(marketing.CLAUSES),
    }


@action("send_marketing", {"member": A_MEMBER, "channel": Choice("email", "sms", default="email")})
def send_marketing(world: World, *, member: int, channel: str) -> Result:
    """Staff send an advertisement to one member."""
    advert = Advert("새 기능", "New features", "새 기능을 소개합니다.", "Have a look at what is new.", channel)
    campaigns.send_to(member, advert, by=world.staff("amy"), at=world.now)
    return {"sent": True, "clauses": list(marketing.CLAUSES)}
