"""Confidential information at the desk: marked on the contract, opened by who was given access, ended."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.models import User
from contracts.admin import lines, uploads
from contracts.admin import service_fields as fields
from contracts.admin.billing_forms import choice_field, day_field
from contracts.admin.contract_parts import TOGETHER, parts
from contracts.admin.customers import day
from contracts.admin.happenings import told
from contracts.admin.lines import Line
from contracts.enums import SecretStatus, Side
from contracts.errors import NoAccessGiven
from contracts.models import ConfidentialItem, Contract
from contracts.services import confidential
from contracts.services.confidential import Secret
from upstage_console.kernel import clock
from upstage_console.kernel.admin import (
    CaseFileAdmin,
    CaseParts,
    Done,
    Fact,
    Happening,
    Panel,
    ReasonForm,
    Text,
    Verb,
)
from upstage_console.kernel.errors import AlreadyDone, NotFound, Refusal

MAY_MARK = "contracts.mark_confidential"

secret_parts = CaseParts()


class MarkForm(ReasonForm):
    name = fields.line(gettext_lazy("Name"))
    belongs_to = choice_field(gettext_lazy("Belongs to"), Side.choices)
    purpose = fields.line(gettext_lazy("Purpose"), 500)
    until_on = day_field(gettext_lazy("Held until the end of"))


class Mark(Verb):
    name, label, icon = "mark-confidential", gettext_lazy("Mark something as confidential"), "lock"
    permission, form = MAY_MARK, MarkForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("You have access first; each look is written down, and its return or destruction is waited for.")

    def initial(self, row: Contract, *, at: datetime) -> Mapping[str, Any]:
        return {"until_on": row.ends_on}

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        secret = Secret(given["name"], Side(given["belongs_to"]), given["purpose"], given["until_on"])
        made = confidential.mark(row.public_id, secret, reason=given["reason"], by=by, at=at)
        return Done(_("It is marked."), result=made)


TOGETHER.verbs.append(Mark)


@parts.panel(49)
def held(row: Contract, at: datetime) -> Panel | None:
    """What is confidential: whose it is, what for, until when."""
    shown = [_line(one) for one in row.confidential_items.order_by("-pk")]
    return lines.panel(_("Confidential information"), shown, "") if shown else None


def _line(row: ConfidentialItem) -> Line:
    url = reverse("admin:contracts_confidentialitem_change", args=[row.pk])
    aside = fields.joined([str(row.get_belongs_to_display()), row.purpose, day(row.until_on)])
    return Line(row.name, url, row.get_status_display(), "warn" if row.status == SecretStatus.HELD else "", aside)


class OfHeld(Verb):
    """A verb of what is still held."""

    permission = MAY_MARK

    def refusal(self, row: ConfidentialItem, *, at: datetime) -> Refusal | None:
        return None if row.status == SecretStatus.HELD else AlreadyDone()


class PersonForm(ReasonForm):
    person = forms.ModelChoiceField(
        label=gettext_lazy("To whom"), queryset=User.objects.none(), widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = self.people()  # type: ignore[attr-defined]

    def people(self) -> Any:
        """Who may be chosen."""
        return User.objects.filter(is_staff=True, is_active=True).order_by("name")


class HolderForm(PersonForm):
    def people(self) -> Any:
        """Who has access."""
        open_now = self.row.accesses.filter(ended_at__isnull=True)
        return User.objects.filter(pk__in=open_now.values("person")).order_by("name")


class GiveAccess(OfHeld):
    name, label, icon, form = "give-access", gettext_lazy("Give access"), "person_add", PersonForm

    def sentence(self, row: ConfidentialItem, *, at: datetime) -> Text:
        return _("They may open it, for its purpose only; each look is written down.")

    def run(self, row: ConfidentialItem, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = confidential.give_access(row.public_id, given["person"], reason=given["reason"], by=by, at=at)
        return Done(_("Access is given."), result=made)


class TakeAccess(OfHeld):
    name, label, icon, form = "take-access", gettext_lazy("Take access back"), "person_remove", HolderForm

    def sentence(self, row: ConfidentialItem, *, at: datetime) -> Text:
        return _("They cannot open it any more, at once.")

    def run(self, row: ConfidentialItem, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        confidential.take_access(row.public_id, given["person"], reason=given["reason"], by=by, at=at)
        return Done(_("Access is taken back."))


class CloseForm(ReasonForm):
    how = choice_field(
        gettext_lazy("How"), [(one.value, one.label) for one in SecretStatus if one != SecretStatus.HELD]
    )


class Close(OfHeld):
    name, label, tone, icon, form = "close", gettext_lazy("Returned or destroyed"), "danger", "delete", CloseForm

    def sentence(self, row: ConfidentialItem, *, at: datetime) -> Text:
        return _("The file is deleted here for good and all accesses end; its hash stays, and the firm is told.")

    def run(self, row: ConfidentialItem, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        to = SecretStatus(given["how"])
        made = confidential.close(row.public_id, to, reason=given["reason"], by=by, at=at)
        return Done(_("It is no longer held."), result=made)


secret_parts.verbs += [GiveAccess, TakeAccess, Close]


@admin.register(ConfidentialItem)
class ConfidentialItemAdmin(CaseFileAdmin):
    parts = secret_parts
    list_display = ("name", "contract", "customer", "belongs_to", "status", "until_on", "marked_by")
    list_filter = ("status", "belongs_to", "until_on")
    list_select_related = ("contract", "customer__firm", "marked_by")
    search_fields = ("name", "contract__title", "customer__firm__name")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/keep/", view(require_POST(self.keep)), name="contracts_confidential_keep"),
            path("<path:object_id>/open/", view(require_POST(self.open)), name="contracts_confidential_open"),
            *super().get_urls(),
        ]

    def headline(self, row: ConfidentialItem, at: datetime) -> str:
        return _("%(status)s, for: %(purpose)s") % {"status": row.get_status_display(), "purpose": row.purpose}

    def keep(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Keep the file."""
        return uploads.kept(self, request, object_id, MAY_MARK, confidential.keep)

    def open(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The file, to be saved, for who was given access."""
        found_row = self.get_object(request, unquote(object_id))
        row: ConfidentialItem = uploads.require(request, "contracts.view_confidentialitem", found_row)
        try:
            found, content = confidential.open_file(row.public_id, by=request.user, at=clock.now())
        except NoAccessGiven as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except NotFound as refusal:
            raise Http404 from refusal
        return uploads.saved(content, found.sha256[:16])


@secret_parts.panel(10)
def facts(row: ConfidentialItem, at: datetime) -> Panel:
    """What it is, whose, what for, and until when."""
    known = [
        Fact(_("Contract"), row.contract, fields.contract_page(row)),
        Fact(_("Belongs to"), row.get_belongs_to_display()),
        Fact(_("Purpose"), row.purpose),
        Fact(_("Held until the end of"), day(row.until_on)),
        Fact(_("Status"), row.get_status_display()),
        Fact(_("Marked by"), row.marked_by or "–"),
        Fact(_("File"), row.file_name or "–"),
        Fact(_("SHA-256"), row.sha256 or "–"),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@secret_parts.panel(20)
def accesses(row: ConfidentialItem, at: datetime) -> Panel:
    """Who was given access, and from whom it was taken back."""
    shown = [
        Line(str(one.person), pill=pgettext("access", "taken back") if one.ended_at else _("has access"),
             tone="" if one.ended_at else "good", aside=fields.at_words(one.given_at))
        for one in row.accesses.select_related("person").order_by("-pk")
    ]  # fmt: skip
    return lines.panel(_("Access"), shown, _("Nobody."))


@secret_parts.panel(30)
def file_of(row: ConfidentialItem, at: datetime) -> Panel | None:
    """Where the file is handed in or opened."""
    if row.status != SecretStatus.HELD:
        return None
    if row.sha256:
        url = reverse("admin:contracts_confidential_open", args=[row.pk])
        return Panel(_("File"), "admin/case/open_file.html", {"url": url})
    return uploads.panel(reverse("admin:contracts_confidential_keep", args=[row.pk]), _("No file is held."))


@secret_parts.source
def deeds(row: ConfidentialItem, before: datetime, length: int) -> Iterable[Happening]:
    """What was done with it, every look included."""
    return told([row.public_id], before, length)
