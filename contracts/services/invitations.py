"""The mail by which somebody comes to their seat: a link to choose a password, or the way to log in (rift/6.1).

The link proves that they read the mail of the address, and opens the account once: with the password it is spent.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.errors import LinkSpent
from accounts.models import Member, User
from contracts.models import Seat
from contracts.queries.people import is_open
from upstage_console.kernel import audit, clock, outbox
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.wording import day

TOPIC: Final = "seat_invitation"
SALT: Final = "seat-invitation"
LINK_LASTS: Final = timedelta(days=7)
"""The terms name no time; this is the console's own, and who comes too late is invited again."""


def put(seat: Seat, *, at: datetime) -> None:
    """Mail the way in, after the transaction that gives the seat."""
    outbox.put(TOPIC, f"{seat.public_id}:{at.isoformat()}", {"seat": seat.pk}, at=at)


@outbox.deliverer(TOPIC)
def deliver(payload: Mapping[str, Any]) -> None:
    """Mail it, unless the seat was taken back meanwhile."""
    seat = Seat.objects.select_related("user", "contract__customer__firm").get(pk=payload["seat"])
    at = clock.now()
    if is_open(seat, at):
        mail_of(seat, at=at).send()


def mail_of(seat: Seat, *, at: datetime) -> EmailMultiAlternatives:
    """The mail, in the language the seat was given in."""
    user = seat.user
    assert user is not None  # noqa: S101 – who has no account is not invited
    has_password, last = not _is_new(user), day((at + LINK_LASTS).date(), user.language)
    with translation.override(user.language):
        subject = _("You have access to “%(contract)s”") % {"contract": seat.contract.title}
        body = _("%(firm)s gave you a seat (%(role)s) of this contract in the console.") % {
            "firm": seat.contract.customer, "role": seat.get_role_display()
        }  # fmt: skip
        until = "" if has_password else _("The link is only for you, works once and until %(until)s.") % {"until": last}
        shown = {
            "member": {"name": seat.name, "language": user.language}, "subject": subject, "until": until,
            "body": body, "link": address(seat, at=at), "has_password": has_password,
        }  # fmt: skip
        mail = EmailMultiAlternatives(subject, render_to_string("emails/seat_invitation.txt", shown), to=[user.email])
        mail.attach_alternative(render_to_string("emails/seat_invitation.html", shown), "text/html")
    return mail


def address(seat: Seat, *, at: datetime) -> str:
    """Where to go: the page to choose a password or, for who has one, the contract."""
    assert seat.user is not None  # noqa: S101
    if not _is_new(seat.user):
        return settings.SITE_URL + reverse("contract", args=[seat.contract.public_id])
    said = {"seat": seat.public_id, "until": (at + LINK_LASTS).isoformat(), "of": _placeholder(seat.user)}
    token = signing.dumps(said, salt=SALT)
    return settings.SITE_URL + reverse("invitation", args=[token])


def _is_new(user: User) -> bool:
    """Whether nobody chose a password yet; a member whose account is locked comes back in the member's way only."""
    return not user.has_usable_password() and not Member.objects.filter(user=user).exists()


def _placeholder(user: User) -> str:
    """What stands for the password that nobody chose: a link opens nothing once it was replaced, however."""
    return sha256(user.password.encode()).hexdigest()[:16]


def seat_of(token: str, *, at: datetime) -> Seat:
    """Whose link it is. Refuses `link_spent` where it is too old, was used, its seat is gone, or it is none of ours."""
    try:
        said = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise LinkSpent(clauses=["rift/6.1"]) from None
    seat: Seat = Seat.objects.select_related("user", "contract__customer__firm").get_public(said["seat"])
    is_good = at < datetime.fromisoformat(said["until"]) and is_open(seat, at)
    if not is_good or seat.user is None or not _is_new(seat.user) or said["of"] != _placeholder(seat.user):
        raise LinkSpent(clauses=["rift/6.1"])
    return seat


@enforces("rift/6.1", "rift/6.2")
@transaction.atomic
def accept(token: str, password: str, *, at: datetime) -> User:
    """Set the password of who was invited; their address counts as verified, since the link came there.

    Refuses `link_spent`.
    """
    seat = seat_of(token, at=at)
    assert seat.user is not None  # noqa: S101 – seat_of has seen to it
    user = User.objects.select_for_update(no_key=True).get(pk=seat.user.pk)
    if not _is_new(user) or user.password != seat.user.password:
        raise LinkSpent(clauses=["rift/6.1"])
    user.set_password(password)
    user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )  # fmt: skip
    audit.record("seat.accepted", seat, by=user, at=at, about=seat.customer, clauses=["rift/6.1"])
    return user
