"""What accountants take along: a table, from one day to another, as CSV or XLSX, sent while it is read."""

from datetime import date
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget

from accounts.admin import purpose
from accounts.services import viewing
from billing.queries.accounting import TABLES, Table
from billing.rules import sheets
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import ONE_DAY, kst_date, month_of, months_later

PERMISSION: Final = "billing.export_accounts"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Final = [("xlsx", "XLSX"), ("csv", "CSV")]


class ExportForm(forms.Form):
    table = forms.ChoiceField(
        label=gettext_lazy("Table"), choices=[(name, table.label) for name, table in TABLES.items()],
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    first = forms.DateField(label=gettext_lazy("From"), widget=UnfoldAdminDateWidget)
    last = forms.DateField(label=gettext_lazy("To"), widget=UnfoldAdminDateWidget)
    format = forms.ChoiceField(label=gettext_lazy("File"), choices=FORMATS, widget=UnfoldAdminSelectWidget)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("first") and given.get("last") and given["last"] < given["first"]:
            raise forms.ValidationError(_("The last day comes before the first."))
        return given


def page(request: HttpRequest) -> HttpResponseBase:
    """The form and, once it is filled in, the file; each file is a line in the log of looks."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    asked = purpose.question(request)
    if asked is not None:
        return asked
    form = ExportForm(request.GET if "table" in request.GET else None, initial=_month_before())
    if form.is_valid():
        return _file(request, **form.cleaned_data)
    shown = admin.site.each_context(request) | {"form": form, "title": _("Files for accountants")}
    return TemplateResponse(request, "admin/accounting.html", shown)


def _month_before() -> dict[str, Any]:
    this = month_of(kst_date(clock.now()))
    return {"first": months_later(this, -1), "last": this - ONE_DAY, "format": "xlsx"}


def _file(request: HttpRequest, table: str, first: date, last: date, format: str) -> HttpResponseBase:
    chosen = TABLES[table]
    _note(request, chosen, table, first, last)
    name, rows = f"{table}-{first}-{last}.{format}", chosen.rows(first, last)
    response: HttpResponseBase
    if format == "xlsx":
        made = sheets.xlsx(capfirst(str(chosen.label)), chosen.head, rows)
        response = FileResponse(made, as_attachment=True, filename=name, content_type=XLSX)
    else:
        response = StreamingHttpResponse(sheets.csv_blocks(chosen.head, rows), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _note(request: HttpRequest, table: Table, name: str, first: date, last: date) -> None:
    at = clock.now()
    viewing.note_many(
        rows=table.count(first, last), by=request.user, at=at, ip=request.META.get("REMOTE_ADDR", ""),
        screen=f"accounting.{name}", purpose=purpose.remembered(request, at),
    )  # fmt: skip
