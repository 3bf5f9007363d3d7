"""The bases of the back office."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin, TabularInline

from upstage_console.kernel import clock
from upstage_console.kernel.admin.figures import WithFigures
from upstage_console.kernel.admin.pages import VerbPage
from upstage_console.kernel.admin.verbs import Button, Verb


class ReadOnlyAdmin(WithFigures, ModelAdmin):
    """Rows that the back office shows and never changes: no adding, no changing, no deleting, no raw state.

    `work` is the group of the side menu it stands in; without one, that of its app.
    """

    work: ClassVar[str] = ""
    actions = None
    list_fullwidth = True
    list_per_page = 50
    show_full_result_count = False
    empty_value_display = "–"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyRows(WithFigures, TabularInline):
    """Rows that belong to the one on the page, shown and never changed."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ServiceActionAdmin(ReadOnlyAdmin):
    """Read-only rows with verbs: `verbs` stand on a row's page, `list_verbs` on the list."""

    verbs: ClassVar[Sequence[type[Verb]]] = ()
    list_verbs: ClassVar[Sequence[type[Verb]]] = ()
    change_form_outer_before_template = "admin/_verbs.html"
    list_before_template = "admin/_verbs.html"

    def get_verbs(self) -> Sequence[type[Verb]]:
        """The verbs of a row; pages that others add to say more."""
        return self.verbs

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view(self.verb_view)
        own = [
            path("do/<slug:verb>/", view, name=f"{name}_do_on_list"),
            path("<path:object_id>/do/<slug:verb>/", view, name=f"{name}_do"),
        ]
        return [*own, *super().get_urls()]

    def verb_view(self, request: HttpRequest, verb: str, object_id: str | None = None) -> HttpResponse:
        """The page of one verb; 404 for what does not exist, 403 for whom it is not."""
        known = self.list_verbs if object_id is None else self.get_verbs()
        chosen = next((kind() for kind in known if kind.name == verb), None)
        row = None if object_id is None else self.get_object(request, unquote(object_id))
        if chosen is None or (object_id is not None and row is None):
            raise Http404
        if not (self.has_view_permission(request, row) and request.user.has_perm(chosen.permission)):
            raise PermissionDenied
        self.note_view(request, row)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": row, "media": self.media}
        return VerbPage(request, chosen, row, back=self.page_of(row), context=context).respond()

    def page_of(self, row: Any) -> str:
        """Where a row, or without one the list, stands."""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}"
        return reverse(f"{name}_change", args=[row.pk]) if row is not None else reverse(f"{name}_changelist")

    def note_view(self, request: HttpRequest, row: Any) -> None:
        """Called when staff open a row's page or one of its verbs; personal data is logged here."""

    def buttons(self, request: HttpRequest, row: Any = None, *, at: datetime) -> list[Button]:
        """The verbs this person may use; those that are not possible at `at` say why."""
        kinds = self.get_verbs() if row is not None else self.list_verbs
        return [self._button(kind(), row, at) for kind in kinds if request.user.has_perm(kind.permission)]

    def _button(self, verb: Verb, row: Any, at: datetime) -> Button:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_do"
        name, place = (f"{name}_on_list", []) if row is None else (name, [row.pk])
        url = reverse(name, args=[*place, verb.name])
        refusal = verb.refusal(row, at=at)
        return Button(verb.name, verb.label, url, verb.tone, verb.icon, str(refusal) if refusal else "")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(
            request, {"buttons": self.buttons(request, at=clock.now()), **(extra_context or {})}
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is not None and self.has_view_permission(request, row):
            self.note_view(request, row)
            extra_context = {"buttons": self.buttons(request, row, at=clock.now()), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra_context)
