"""Accounts that log in: seen; those of the staff are added and changed by verbs, those of members are not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.admin.rows import PersonalDataAdmin
from accounts.errors import NotStaff
from accounts.models import Member, User
from accounts.services import staff
from upstage_console.kernel.admin import Done, ReasonForm, Row, Text, Verb
from upstage_console.kernel.errors import Refusal


class GroupsForm(ReasonForm):
    groups = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Groups"), queryset=Group.objects.order_by("name"), required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )  # fmt: skip


class AddStaffForm(GroupsForm):
    email = forms.EmailField(label=gettext_lazy("E-mail address"), widget=UnfoldAdminEmailInputWidget)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, widget=UnfoldAdminTextInputWidget)


class AddStaff(Verb):
    name, label, tone = "add-staff", gettext_lazy("Add staff"), "primary"
    permission = "accounts.manage_staff"
    form = AddStaffForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("Somebody new works in the back office. They set their password by “Forgotten password”.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        chosen = {name: given[name] for name in ("email", "name", "groups", "reason")}
        user = staff.add(**chosen, by=by, at=at)
        return Done(_("%(name)s works in the back office now.") % {"name": user.name}, result=user)

    def rows(self, row: None, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("Staff"), after=done.result.email), Row(_("Groups"), after=_names(done.result))]


class ChangeStaffForm(GroupsForm):
    is_active = forms.BooleanField(label=gettext_lazy("May log in"), required=False, widget=UnfoldBooleanSwitchWidget)


class ChangeStaff(Verb):
    name, label = "change-staff", gettext_lazy("Change what they may do")
    permission = "accounts.manage_staff"
    form = ChangeStaffForm

    def refusal(self, row: User, *, at: datetime) -> Refusal | None:
        return None if row.is_staff else NotStaff()

    def sentence(self, row: User, *, at: datetime) -> Text:
        return _("%(name)s may do from now on what the chosen groups may do.") % {"name": row}

    def initial(self, row: User, *, at: datetime) -> Mapping[str, Any]:
        return {"is_active": row.is_active, "groups": [group.pk for group in row.groups.all()]}

    def run(self, row: User, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        chosen = {name: given[name] for name in ("is_active", "groups", "reason")}
        return Done(_("The change is made."), result=staff.change(row.pk, **chosen, by=by, at=at))

    def rows(self, row: User, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("Groups"), after=_names(done.result)), Row(_("May log in"), after=_yes(done.result.is_active))]


def _names(user: User) -> str:
    return ", ".join(group.name for group in user.groups.order_by("name")) or "–"


def _yes(value: bool) -> str:
    return _("Yes") if value else _("No")


@admin.register(User)
class UserAdmin(PersonalDataAdmin):
    work = "technical"
    list_display = ("email", "name", "is_staff", "is_active", "language", "date_joined", "last_login")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("email", "name")
    ordering = ("-is_staff", "email")
    fields = ("public_id", "email", "name", "language", "is_staff", "is_active", "is_superuser", "groups",
              "date_joined", "last_login")  # fmt: skip
    readonly_fields = ("public_id",)
    list_verbs = (AddStaff,)
    verbs = (ChangeStaff,)

    def member_of(self, row: Any) -> Member | None:
        return Member.objects.filter(user=row).first()
