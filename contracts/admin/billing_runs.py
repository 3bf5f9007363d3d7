"""Billing runs at the desk: a month is counted, looked at, started, and followed until every contract was looked at."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from contracts.admin.billing_forms import MonthForm
from contracts.enums import RUN_MOVES, UNDER_WAY, RunStatus
from contracts.errors import (
    NotBillable,
    NotConcluded,
    NothingToBill,
    NotInForce,
)
from contracts.models import BillingRun, RunLeftOut
from contracts.queries import billing_runs as queries
from contracts.services import billing_runs
from upstage_console.kernel.admin import (
    Done,
    PlainVerb,
    ReadOnlyAdmin,
    ServiceActionAdmin,
    Text,
    Verb,
    cells,
    no_move,
)
from upstage_console.kernel.calendars import kst_date, month_of, months_later
from upstage_console.kernel.errors import AlreadyDone, Refusal

SECONDS_TO_LOOK_AGAIN: Final = "5"
PERMISSION: Final = "billing.issue_firminvoice"
TONES: Final = {
    RunStatus.COUNTING: "warn", RunStatus.COUNTED: "", RunStatus.ISSUING: "warn", RunStatus.DONE: "good",
    RunStatus.DROPPED: "",
}  # fmt: skip
WHY: Final = {
    AlreadyDone.code: gettext_lazy("Billed before"),
    NothingToBill.code: gettext_lazy("Nothing to bill yet"),
    NotInForce.code: gettext_lazy("Not in force in that month"),
    NotConcluded.code: gettext_lazy("Not concluded"),
    NotBillable.code: gettext_lazy("To be looked at: cannot be billed as it is written down"),
}


class AskForm(MonthForm):
    """The month, and the contracts where it is not for all."""

    contracts = forms.CharField(
        label=gettext_lazy("Contracts"), required=False, max_length=200_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("Their numbers (ctr_…), apart by spaces. Empty: all contracts that run in the month."),
    )  # fmt: skip


class Ask(Verb):
    """Have a month counted."""

    name, label, tone, icon = "ask", gettext_lazy("Bill a month"), "primary", "playlist_add_check"
    permission, form = PERMISSION, AskForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("It is counted first, and nothing is issued before you start it.")

    def initial(self, row: None, *, at: datetime) -> Mapping[str, Any]:
        return {"month": months_later(month_of(kst_date(at)), -1)}

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        contracts = given["contracts"].replace(",", " ").split()
        run = billing_runs.ask(given["month"], contracts, by=by, at=at, reason=given["reason"])
        return Done(_("It is counted within a minute; its page shows what it comes to."), result=run)


class Start(PlainVerb):
    """Issue what was counted."""

    name, label, tone, icon = "start", gettext_lazy("Issue these invoices"), "primary", "play_arrow"
    permission = PERMISSION
    says = gettext_lazy(
        "One invoice for each contract, in your name. What is issued is final; no contract is billed twice."
    )
    after = gettext_lazy("It begins within a minute; this page shows how far it is.")
    service = staticmethod(billing_runs.start)

    def refusal(self, row: BillingRun, *, at: datetime) -> Refusal | None:
        return no_move(row.status, RunStatus.ISSUING, RUN_MOVES)


class GoOn(PlainVerb):
    """Go on with a run that was killed."""

    name, label, icon = "go-on", gettext_lazy("Go on with it"), "resume"
    permission = PERMISSION
    says = gettext_lazy("It goes on where it stopped; no contract is billed twice.")
    after = gettext_lazy("It goes on within a minute.")
    service = staticmethod(billing_runs.go_on)

    def refusal(self, row: BillingRun, *, at: datetime) -> Refusal | None:
        return None if row.status in UNDER_WAY else AlreadyDone()


class Drop(PlainVerb):
    """Leave a run that was not started."""

    name, label, icon = "drop", gettext_lazy("Leave it"), "cancel"
    permission = PERMISSION
    says = gettext_lazy("Nothing is issued. What was counted stays to be seen.")
    after = gettext_lazy("It is left.")
    service = staticmethod(billing_runs.drop)

    def refusal(self, row: BillingRun, *, at: datetime) -> Refusal | None:
        return no_move(row.status, RunStatus.DROPPED, RUN_MOVES)


@admin.register(BillingRun)
class BillingRunAdmin(ServiceActionAdmin):
    list_display = ("__str__", "shown_status", "shown_contracts", "asked_by", "asked_at", "closed_at")
    list_filter = ("status", "month")
    list_select_related = ("asked_by",)
    fields = ("shown_status", "shown_contracts", "reason", "asked_by", "asked_at", "started_by", "started_at",
              "closed_at")  # fmt: skip
    readonly_fields = ("shown_status", "shown_contracts")
    change_form_outer_after_template = "admin/billing_run.html"
    list_verbs = (Ask,)
    verbs = (Start, GoOn, Drop)

    @admin.display(description=gettext_lazy("state"))
    def shown_status(self, row: BillingRun) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES[RunStatus(row.status)])

    @admin.display(description=gettext_lazy("contracts"))
    def shown_contracts(self, row: BillingRun) -> str:
        return _("all") if row.only is None else str(len(row.only))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row: BillingRun | None = self.get_object(request, object_id)
        shown = _page(row) if row is not None and self.has_view_permission(request, row) else {}
        response = super().change_view(request, object_id, form_url, shown | (extra_context or {}))
        if row is not None and row.status in UNDER_WAY:
            response.headers["Refresh"] = SECONDS_TO_LOOK_AGAIN
        return response


def _page(row: BillingRun) -> dict[str, Any]:
    """How far a run is, what it comes to, and what it leaves out; a fixed number of statements."""
    listed = f"{reverse('admin:contracts_runleftout_changelist')}?run__id__exact={row.pk}"
    return {
        "run": row, "is_under_way": row.status in UNDER_WAY, "is_started": row.started_at is not None,
        "all_of_it": queries.contracts_of(row).count(), "counted": queries.counted(row),
        "issued": queries.issued(row),
        "left_out": [_reason(one, listed) for one in queries.left_out(row)],
    }  # fmt: skip


def _reason(one: queries.LeftOut, listed: str) -> dict[str, Any]:
    first = [
        {"name": f"{row.contract.customer}: {row.contract}", "why": row.why,
         "url": reverse("admin:contracts_contract_change", args=[row.contract_id])}
        for row in one.first
    ]  # fmt: skip
    return {"why": WHY.get(one.code, one.code), "number": one.number, "more": one.more, "first": first,
            "url": f"{listed}&code={one.code}"}  # fmt: skip


@admin.register(RunLeftOut)
class RunLeftOutAdmin(ReadOnlyAdmin):
    """Every contract that runs left out; reached from the page of a run."""

    work = "technical"
    list_display = ("contract", "shown_customer", "code", "shown_why", "is_counted", "run")
    list_filter = ("code", "is_counted", ("run", admin.RelatedOnlyFieldListFilter))
    search_fields = ("contract__title", "contract__customer__firm__name")
    list_select_related = ("contract", "customer__firm", "run")
    fields = ("contract", "shown_customer", "run", "is_counted", "code", "shown_why")
    readonly_fields = ("shown_customer", "shown_why")

    @admin.display(description=pgettext_lazy("contracts", "customer"))
    def shown_customer(self, row: RunLeftOut) -> str:
        return str(row.customer)

    @admin.display(description=gettext_lazy("why"))
    def shown_why(self, row: RunLeftOut) -> str:
        return row.why
