"""Rows that belong to members: found by who they belong to; every look at them is a look at personal data."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.admin import purpose
from accounts.models import Member
from accounts.services import viewing
from upstage_console.kernel import clock
from upstage_console.kernel.admin import ServiceActionAdmin


def note_look(request: HttpRequest, member: Member | None, screen: str = "member.page") -> None:
    """Log that whoever asks looks at this member's data (rules.md, section 8)."""
    if member is not None:
        viewing.note(member, screen=screen, **_circumstances(request))


def note_list(request: HttpRequest, rows: int, screen: str) -> None:
    """Log that whoever asks was shown a list of so many members' rows."""
    viewing.note_many(rows=rows, screen=screen, **_circumstances(request))


def _circumstances(request: HttpRequest) -> dict[str, Any]:
    at = clock.now()
    return {
        "by": request.user, "at": at, "ip": request.META.get("REMOTE_ADDR", ""),
        "purpose": purpose.remembered(request, at),
    }  # fmt: skip


class PersonalDataAdmin(ServiceActionAdmin):
    """Rows with personal data: what it is looked at for is asked first, lists and pages are logged."""

    def member_of(self, row: Any) -> Member | None:
        """Whose data a row is."""
        raise NotImplementedError

    def screen(self, kind: str) -> str:
        """The name of a screen in the log."""
        return f"{self.opts.model_name}.{kind}"

    def note_view(self, request: HttpRequest, row: Any) -> None:
        note_look(request, self.member_of(row) if row is not None else None, self.screen("page"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        asked = self._question(request)
        if asked is not None:
            return asked
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", None) or {}
        if "cl" in shown:
            kind = "search" if shown["cl"].query else "list"
            self._note_rows(request, list(shown["cl"].result_list), self.screen(kind))
        return response

    def _note_rows(self, request: HttpRequest, rows: Sequence[Any], screen: str) -> None:
        """Rows of one member are a look at that member, rows of several a list of so many."""
        members = _members(rows)
        if len(members) == 1:
            note_look(request, self.member_of(rows[0]), screen)
        else:
            note_list(request, len(members), screen)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._question(request) or super().change_view(request, object_id, form_url, extra_context)

    def verb_view(self, request: HttpRequest, verb: str, object_id: str | None = None) -> HttpResponse:
        asked = self._question(request) if object_id is not None else None
        return asked or super().verb_view(request, verb, object_id)

    def _question(self, request: HttpRequest) -> HttpResponse | None:
        return purpose.question(request) if self.has_view_permission(request) else None


def _members(rows: Sequence[Any]) -> set[Any]:
    return {row.pk if isinstance(row, Member) else getattr(row, "member_id", row.pk) for row in rows}


class OfMembersAdmin(PersonalDataAdmin):
    """Read-only rows with a `member`."""

    list_select_related: Any = ("member",)
    search_fields: Any = ("member__name", "member__user__email")
    search_help_text: Any = _("Name or e-mail address of the member")

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        return lookup == "member__id__exact" or super().lookup_allowed(lookup, value, request)

    def member_of(self, row: Any) -> Member | None:
        return row.member
