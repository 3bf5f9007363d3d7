"""What decides who may be a member is changed by staff alone, also on the member's request (upstage/6.5, 9.1)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberKind
from accounts.errors import EmailTaken
from accounts.models import ChangeRequest, Member, User
from accounts.services import information, members, notices
from accounts.services.members import Application
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, Invalid

CLAUSES: Final = ("upstage/6.5", "upstage/9.1")
LONGEST: Final = 80
FIELDS: Final = tuple(ChangeRequest.Field.values)


@enforces("upstage/6.5", "upstage/9.1")
@transaction.atomic
def correct(member_id: int, changes: Mapping[str, str], *, reason: str, by: Any, at: datetime) -> Member:
    """Change name, birth date, kind, business number or country, and tell the member what changed.

    The same checks as for an application: refuses `missing_information`, `under_14`, `invalid_business_number`,
    `invalid` for what is no such value or without a reason, `already_done` where nothing would change.
    """
    if not reason.strip():
        raise Invalid
    member: Member = Member.objects.filter(pk=member_id).locked().select_related("user").get()
    after = checked(member, changes, on=kst_date(at))
    changed = {name: f"{getattr(member, name) or '–'} → {value or '–'}" for name, value in after.items()}
    for name, value in after.items():
        setattr(member, name, value)
    member.save(update_fields=list(after))
    audit.record(
        "member.changed", member, by=by, at=at, about=member, reason=reason, clauses=CLAUSES, facts=changed
    )  # fmt: skip
    _tell(member, at)
    information.settle(member, by=by, at=at)
    return member


def checked(member: Member, changes: Mapping[str, str], *, on: date) -> dict[str, Any]:
    """What would change, as columns of the member; refuses like `correct` and stores nothing."""
    said = {name: _value(name, text.strip()) for name, text in changes.items()}
    after = _fitting({name: getattr(member, name) for name in FIELDS} | said)
    different = {name: value for name, value in after.items() if value != getattr(member, name)}
    if not different:
        raise AlreadyDone
    members.check(replace(Application.of(member), **after), on=on)
    return different


def _fitting(said: dict[str, Any]) -> dict[str, Any]:
    """A firm has no birth date, and an individual no business number."""
    idle: dict[str, Any] = {"born_on": None} if said["kind"] == MemberKind.FIRM else {"business_number": ""}
    return said | idle


def _value(name: str, text: str) -> Any:
    """A column's value from what people write; refuses `invalid`."""
    if name not in FIELDS or len(text) > LONGEST:
        raise Invalid
    if name == "kind" and text not in MemberKind.values or name == "country" and not _is_country(text):
        raise Invalid
    if name != "born_on":
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid from None


def _is_country(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isupper()


def _tell(member: Member, at: datetime) -> None:
    text = notices.compose(
        _("Your information was changed"),
        _(
            "We changed information of your account. Under “Profile” you see what it says now. "
            "If something is wrong, tell us."
        ),
    )
    key = f"profile:{at.isoformat()}"
    notices.notify(member_id=member.pk, about="profile", text=text, key=key, at=at, clauses=["upstage/6.5"])


def set_email(member: Member, email: str) -> None:
    """Give a locked member another address, in the caller's transaction: the old one may be a thief's.

    Refuses `email_taken`.
    """
    address = email.strip().lower()
    taken = User.objects.filter(email__iexact=address).exclude(pk=member.user_id).exists()
    if taken or EmailAddress.objects.filter(email__iexact=address).exclude(user=member.user).exists():
        raise EmailTaken
    EmailAddress.objects.filter(user=member.user).delete()
    EmailAddress.objects.create(user=member.user, email=address, verified=True, primary=True)
    member.user.email = address
    member.user.save(update_fields=["email"])
