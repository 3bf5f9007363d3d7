"""Rows that belong to members: found by who they belong to; a look at one is a look at its member."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from accounts.services import viewing
from upstage_console.kernel import clock
from upstage_console.kernel.admin import ServiceActionAdmin


def note_look(request: HttpRequest, member: Member | None) -> None:
    """Log that whoever asks looks at this member's data (rules.md, section 8)."""
    if member is not None:
        viewing.note(member, by=request.user, at=clock.now(), ip=request.META.get("REMOTE_ADDR", ""))


class OfMembersAdmin(ServiceActionAdmin):
    """Read-only rows with a `member`."""

    list_select_related: Any = ("member",)
    search_fields: Any = ("member__name", "member__user__email")
    search_help_text: Any = _("Name or e-mail address of the member")

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        return lookup == "member__id__exact" or super().lookup_allowed(lookup, value, request)

    def note_view(self, request: HttpRequest, row: Any) -> None:
        note_look(request, row.member if row is not None else None)
