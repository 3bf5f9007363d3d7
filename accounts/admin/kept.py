"""What the law keeps of former members: a list without content, and each opened for a stated purpose alone."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.admin import case
from accounts.admin.purpose import PurposeForm
from accounts.models import KeptRecord, Member
from accounts.queries.schedule import schedule_at
from accounts.rules.retention import schedule
from accounts.services import viewing
from accounts.services.separation import data_of
from upstage_console.kernel import clock
from upstage_console.kernel.admin import Fact, Panel, ReadOnlyAdmin, cells

MAY_OPEN = "accounts.open_keptrecord"
NAMES = {
    "name": gettext_lazy("name"), "email": gettext_lazy("e-mail address"), "phone": gettext_lazy("phone"),
    "born_on": gettext_lazy("born on"), "business_number": gettext_lazy("business registration number"),
    "kind": gettext_lazy("kind"), "country": gettext_lazy("country"), "currency": gettext_lazy("currency"),
    "language": gettext_lazy("language"), "applied_at": gettext_lazy("applied at"),
    "accepted_at": gettext_lazy("accepted at"), "withdrawn_at": gettext_lazy("withdrawn at"),
    "disqualified_at": gettext_lazy("disqualified at"), "document": gettext_lazy("document"),
    "version": gettext_lazy("version"), "mode": gettext_lazy("mode"), "subject": gettext_lazy("subject"),
    "about": gettext_lazy("about"), "purchase": gettext_lazy("purchase"), "invoice": gettext_lazy("invoice"),
    "payment": gettext_lazy("payment"), "sanction": gettext_lazy("sanction"), "objection": gettext_lazy("objection"),
    "report": gettext_lazy("report"), "request": gettext_lazy("request for a change"), "ground": gettext_lazy("ground"),
    "facts": gettext_lazy("facts"), "field": gettext_lazy("field"), "value": gettext_lazy("new value"),
    "text": gettext_lazy("text"), "item": gettext_lazy("item"), "reason": gettext_lazy("reason"),
    "answer": gettext_lazy("answer"), "outcome": gettext_lazy("outcome"), "status": gettext_lazy("status"),
    "clauses": gettext_lazy("clauses"), "from": gettext_lazy("starts at"), "to": gettext_lazy("ends at"),
    "month": gettext_lazy("month"), "amount": gettext_lazy("amount"), "subtotal": gettext_lazy("subtotal"),
    "tax": gettext_lazy("tax"), "total": gettext_lazy("total"), "credits": gettext_lazy("credits"),
    "for": gettext_lazy("pays for"), "card": gettext_lazy("card"), "last4": gettext_lazy("last digits"),
    "reference": gettext_lazy("gateway's reference"), "given": gettext_lazy("given"),
    "night": gettext_lazy("also at night"), "at": gettext_lazy("at"), "requested_at": gettext_lazy("requested at"),
    "completed_at": gettext_lazy("completed at"), "ip": gettext_lazy("address"), "browser": gettext_lazy("browser"),
    "sha256": gettext_lazy("hash of what was shown"), "consents": gettext_lazy("consent"),
    "notices": gettext_lazy("notice"), "withdrawals": gettext_lazy("withdrawal"), "answers": gettext_lazy("answer"),
}  # fmt: skip
"""What the parts of a kept record are called, in the order in which they are shown."""
ORDER = list(NAMES)


@admin.register(KeptRecord)
class KeptRecordAdmin(ReadOnlyAdmin):
    work = "data"
    list_display = ("public_id", "record", "shown_member", "since", "kept_until", "shown_state")
    list_filter = ("record", ("destroyed_at", admin.EmptyFieldListFilter), "kept_until")
    list_select_related = ("member",)
    search_fields = ("basis",)
    search_help_text = gettext_lazy("Public id of the record or of the member")
    fields = ("public_id", "record", "shown_member", "since", "kept_until", "basis", "shown_clauses", "destroyed_at")
    readonly_fields = ("public_id", "shown_member", "shown_clauses")
    change_form_outer_before_template = "admin/kept_record_open.html"
    list_after_template = "admin/retention_schedule.html"

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By public ids alone: a name finds nothing here."""
        term = search_term.strip()
        if not term:
            return queryset, False
        fields = {"public_id": KeptRecord, "member__public_id": Member}
        for name, model in fields.items():
            if model._meta.get_field("public_id").parse(term):  # type: ignore[union-attr]
                return queryset.filter(**{name: term}), False
        return queryset.none(), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        rows = {"schedule": schedule_at(clock.now())}
        response: HttpResponse = super().changelist_view(request, rows | (extra_context or {}))
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may_open = request.user.has_perm(MAY_OPEN)
        shown = {"purpose_form": PurposeForm(), "may_open": may_open} | (extra_context or {})
        response: HttpResponse = super().change_view(request, object_id, form_url, shown)
        return response

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.open_view))
        return [path("<path:object_id>/open/", view, name="accounts_keptrecord_open"), *super().get_urls()]

    def open_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The content, once, for the purpose that was stated; each opening is a line in the log."""
        if not request.user.has_perm(MAY_OPEN):
            raise PermissionDenied
        row: KeptRecord | None = self.get_object(request, object_id)
        if row is None or row.destroyed_at is not None:
            raise Http404
        form = PurposeForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("State what you open it for."))
            return HttpResponseRedirect(reverse("admin:accounts_keptrecord_change", args=[row.pk]))
        viewing.note_each(
            row.member, by=request.user, at=clock.now(), ip=request.META.get("REMOTE_ADDR", ""),
            screen="keptrecord.opened", purpose=form.cleaned_data["purpose"],
        )  # fmt: skip
        return self._content(request, row)

    def _content(self, request: HttpRequest, row: KeptRecord) -> HttpResponse:
        items = [list(told(item)) for item in row.content.get("items", [])]
        back = reverse("admin:accounts_keptrecord_change", args=[row.pk])
        context = self.admin_site.each_context(request) | {
            "title": str(row), "row": row, "items": items, "opts": self.opts, "back": back,
            "rule": schedule()[row.record],
        }  # fmt: skip
        return TemplateResponse(request, "admin/kept_record.html", context)

    @admin.display(description=gettext_lazy("member"))
    def shown_member(self, row: KeptRecord) -> SafeString:
        return cells.subject_link(row.member.public_id)

    @admin.display(description=gettext_lazy("State"))
    def shown_state(self, row: KeptRecord) -> SafeString:
        label = _("destroyed") if row.destroyed_at else _("kept")
        return cells.cell("pill", label=label, tone="" if row.destroyed_at else "warn")

    @admin.display(description=gettext_lazy("clauses"))
    def shown_clauses(self, row: KeptRecord) -> SafeString:
        return cells.clause_links(row.clauses)


def told(item: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """What is kept as lines, each with its name; empty ones are left out."""
    for name in sorted(item, key=_place):
        value, label = item[name], f"{before} {NAMES.get(name, name.replace('_', ' '))}".strip()
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, part in enumerate(value, start=1):
                yield from told(part, f"{label} {number}:")
        elif value not in ("", None, []):
            yield label, ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _place(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


@case.member.panel(85)
def kept(row: Member, at: datetime) -> Panel | None:
    """Where the data of somebody who left is, and what stands against its destruction."""
    hold = row.legal_hold
    if row.separated_at is None and hold is None:
        return None
    states = {"live": _("Live"), "kept": _("Kept apart"), "destroyed": _("Destroyed")}
    known = [Fact(_("Data"), states[data_of(row)])]
    if hold is not None:
        known.append(Fact(_("Legal hold"), f"{hold.reason} ({hold.placed_by})"))
    records = row.kept_records.filter(destroyed_at__isnull=True).order_by("kept_until")
    known += [
        Fact(one.get_record_display(), one.kept_until, reverse("admin:accounts_keptrecord_change", args=[one.pk]))
        for one in records
    ]
    return Panel(_("What is kept"), "admin/case/facts.html", {"facts": known})
