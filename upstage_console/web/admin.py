"""The tables of others in the back office, dressed as ours: the schedule, groups, addresses, second factors."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django_celery_beat import admin as beat
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from upstage_console.kernel.admin import ReadOnlyAdmin

OTHERS = (
    ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule, Group, EmailAddress,
    EmailConfirmation, Authenticator,
)  # fmt: skip
# One way in for everybody, with its second factor and its limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

for model in OTHERS:
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class TaskForm(beat.PeriodicTaskForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].widget = UnfoldAdminTextInputWidget()
        self.fields["regtask"].widget = beat.TaskSelectWidget(attrs=UnfoldAdminSelectWidget().attrs)


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(beat.PeriodicTaskAdmin, ModelAdmin):
    work = "technical"
    form = TaskForm


@admin.register(CrontabSchedule, IntervalSchedule)
class ScheduleAdmin(ModelAdmin):
    work = "technical"


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    work = "technical"


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    work = "technical"
    list_display = ("email", "user", "primary", "verified")
    list_filter = ("primary", "verified")
    list_select_related = ("user",)
    search_fields = ("email",)


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Second factors: that there is one, never what it is."""

    work = "technical"
    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    fields = ("user", "type", "created_at", "last_used_at")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("accounts.manage_staff"))
