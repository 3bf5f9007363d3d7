"""The cockpit of a month's close: what would be invoiced, what is, what to look at, and the way to go on with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from billing.admin import accounting
from billing.enums import InvoiceKind
from billing.models import BillingMonth
from billing.queries import month_close, revenue
from billing.services import close_asked
from upstage_console.kernel import clock
from upstage_console.kernel.admin import Done, ServiceActionAdmin, Text, Verb, cells
from upstage_console.kernel.errors import Refusal

SECONDS_TO_LOOK_AGAIN: Final = "5"
MONTHS_SHOWN: Final = 12
WHY: Final = {
    "no_card": gettext_lazy("Something is owed, and there is no card it could be charged to"),
    "gone": gettext_lazy("Used by somebody who is no member any more"),
    "unusual": gettext_lazy("More than five times what was used the month before"),
    "negative": gettext_lazy("Less than nothing: the month of this member cannot be invoiced"),
}


class CloseMonth(Verb):
    """Close a month now, or go on with a close that was killed."""

    name, label, tone, icon = "close", gettext_lazy("Close the month"), "primary", "task_alt"
    permission = "billing.close_billingmonth"

    def refusal(self, row: BillingMonth, *, at: datetime) -> Refusal | None:
        return close_asked.refusal(row, at=at)

    def sentence(self, row: BillingMonth, *, at: datetime) -> Text:
        if row.closing_at is None:
            return _("From now on nothing more comes into this month, and everybody who used something is invoiced.")
        return _("The close goes on where it stopped; nobody is invoiced twice.")

    def run(self, row: BillingMonth, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        close_asked.ask(row.pk, reason=given["reason"], by=by, at=at)
        return Done(_("It begins within a minute; this page shows how far it is."))


@admin.register(BillingMonth)
class BillingMonthAdmin(ServiceActionAdmin):
    list_display = ("__str__", "shown_state", "closing_at", "closed_at")
    fields = ("shown_state", "closing_at", "closed_at")
    readonly_fields = ("shown_state",)
    list_before_template = "admin/revenue.html"
    change_form_outer_after_template = "admin/month_close.html"
    verbs = (CloseMonth,)

    @admin.display(description=gettext_lazy("state"))
    def shown_state(self, row: BillingMonth) -> SafeString:
        if row.closed_at is not None:
            return cells.cell("pill", label=_("closed"), tone="good")
        if row.closing_at is not None:
            return cells.cell("pill", label=_("being invoiced"), tone="warn")
        return cells.cell("pill", label=pgettext("billing month", "open"), tone="")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(accounting.page)
        return [path("accounts/", view, name="billing_accounting"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {
            "revenue": revenue.by_month(MONTHS_SHOWN, clock.now()),
            "may_export": request.user.has_perm(accounting.PERMISSION),
        }
        return super().changelist_view(request, shown | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row: BillingMonth | None = self.get_object(request, object_id)
        shown = _cockpit(row) if row is not None and self.has_view_permission(request, row) else {}
        response = super().change_view(request, object_id, form_url, shown | (extra_context or {}))
        if row is not None and row.closing_at is not None and row.closed_at is None:
            response.headers["Refresh"] = SECONDS_TO_LOOK_AGAIN
        return response


def _cockpit(row: BillingMonth) -> dict[str, Any]:
    """Everything the page of a month shows; of a closed month there is nothing left to invoice."""
    is_closed = row.closed_at is not None
    would = [] if is_closed else month_close.would_be_invoiced(row.month)
    invoiced = month_close.invoiced(row.month)
    done, left = sum(one.invoices for one in invoiced), sum(one.invoices for one in would)
    usage = f"{reverse('admin:billing_usageday_changelist')}?billing_month={row.month.isoformat()}"
    listed = f"{reverse('admin:billing_invoice_changelist')}?month={row.month.isoformat()}&kind__exact="
    return {
        "month": row, "is_closed": is_closed, "would": would, "invoiced": invoiced, "done": done,
        "all_of_it": done + left, "received": month_close.received(row.month),
        "exceptions": [] if is_closed else _exceptions(row), "late_usage": month_close.late_usage(row.month),
        "not_settled": 0 if is_closed else month_close.not_settled(),
        "open_invoices": month_close.open_invoices(row.month),
        "list_url": f"{listed}{InvoiceKind.MONTHLY}", "usage_url": usage,
    }  # fmt: skip


def _exceptions(row: BillingMonth) -> list[dict[str, Any]]:
    return [
        {
            "why": WHY[one.why], "members": one.members,
            "largest": [
                {"odd": odd, "url": reverse("admin:accounts_member_change", args=[odd.member_id])}
                for odd in one.largest
            ],
        }
        for one in month_close.exceptions(row.month)
    ]  # fmt: skip
