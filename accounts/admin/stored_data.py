"""Stored content and exports at the desk: what there is of whom, never what is in it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, Sum
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.admin import case
from accounts.admin.rows import OfMembersAdmin
from accounts.enums import ExportStatus
from accounts.errors import DataGone
from accounts.models import DataExport, Member, StoredData
from accounts.services import blocking
from upstage_console.kernel import clock
from upstage_console.kernel.admin import Done, Fact, Panel, ReasonForm, Row, Text, Verb, cells
from upstage_console.kernel.errors import AlreadyDone, Refusal

GROUNDS = [
    (blocking.CLAUSES[0], gettext_lazy("Article 22, paragraph 9: it infringes somebody's right")),
    (blocking.CLAUSES[1], gettext_lazy("Article 7, paragraph 4: an unlawful or harmful output")),
]
TONES = {
    ExportStatus.READY: "good", ExportStatus.FAILED: "danger", ExportStatus.RUNNING: "accent",
    ExportStatus.REQUESTED: "accent",
}  # fmt: skip


class MeasureForm(ReasonForm):
    clause = forms.ChoiceField(
        label=gettext_lazy("Rests on"), choices=GROUNDS, initial=GROUNDS[0][0], widget=UnfoldAdminSelectWidget
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=ReasonForm.base_fields["reason"].widget,
        help_text=gettext_lazy("The member reads this in the mail."),
    )  # fmt: skip


class DataVerb(Verb):
    permission = "accounts.block_storeddata"

    def refusal(self, row: StoredData, *, at: datetime) -> Refusal | None:
        return DataGone() if row.destroyed_at is not None else self.refused(row, at=at)

    def refused(self, row: StoredData, *, at: datetime) -> Refusal | None:
        """Why not, of an item that is still there."""
        return None


class Block(DataVerb):
    name, label, tone, form = "block", gettext_lazy("Block access"), "danger", MeasureForm

    def refused(self, row: StoredData, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.blocked_at else None

    def sentence(self, row: StoredData, *, at: datetime) -> Text:
        return _("The member can no longer open this item, reads why, and can object. Nothing else is restricted.")

    def run(self, row: StoredData, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = blocking.block(row.public_id, why=given["reason"], clause=given["clause"], by=by, at=at)
        return Done(_("Access to the item is blocked."), result=done)

    def rows(self, row: StoredData, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("Access"), before=_("open"), after=_("blocked"))]


class Unblock(DataVerb):
    name, label, tone = "unblock", gettext_lazy("Open access again"), "primary"

    def refused(self, row: StoredData, *, at: datetime) -> Refusal | None:
        return None if row.blocked_at else AlreadyDone()

    def sentence(self, row: StoredData, *, at: datetime) -> Text:
        return _("The member can open the item again and reads your reason.")

    def run(self, row: StoredData, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = blocking.unblock(row.public_id, why=given["reason"], by=by, at=at)
        return Done(_("The item can be opened again."), result=done)

    def rows(self, row: StoredData, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("Access"), before=_("blocked"), after=_("open"))]


class Remove(DataVerb):
    name, label, tone, form = "remove", gettext_lazy("Delete the item"), "danger", MeasureForm

    def refused(self, row: StoredData, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.destroy_at and row.destroy_at <= at else None

    def sentence(self, row: StoredData, *, at: datetime) -> Text:
        return _("The file is destroyed at once, for good; a record without the data remains. The member reads why.")

    def run(self, row: StoredData, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = blocking.remove(row.public_id, why=given["reason"], clause=given["clause"], by=by, at=at)
        return Done(_("The item is destroyed."), result=done)

    def rows(self, row: StoredData, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("File"), before=filesizeformat(row.size), after=_("destroyed"))]


@admin.register(StoredData)
class StoredDataAdmin(OfMembersAdmin):
    work = "data"
    list_display = ("public_id", "member", "source", "service", "shown_size", "stored_at", "destroy_at", "shown_state")
    list_filter = ("source", ("blocked_at", admin.EmptyFieldListFilter), ("destroyed_at", admin.EmptyFieldListFilter))
    fields = ("public_id", "member", "source", "service", "name", "shown_size", "sha256", "stored_at",
              "inference_ended_at", "destroy_at", "shown_state", "blocked_at", "blocked_why", "destroyed_at",
              "destroy_error")  # fmt: skip
    readonly_fields = ("public_id", "shown_size", "shown_state")
    verbs = (Block, Unblock, Remove)

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def shown_size(self, row: StoredData) -> str:
        return filesizeformat(row.size)

    @admin.display(description=gettext_lazy("State"))
    def shown_state(self, row: StoredData) -> SafeString:
        label, tone = state_of(row, clock.now())
        return cells.cell("pill", label=label, tone=tone)


def state_of(row: StoredData, at: datetime) -> tuple[str, str]:
    """The state of an item and its tone."""
    if row.destroyed_at is not None:
        return _("destroyed"), ""
    if row.destroy_error:
        return _("could not be destroyed"), "danger"
    if row.destroy_at is not None and row.destroy_at <= at:
        return _("due to be destroyed"), "warn"
    return (_("blocked"), "danger") if row.blocked_at else (_("stored"), "good")


@admin.register(DataExport)
class DataExportAdmin(OfMembersAdmin):
    work = "data"
    list_display = ("public_id", "member", "shown_status", "requested_at", "ready_at", "expires_at", "shown_size")
    list_filter = ("status",)
    fields = ("public_id", "member", "shown_status", "parts_done", "parts", "requested_at", "claimed_at", "ready_at",
              "expires_at", "shown_size", "error")  # fmt: skip
    readonly_fields = ("public_id", "shown_status", "shown_size")

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: DataExport) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(ExportStatus(row.status), ""))

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def shown_size(self, row: DataExport) -> str:
        return filesizeformat(row.size) if row.size else "–"


@case.member.panel(86)
def stored(row: Member, at: datetime) -> Panel | None:
    """How much is stored of the member, and the last export."""
    found = row.stored_data.filter(destroyed_at__isnull=True).aggregate(
        items=Count("pk"), blocked=Count("pk", filter=Q(blocked_at__isnull=False)), bytes=Sum("size")
    )
    export = row.data_exports.order_by("-pk").first()
    if not found["items"] and export is None:
        return None
    known = [Fact(_("Items"), f"{found['items']} · {filesizeformat(found['bytes'] or 0)}")]
    if found["blocked"]:
        known.append(Fact(_("Blocked items"), found["blocked"]))
    if export is not None:
        url = reverse("admin:accounts_dataexport_change", args=[export.pk])
        known += [Fact(_("Last export"), export.get_status_display(), url), Fact(_("Asked at"), export.requested_at)]
    url = f"{reverse('admin:accounts_storeddata_changelist')}?member__id__exact={row.pk}"
    return Panel(_("Stored data"), "admin/case/facts.html", {"facts": known}, url)
