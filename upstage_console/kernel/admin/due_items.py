"""The list of obligations, and taking on, finishing, waiving them. Deadlines are counted by the domain, never typed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from upstage_console.kernel import clock, due
from upstage_console.kernel.admin import cells, queue
from upstage_console.kernel.admin.bases import ServiceActionAdmin
from upstage_console.kernel.admin.forms import NoReasonForm, OutcomeForm
from upstage_console.kernel.admin.verbs import Done, Text, Verb
from upstage_console.kernel.db import PublicIdField
from upstage_console.kernel.errors import AlreadyDone, ClosesItself, NobodysTask, Refusal, Taken
from upstage_console.kernel.models import DueItem, Holiday


class DueItemVerb(Verb):
    """A verb of an item that is still open."""

    permission = "kernel.change_dueitem"

    def refusal(self, row: DueItem, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.closed_at is not None else None


class Claim(DueItemVerb):
    name, label, tone = "claim", _("Take it on"), "primary"
    form = NoReasonForm

    def sentence(self, row: DueItem, *, at: datetime) -> Text:
        return _("“%(title)s” becomes yours; nobody else can take it on until you put it back.") % {
            "title": cells.local(row, "title")
        }

    def refusal(self, row: DueItem, *, at: datetime) -> Refusal | None:
        return Taken(facts={"owner": row.owner}) if row.owner else super().refusal(row, at=at)

    def run(self, row: DueItem, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("It is yours."), result=due.claim(row.public_id, by=by, at=at))


class PutBack(DueItemVerb):
    name, label = "put-back", _("Put it back")
    form = NoReasonForm

    def sentence(self, row: DueItem, *, at: datetime) -> Text:
        return _("The task is nobody's again, so that somebody else can take it on.")

    def refusal(self, row: DueItem, *, at: datetime) -> Refusal | None:
        return NobodysTask() if row.owner is None else super().refusal(row, at=at)

    def run(self, row: DueItem, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("Somebody else can take it on now."), result=due.put_back(row.public_id, by=by, at=at))


class Finish(DueItemVerb):
    name, label = "finish", _("Finish")
    form = OutcomeForm

    def sentence(self, row: DueItem, *, at: datetime) -> Text:
        return _("The task is closed with the outcome you write down.")

    def refusal(self, row: DueItem, *, at: datetime) -> Refusal | None:
        if row.closed_at is None and queue.kind_of(row.kind).closes_itself:
            return ClosesItself()
        return super().refusal(row, at=at)

    def run(self, row: DueItem, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        item = due.close_item(row.kind, row.key, by=by, at=at, outcome=given["reason"])
        return Done(_("The task is finished."), result=item)


class Waive(DueItemVerb):
    name, label, tone = "waive", _("Waive"), "danger"
    permission = "kernel.waive_dueitem"

    def sentence(self, row: DueItem, *, at: datetime) -> Text:
        return _("The obligation is dropped without having been met. The reason stays in the history.")

    def run(self, row: DueItem, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        item = due.close_item(row.kind, row.key, by=by, at=at, outcome=given["reason"], waived=True)
        return Done(_("The task is waived."), result=item)


class WhenFilter(SimpleListFilter):
    """Open items by when they are due; without a choice, all that are open."""

    title, parameter_name = _("Deadline"), "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return [*queue.WHENS.items(), ("closed", _("Closed")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        shown, *others = super().choices(changelist)
        return [{**shown, "display": _("All open")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        when = self.value() or ""
        if when in queue.WHENS:
            return queryset.filter(queue.narrowed(when, at=clock.now(), user=request.user))
        if when == "closed":
            return queryset.exclude(queue.is_open())
        return queryset if when == "all" else queryset.filter(queue.is_open())


class KindFilter(SimpleListFilter):
    title, parameter_name = _("Kind"), "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        kinds = DueItem.objects.order_by("kind").values_list("kind", flat=True).distinct()
        return [(kind, queue.kind_of(kind).label) for kind in kinds]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(DueItem)
class DueItemAdmin(ServiceActionAdmin):
    list_before_template = "admin/_whens.html"
    list_filter = (WhenFilter, KindFilter)
    search_fields = ("title_ko", "title_en", "subject", "about", "clause")
    list_select_related = ("owner",)
    ordering = ("due_at", "id")
    verbs = (Claim, PutBack, Finish, Waive)
    fields = ("shown_title", "shown_kind", "shown_subject", "shown_about", "shown_clause", "shown_deadline", "state",
              "owner", "opened_at", "closed_at", "outcome")  # fmt: skip
    readonly_fields = ("shown_title", "shown_kind", "shown_subject", "shown_about", "shown_clause", "shown_deadline")

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        calendar, at = Holiday.objects.calendar(), clock.now()

        @admin.display(description=_("Deadline"), ordering="due_at")
        def remaining(item: DueItem) -> SafeString:
            return cells.deadline(item.due_at, at=at, calendar=calendar, is_open=item.closed_at is None)

        return ["shown_title", "shown_kind", remaining, "shown_clause", "owner", "state", "next_step"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        whens = queue.whens(at=clock.now(), user=request.user, chosen=request.GET.get("when", ""))
        return super().changelist_view(request, {"whens": whens, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.open_subject)
        return [path("open/<str:public_id>/", view, name="open_subject"), *super().get_urls()]

    def open_subject(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Go to the page of whatever carries this public id."""
        url = place_of(public_id)
        if url is None:
            raise Http404
        return HttpResponseRedirect(url)

    @admin.display(description=_("Task"), ordering="title_ko")
    def shown_title(self, item: DueItem) -> str:
        return cells.local(item, "title")

    @admin.display(description=_("Kind"), ordering="kind")
    def shown_kind(self, item: DueItem) -> str:
        return str(queue.kind_of(item.kind).label)

    @admin.display(description=_("Subject"))
    def shown_subject(self, item: DueItem) -> SafeString:
        return cells.subject_link(item.subject)

    @admin.display(description=_("About"))
    def shown_about(self, item: DueItem) -> SafeString:
        return cells.subject_link(item.about)

    @admin.display(description=_("Clause"), ordering="clause")
    def shown_clause(self, item: DueItem) -> SafeString:
        return cells.clause_links([item.clause])

    @admin.display(description=_("Deadline"))
    def shown_deadline(self, item: DueItem) -> SafeString:
        calendar = Holiday.objects.calendar()
        return cells.deadline(item.due_at, at=clock.now(), calendar=calendar, is_open=item.closed_at is None)

    @admin.display(description="")
    def next_step(self, item: DueItem) -> SafeString:
        return cells.cell(
            "step", url=reverse("admin:open_subject", args=[item.subject]), label=queue.kind_of(item.kind).verb
        )


def place_of(public_id: str) -> str | None:
    """The back office's page of the row with this public id, if there is such a row and such a page."""
    for model in apps.get_models():
        field = next((field for field in model._meta.fields if isinstance(field, PublicIdField)), None)
        if field is not None and field.parse(public_id):
            return _page_of(model, field.name, public_id)
    return None


def _page_of(model: type[Model], field: str, public_id: str) -> str | None:
    key = model._default_manager.filter(**{field: public_id}).values_list("pk", flat=True).first()
    try:
        return (
            None
            if key is None
            else reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[key])
        )
    except NoReverseMatch:
        return None
