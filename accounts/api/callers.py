"""On whose behalf a key asks."""

from typing import Any, cast

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.models import ApiKey, Member, User
from upstage_console.kernel.api.reading import StrictSerializer
from upstage_console.kernel.api.refusals import InvalidFields
from upstage_console.kernel.errors import NotFound


class OfMember(StrictSerializer):
    """Whom a platform key asks about; a member's key needs not say."""

    member = serializers.CharField(required=False, max_length=64, help_text="For platform keys: `mem_…`.")


def key_of(request: Request) -> ApiKey:
    """The key that asks."""
    return cast(ApiKey, request.auth)


def member_of(request: Request, asked: dict[str, Any]) -> Member:
    """The member a key asks about: its own, or the one that a platform key names.

    Refuses `not_found` for anybody else, and `invalid` for a platform key that names nobody.
    """
    own = key_of(request).member
    named = asked.get("member")
    if own is not None:
        if named not in (None, own.public_id):
            raise NotFound
        return own
    if named is None:
        missing = serializers.ErrorDetail(_("A platform key names a member."), code="required")
        raise InvalidFields({"member": [missing]})
    found: Member = Member.objects.get_public(named)
    return found


def acting(request: Request) -> User:
    """The person whose key it is: the member, or the staff who issued it."""
    key = key_of(request)
    user: User = key.member.user if key.member else key.issued_by
    return user


def acting_id(request: Request) -> int:
    """The same person's number, for hot paths that need no more and so need not ask for the row."""
    key = key_of(request)
    number: int = key.member.user_id if key.member else key.issued_by_id
    return number
