"""Members: the list, and each member's case file."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin import case
from accounts.admin.queue import LIST_VERBS
from accounts.admin.rows import PersonalDataAdmin
from accounts.admin.verbs import Accept, ChangeContact, Reject
from accounts.enums import MemberStatus
from accounts.models import Member
from upstage_console.kernel import clock
from upstage_console.kernel.admin import CaseFileAdmin, Column, cells
from upstage_console.kernel.db import PublicIdField

TONES = {
    MemberStatus.ACTIVE: "good", MemberStatus.HELD: "warn", MemberStatus.REJECTED: "danger",
    MemberStatus.DISQUALIFIED: "danger",
}  # fmt: skip


@admin.register(Member)
class MemberAdmin(PersonalDataAdmin, CaseFileAdmin):
    parts = case.member
    list_display_links = ("shown_name",)
    list_filter = ("status", "kind", "country", "is_sandbox", "applied_at")
    list_select_related = ("user",)
    search_fields = ("name", "user__email", "phone", "business_number")
    search_help_text = _("Name, e-mail address, phone, business registration number or public id")
    ordering = ("-id",)
    verbs = (Accept, Reject, ChangeContact)
    list_verbs = LIST_VERBS

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        own = ["shown_name", "shown_status", "email", "shown_kind"]
        return [*own, *(_shown(column) for column in self.parts.columns), "applied_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        at = clock.now()
        added = {column.name: column.annotation(at) for column in self.parts.columns}
        queryset: QuerySet[Member] = super().get_queryset(request).annotate(**added)
        return queryset

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By public id where it is one, and by business number with or without hyphens."""
        term = search_term.strip()
        field = Member._meta.get_field("public_id")
        if isinstance(field, PublicIdField) and field.parse(term):
            return queryset.filter(public_id=term), False
        digits = term.replace("-", "")
        if digits.isdigit() and len(digits) == 10:
            written = f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
            return queryset.filter(Q(business_number__in=[digits, written]) | Q(phone__contains=term)), False
        return super().get_search_results(request, queryset, search_term)

    def headline(self, row: Member, at: datetime) -> str:
        return case.headline(row, at)

    def member_of(self, row: Any) -> Member | None:
        return row

    @admin.display(description=_("name"), ordering="name")
    def shown_name(self, member: Member) -> SafeString:
        return cells.cell("name", text=member.name, is_sandbox=member.is_sandbox)

    @admin.display(description=_("status"), ordering="status")
    def shown_status(self, member: Member) -> SafeString:
        return cells.cell("pill", label=member.get_status_display(), tone=TONES.get(MemberStatus(member.status), ""))

    @admin.display(description=_("e-mail address"), ordering="user__email")
    def email(self, member: Member) -> str:
        return member.user.email

    @admin.display(description=_("kind"), ordering="kind")
    def shown_kind(self, member: Member) -> str:
        return f"{member.get_kind_display()} · {member.country}"


def _shown(column: Column) -> Callable[[Member], Any]:
    @admin.display(description=str(column.label), ordering=column.name)
    def show(member: Member) -> Any:
        return column.show(member, getattr(member, column.name))

    show.__name__ = column.name
    return show
