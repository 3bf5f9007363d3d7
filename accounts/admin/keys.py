"""API keys: seen and revoked; platform keys are made here and shown once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminDateWidget, UnfoldAdminTextInputWidget

from accounts.admin.rows import OfMembersAdmin
from accounts.models import ApiKey
from accounts.rules.keys import PLATFORM_SCOPES
from accounts.services import keys
from upstage_console.kernel import clock
from upstage_console.kernel.admin import Done, ReasonForm, Row, Text, Verb, cells
from upstage_console.kernel.calendars import day_end
from upstage_console.kernel.errors import AlreadyDone, Refusal


class Revoke(Verb):
    name, label, tone = "revoke", gettext_lazy("Revoke"), "danger"
    permission = "accounts.revoke_apikey"

    def refusal(self, row: ApiKey, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.revoked_at else None

    def sentence(self, row: ApiKey, *, at: datetime) -> Text:
        return _("Every request with the key “%(key)s” is refused from this moment on. It cannot be undone.") % {
            "key": row
        }

    def run(self, row: ApiKey, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        key = keys.revoke(row.public_id, member_id=row.member_id, by=by, at=at, reason=given["reason"])
        return Done(_("The key is revoked."), result=key)

    def rows(self, row: ApiKey, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("Key"), before=_("live"), after=_("revoked"))]


class PlatformKeyForm(ReasonForm):
    name = forms.CharField(label=gettext_lazy("Name of the key"), max_length=60, widget=UnfoldAdminTextInputWidget)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Scopes"), widget=UnfoldAdminCheckboxSelectMultipleWidget,
        choices=[(scope, scope) for scope in sorted(PLATFORM_SCOPES)],
    )  # fmt: skip
    expires_on = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=UnfoldAdminDateWidget,
        help_text=gettext_lazy("Empty: the key lasts until it is revoked."),
    )  # fmt: skip


class IssuePlatformKey(Verb):
    name, label, tone = "issue", gettext_lazy("Make a platform key"), "primary"
    permission = "accounts.issue_platform_key"
    form = PlatformKeyForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("A key for our own gateway: it reports usage and asks for access on behalf of every member.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        last = given.get("expires_on")
        key, secret = keys.issue(
            member_id=None, name=given["name"], scopes=given["scopes"], by=by, at=at, reason=given["reason"],
            expires_at=day_end(last) if last else None,
        )  # fmt: skip
        return Done(_("The key “%(key)s” is made.") % {"key": key.name}, secret=secret, result=key)

    def rows(self, row: None, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("Key"), after=done.result.name), Row(_("Scopes"), after=", ".join(done.result.scopes))]


class LiveFilter(SimpleListFilter):
    title, parameter_name = gettext_lazy("State"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("live", _("live")), ("ended", _("expired or revoked")), ("platform", _("platform keys"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        ended = Q(revoked_at__isnull=False) | Q(expires_at__lte=clock.now())
        chosen = {"live": ~ended, "ended": ended, "platform": Q(member__isnull=True)}.get(self.value() or "", Q())
        return queryset.filter(chosen)


@admin.register(ApiKey)
class ApiKeyAdmin(OfMembersAdmin):
    list_display = ("name", "start", "member", "shown_state", "scopes", "issued_at", "last_used_at")
    list_filter = (LiveFilter,)
    list_select_related = ("member", "issued_by")
    search_fields = ("name", "start", "member__name", "member__user__email")
    search_help_text = gettext_lazy("Name or start of the key, name or e-mail address of the member")
    verbs = (Revoke,)
    list_verbs = (IssuePlatformKey,)
    fields = ("public_id", "member", "name", "start", "scopes", "issued_at", "issued_by", "expires_at", "revoked_at",
              "last_used_at", "last_used_from")  # fmt: skip
    readonly_fields = ("public_id",)

    @admin.display(description=gettext_lazy("State"))
    def shown_state(self, key: ApiKey) -> SafeString:
        if key.revoked_at:
            return cells.cell("pill", label=_("revoked"), tone="danger")
        is_over = key.expires_at is not None and key.expires_at <= clock.now()
        return cells.cell("pill", label=_("expired") if is_over else _("live"), tone="" if is_over else "good")
