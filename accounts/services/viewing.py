"""Who of the staff looked at whose personal data, when, and from where (rules.md, section 8)."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from accounts.models import Member
from upstage_console.kernel import audit
from upstage_console.kernel.models import AuditEvent

ACTION: Final = "member.viewed"
ONE_VIEW: Final = timedelta(minutes=10)


@transaction.atomic
def note(member: Member, *, by: Any, at: datetime, ip: str, purpose: str = "") -> AuditEvent | None:
    """Log that `by` looked at a member's page; pages opened within ten minutes of it are one view, and give None."""
    views = AuditEvent.objects.filter(about=member.public_id, action=ACTION, actor=by)
    if views.filter(at__gt=at - ONE_VIEW).exists():
        return None
    return audit.record(ACTION, member, by=by, at=at, about=member, reason=purpose, facts={"from": ip})
