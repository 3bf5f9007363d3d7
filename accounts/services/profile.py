"""What members change about themselves (upstage/6.5)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Member
from accounts.services import information
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces


@enforces("upstage/6.5", "upstage/27")
@transaction.atomic
def change(member_id: int, *, phone: str, language: str, by: Any, at: datetime, reason: str = "") -> Member:
    """Keep a new phone number and language of messages. Name, birth date and business number are changed by staff only,
    on request: they decide who may be a member (upstage/3.3, 9.1)."""
    member: Member = Member.objects.filter(pk=member_id).locked().select_related("user").get()
    before = {"phone": member.phone, "language": member.user.language}
    after = {"phone": phone, "language": language}
    if before == after:
        return member
    member.phone, member.user.language = phone, language
    member.save(update_fields=["phone"])
    member.user.save(update_fields=["language"])
    changed = {name: f"{before[name]} → {after[name]}" for name in after if before[name] != after[name]}
    audit.record(
        "member.changed", member, by=by, at=at, about=member, reason=reason, clauses=["upstage/6.5"], facts=changed
    )
    information.settle(member, by=by, at=at)
    return member
