"""A login that serves more than a membership outlives it: what is kept of the membership gets a login of its own that
opens nothing, and the person goes on with the old one (upstage/21.1). A fixed number of statements for many.
"""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db.models import Case, F, IntegerField, Value, When

from accounts.models import Member, User
from accounts.services import kept_parts
from accounts.services.kept_parts import Ids
from accounts.services.logins import UNROUTABLE
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.models import AuditEvent, Transition


def part(ids: Ids, *, at: datetime) -> int:
    """Part these locked members from logins that are used elsewhere; returns how many.

    What they did as members is theirs no longer by name: history names the login that opens nothing.
    """
    require_transaction()
    members = list(Member.objects.filter(pk__in=ids))
    staying = kept_parts.used_elsewhere([member.user_id for member in members], at)
    parted = [member for member in members if member.user_id in staying]
    if parted:
        _give_logins(parted, at)
    return len(parted)


def _give_logins(members: list[Member], at: datetime) -> None:
    closed = make_password(None)
    made = User.objects.bulk_create(
        User(email=f"{member.public_id}{UNROUTABLE}", password=closed, is_active=False, date_joined=at)
        for member in members
    )
    whose = [When(actor=member.user_id, then=Value(user.pk)) for member, user in zip(members, made, strict=True)]
    names, logins = [member.public_id for member in members], [member.user_id for member in members]
    for member, user in zip(members, made, strict=True):
        member.user = user
    Member.objects.bulk_update(members, ["user"])
    own = Case(*whose, default=F("actor_id"), output_field=IntegerField())
    about = AuditEvent.objects.filter(about__in=names)
    Transition.objects.filter(subject__in=about.values("subject"), actor__in=logins).forget(actor_id=own)
    about.filter(actor__in=logins).forget(actor_id=own)
