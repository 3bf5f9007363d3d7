"""What a member's own pages list: keys, notices, consents."""

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, QuerySet, Value, When

from accounts.models import ApiKey, Consent, Notice


def keys_of_member(member_id: int, *, at: datetime) -> QuerySet[Any]:
    """The member's keys, those not revoked first, each with its `state` at `at`: live, expired or revoked."""
    state = Case(
        When(revoked_at__isnull=False, then=Value("revoked")),
        When(expires_at__lte=at, then=Value("expired")),
        default=Value("live"),
        output_field=CharField(),
    )
    return (
        ApiKey.objects.filter(member_id=member_id)
        .annotate(state=state)
        .order_by(F("revoked_at").desc(nulls_first=True), "-id")
    )


def key_of_member(member_id: int, key_id: str) -> ApiKey:
    """One of the member's keys; a stranger's key is `not_found`."""
    key: ApiKey = ApiKey.objects.filter(member_id=member_id).get_public(key_id)
    return key


def notices_of_member(member_id: int) -> QuerySet[Notice]:
    """What the member was told, newest first."""
    return Notice.objects.filter(member_id=member_id).order_by("-id")


def unread_notices(member_id: int) -> int:
    """How many notices the member has not seen yet."""
    return notices_of_member(member_id).filter(read_at__isnull=True).order_by().count()


def consents_of_member(member_id: int) -> QuerySet[Consent]:
    """What the member agreed to or refused, newest first, with the documents."""
    return Consent.objects.filter(member_id=member_id).select_related("version__document").order_by("-at", "-pk")
