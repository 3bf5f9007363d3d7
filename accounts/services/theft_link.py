"""The link by which somebody who can't log in reports that their account was stolen (upstage/6.4).

It proves that they read the mail of the account, nothing more: enough to close it, never to open it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.errors import LinkSpent
from accounts.models import Member
from upstage_console.kernel import clock, outbox
from upstage_console.kernel.models import AuditEvent

LINK_LASTS: Final = timedelta(days=7)
"""The terms name no time; this is the console's own."""
SALT: Final = "theft"


@transaction.atomic
def ask(email: str, *, at: datetime) -> None:
    """Mail a link to the address where it is a member's; where it is nobody's, nothing tells so."""
    member = Member.objects.filter(user__email__iexact=email.strip()).first()
    if member is not None:
        outbox.put("theft_link", f"{member.public_id}:{at.isoformat()}", {"member": member.public_id}, at=at)


@outbox.deliverer("theft_link")
def deliver(payload: Mapping[str, Any]) -> None:
    """Mail the link, in the member's language."""
    member: Member = Member.objects.select_related("user").get_public(payload["member"])
    with translation.override(member.language):
        body = render_to_string("emails/theft_link.txt", {"link": address(member, at=clock.now()), "member": member})
        EmailMessage(_("Close your stolen account"), body, to=[member.user.email]).send()


def address(member: Member, *, at: datetime) -> str:
    """The whole link, good for one report within seven days."""
    token = signing.dumps({"member": member.public_id, "at": at.isoformat()}, salt=SALT)
    return settings.SITE_URL + reverse("theft-report", args=[token])


def member_of(token: str, *, at: datetime) -> Member:
    """The member of a link; refuses `link_spent` where it is too old, was used, or is no link of ours."""
    try:
        said = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise LinkSpent from None
    made = datetime.fromisoformat(said["at"])
    member: Member = Member.objects.select_related("user").get_public(said["member"])
    used = AuditEvent.objects.filter(subject=member.public_id, action="member.stolen", at__gte=made)
    if at >= made + LINK_LASTS or used.exists():
        raise LinkSpent
    return member
