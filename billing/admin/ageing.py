"""The ageing report: what is owed by how long it has been due, by currency, by member and by firm; and as CSV."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.admin.rows import OfMembersAdmin, note_list
from accounts.rules.exports import cells
from billing.enums import InvoiceStatus
from billing.models import AgedDebt
from billing.queries import ageing, firm_ageing
from billing.queries.ageing import BUCKETS, Aged, Bucket
from billing.queries.firm_ageing import FirmAged
from upstage_console.kernel import clock

A_PAGE: Final = 50
BOM: Final = "\ufeff"
HEAD: Final = ("member", "currency", "invoices", "oldest_due_on", *BUCKETS, "principal", "late_fee", "total", "kind")
LABELS: Final = {
    "not_due": gettext_lazy("Not due yet"),
    "days_30": gettext_lazy("1–30 days late"),
    "days_60": gettext_lazy("31–60 days late"),
    "days_90": gettext_lazy("61–90 days late"),
    "older": gettext_lazy("More than 90 days late"),
}


@admin.register(AgedDebt)
class AgedDebtAdmin(OfMembersAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.file_view))
        return [path("ageing.csv", view, name="billing_ageddebt_file"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = self._question(request)
        if asked is not None:
            return asked
        today = clock.today()
        page = Paginator(ageing.debtors(), A_PAGE).get_page(request.GET.get("page"))
        rows, firms = ageing.aged(page, today), firm_ageing.every(today)
        note_list(request, len(rows), self.screen("list"))
        shown = {
            "title": _("Ageing of debts"), "opts": self.opts, "today": today, "page": page, "labels": LABELS.values(),
            "sums": _by_currency(firm_ageing.added(ageing.totals(today), firms)),
            "firms": [_line_of_firm(row) for row in firms], "rows": [_line(row) for row in rows],
            "file_url": reverse("admin:billing_ageddebt_file"), "is_fullwidth": "1",
        }  # fmt: skip
        context = self.admin_site.each_context(request) | shown | (extra_context or {})
        return TemplateResponse(request, "admin/ageing.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """An aged debt is an invoice; nothing is changed here."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:billing_invoice_change", args=[object_id]))

    def file_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """Everybody who owes something, members and then firms, as CSV, sent while it is read."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = clock.today()
        note_list(request, ageing.debtors().count(), self.screen("file"))
        response = StreamingHttpResponse(_csv(today), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="ageing-{today}.csv"'
        response.headers["Cache-Control"] = "no-store"
        return response


def _by_currency(sums: Sequence[Bucket]) -> list[dict[str, Any]]:
    """A line for each currency with a sum for each age, and all together."""
    lines = []
    for currency, found in groupby(sums, key=lambda one: one.currency):
        by_name = {one.name: one for one in found}
        lines.append({
            "currency": currency,
            "buckets": [by_name.get(name) for name in BUCKETS],
            "total": sum(one.principal for one in by_name.values()),
        })  # fmt: skip
    return lines


def _line(row: Aged) -> dict[str, Any]:
    return {
        "row": row, "buckets": [row.buckets[name] for name in BUCKETS],
        "url": reverse("admin:accounts_member_change", args=[row.member_id]),
    }  # fmt: skip


def _line_of_firm(row: FirmAged) -> dict[str, Any]:
    asked = urlencode({"q": row.firm.business_number, "status__exact": InvoiceStatus.ISSUED.value})
    return {
        "row": row, "buckets": [row.buckets[name] for name in BUCKETS],
        "url": f"{reverse('admin:billing_firminvoice_changelist')}?{asked}",
    }  # fmt: skip


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv(today: date) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow(HEAD)
    for row in ageing.every(today):
        amounts = (*row.buckets.values(), row.principal, row.late_fee, row.total)
        yield writer.writerow(cells((row.name, row.currency, row.invoices, row.oldest, *amounts, "member")))
    for firm in firm_ageing.every(today):
        amounts = (*firm.buckets.values(), firm.principal, firm.interest, firm.total)
        invoices = sum(firm.invoices.values())
        yield writer.writerow(cells((firm.firm.name, firm.currency, invoices, firm.oldest or "", *amounts, "firm")))
