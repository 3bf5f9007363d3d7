"""Case files: facts and standing on the left, one timeline on the right, what is due on top, verbs as buttons.

The page belongs to one app; the apps above add their panels, their part of the timeline, their verbs and their columns.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Expression, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise

from upstage_console.kernel import clock
from upstage_console.kernel.admin import cells, queue
from upstage_console.kernel.admin.bases import ServiceActionAdmin
from upstage_console.kernel.admin.verbs import Button, Verb
from upstage_console.kernel.audit import name_of
from upstage_console.kernel.models import DueItem, Holiday

TIMELINE_LENGTH = 40


@dataclass(frozen=True)
class Fact:
    """One line of what is known."""

    label: str | Promise
    value: Any
    url: str = ""


@dataclass(frozen=True)
class Panel:
    """A part of the left side: its title, its template and what the template shows."""

    title: str | Promise
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""


@dataclass(frozen=True)
class Happening:
    """One line of the timeline. `whole_day` where it is the sum of a day."""

    at: datetime
    what: str
    kind: str
    by: str = ""
    detail: str = ""
    amount: Any = None
    currency: str = ""
    clauses: Sequence[str] = ()
    url: str = ""
    whole_day: bool = False


@dataclass(frozen=True)
class Column:
    """A column that an upper app adds to the list: a value computed by the database, and how that value is shown."""

    name: str
    label: str | Promise
    annotation: Callable[[datetime], Expression]
    show: Callable[[Any, Any], Any]


@dataclass
class VerbGroup:
    """Verbs that stand together under a head, on a page that has many."""

    label: str | Promise
    verbs: list[type[Verb]] = field(default_factory=list)


@dataclass(frozen=True)
class ButtonGroup:
    """A group as a page shows it: those that can be used now, then the others, which say why not."""

    label: str | Promise
    buttons: Sequence[Button]

    @property
    def usable(self) -> int:
        """How many can be used now."""
        return sum(not button.why_not for button in self.buttons)


PanelOf = Callable[[Any, datetime], Panel | None]
Names = Callable[[Any], Iterable[str]]
"""The public ids of what belongs to a row: its tasks stand on the row's page, too."""

Source = Callable[[Any, datetime, int], Iterable[Happening]]
"""The newest so many happenings of a row before an instant."""


@dataclass
class CaseParts:
    """What the apps add to the case file of one kind of row."""

    panels: list[tuple[int, PanelOf]] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    verbs: list[type[Verb]] = field(default_factory=list)
    groups: list[VerbGroup] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    names: Names | None = None

    def panel(self, order: int) -> Callable[[PanelOf], PanelOf]:
        """Register a panel; the lowest order stands on top."""

        def register(function: PanelOf) -> PanelOf:
            self.panels.append((order, function))
            self.panels.sort(key=lambda entry: entry[0])
            return function

        return register

    def group(self, label: str | Promise) -> VerbGroup:
        """A new group of verbs, after those that are there."""
        self.groups.append(VerbGroup(label))
        return self.groups[-1]

    def source(self, function: Source) -> Source:
        """Register a part of the timeline."""
        self.sources.append(function)
        return function

    def timeline(self, row: Any, *, before: datetime, length: int) -> tuple[list[Happening], datetime | None]:
        """The newest happenings before an instant from all sources, and where the older ones begin."""
        told = [happening for source in self.sources for happening in source(row, before, length + 1)]
        told.sort(key=lambda happening: happening.at, reverse=True)
        if len(told) <= length:
            return told, None
        last = told[length - 1].at
        return [happening for happening in told if happening.at >= last], last


class CaseFileAdmin(ServiceActionAdmin):
    """A row's page is its case file."""

    parts: CaseParts
    case_template = "admin/case.html"

    def get_verbs(self) -> Sequence[type[Verb]]:
        return [*self.verbs, *self.parts.verbs, *(verb for group in self.parts.groups for verb in group.verbs)]

    def headline(self, row: Any, at: datetime) -> str:
        """The state in one sentence."""
        raise NotImplementedError

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        self.note_view(request, row)
        context = self.admin_site.each_context(request) | self.case_context(request, row) | (extra_context or {})
        return TemplateResponse(request, self.case_template, context)

    def case_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Everything the page shows."""
        at = clock.now()
        before = parse_datetime(request.GET.get("before", "")) or at.replace(year=at.year + 1)
        buttons = self.buttons(request, row, at=at)
        happenings, older = self.parts.timeline(row, before=before, length=TIMELINE_LENGTH)
        panels = [panel for _, panel_of in self.parts.panels if (panel := panel_of(row, at)) is not None]
        return {
            "title": str(row), "opts": self.opts, "original": row, "row": row, "media": self.media,
            "headline": self.headline(row, at), "panels": panels, "buttons": buttons,
            **self._grouped(buttons),
            "happenings": happenings, "older": older, "is_older": "before" in request.GET,
            "due_items": due_lines(row, at, self.parts.names(row) if self.parts.names else ()), "is_fullwidth": "1",
        }  # fmt: skip

    def _grouped(self, buttons: Sequence[Button]) -> dict[str, Any]:
        """What stands in front – what has no group, and the next step where there is one – and the groups."""
        grouped = {verb.name for group in self.parts.groups for verb in group.verbs}
        front = [one for one in buttons if one.name not in grouped or (one.tone == "primary" and not one.why_not)]
        groups = []
        for group in self.parts.groups:
            names = {verb.name for verb in group.verbs}
            shown = [one for one in buttons if one.name in names and one not in front]
            groups.append(ButtonGroup(group.label, sorted(shown, key=lambda one: bool(one.why_not))))
        return {"front": front, "groups": [group for group in groups if group.buttons]}


def due_lines(row: Any, at: datetime, belonging: Iterable[str] = ()) -> list[dict[str, Any]]:
    """The open obligations about a row and what belongs to it, the most urgent first."""
    calendar, name = Holiday.objects.calendar(), name_of(row)
    items: Iterable[DueItem] = queue.open_items().filter(Q(about=name) | Q(subject__in=[name, *belonging]))
    return [
        {
            "item": item, "title": cells.local(item, "title"), "kind": queue.kind_of(item.kind),
            "deadline": cells.deadline(item.due_at, at=at, calendar=calendar),
        }
        for item in items
    ]  # fmt: skip
