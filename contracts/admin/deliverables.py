"""Deliverables at the desk: handed over, inspected, accepted or sent back; and their part of a contract's case file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from contracts.admin import lines, uploads
from contracts.admin.contract_parts import parts as contract_parts
from contracts.admin.contracts import why_of
from contracts.admin.customers import day
from contracts.admin.deliverable_verbs import VERBS
from contracts.admin.happenings import told
from contracts.admin.lines import Line
from contracts.admin.working_forms import FileForm
from contracts.enums import DeliveryStatus
from contracts.models import Contract, Deliverable, Delivery
from contracts.queries.deliverables import deliverables_of, expected_of, latest_of, standing_of
from contracts.services import deliverables
from upstage_console.kernel import clock
from upstage_console.kernel.admin import CaseFileAdmin, CaseParts, Fact, Happening, Panel, cells
from upstage_console.kernel.calendars import kst_date

MAY_HAND_OVER = "contracts.hand_over_deliverable"
TONES: Mapping[str, str] = {
    DeliveryStatus.DELIVERED: "warn", DeliveryStatus.ACCEPTED: "good", DeliveryStatus.REJECTED: "danger",
    DeliveryStatus.REPLACED: "",
}  # fmt: skip
TO_COME = gettext_lazy("to be delivered")

NOT_YET = "none"

parts = CaseParts()
parts.verbs.extend(VERBS)


class HandOverFilter(admin.SimpleListFilter):
    """Deliverables by how their last hand-over stands."""

    title, parameter_name = gettext_lazy("status"), "handed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        decided = (one for one in DeliveryStatus if one != DeliveryStatus.REPLACED)
        return [(NOT_YET, TO_COME), *((one.value, one.label) for one in decided)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == NOT_YET:
            return queryset.filter(last_status__isnull=True)
        return queryset.filter(last_status=self.value()) if self.value() else queryset


@admin.register(Deliverable)
class DeliverableAdmin(CaseFileAdmin):
    parts = parts
    list_display = ("name", "contract", "customer", "shown_status", "shown_until", "shown_milestone")
    list_filter = (HandOverFilter, "due_on")
    list_select_related = ("contract", "customer__firm", "fee")
    search_fields = ("name", "contract__title", "customer__firm__name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deliverable]:
        """With how the last hand-over stands."""
        last = Delivery.objects.filter(deliverable=OuterRef("pk")).order_by("-number")
        rows: QuerySet[Deliverable] = super().get_queryset(request)
        return rows.annotate(
            last_status=Subquery(last.values("status")[:1]), last_until=Subquery(last.values("inspect_by")[:1])
        )

    def headline(self, row: Deliverable, at: datetime) -> str:
        last = latest_of(row)
        if last is None:
            return _("It has not been handed over yet.")
        sentences = {
            DeliveryStatus.DELIVERED: _inspection(last),
            DeliveryStatus.ACCEPTED: _("Accepted."),
            DeliveryStatus.REJECTED: _("Sent back; it is put right and handed over again."),
        }
        return sentences[standing_of(last, on=kst_date(at))]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.add_file))
        return [path("<path:object_id>/file/", view, name="contracts_deliverable_file"), *super().get_urls()]

    def add_file(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Add a file to the hand-over that is under inspection."""
        row: Deliverable | None = self.get_object(request, unquote(object_id))
        uploads.require(request, MAY_HAND_OVER, row)
        assert row is not None  # noqa: S101 – require has seen to it
        last, form = latest_of(row), FileForm(request.POST, request.FILES)
        uploads.require(request, MAY_HAND_OVER, last)
        assert last is not None  # noqa: S101 – require has seen to it
        return uploads.handed_in(request, form, lambda: deliverables.attach(
            last.public_id, form.given(), reason=form.cleaned_data["reason"], by=request.user, at=clock.now()
        ), back=self.page_of(row))  # fmt: skip

    @admin.display(description=gettext_lazy("status"))
    def shown_status(self, row: Any) -> SafeString:
        label = DeliveryStatus(row.last_status).label if row.last_status else TO_COME
        return cells.cell("pill", label=label, tone=TONES.get(row.last_status, ""))

    @admin.display(description=gettext_lazy("milestone"), ordering="fee__milestone")
    def shown_milestone(self, row: Deliverable) -> str:
        return row.fee.milestone if row.fee else "–"

    @admin.display(description=gettext_lazy("to be inspected until"), ordering="last_until")
    def shown_until(self, row: Any) -> str:
        return day(row.last_until)


def _inspection(last: Delivery) -> str:
    if last.inspect_by is None:
        return _("The customer inspects it; no period was agreed, and silence means nothing.")
    said = {"until": day(last.inspect_by)}
    if last.silence_accepts:
        return _("The customer inspects it until %(until)s; silence accepts it then, as was agreed.") % said
    return _("The customer inspects it until %(until)s; silence means nothing.") % said


@parts.panel(10)
def facts(row: Deliverable, at: datetime) -> Panel:
    """Whose it is, and what waits for it."""
    known = [
        Fact(_("Contract"), row.contract, reverse("admin:contracts_contract_change", args=[row.contract_id])),
        Fact(_("Milestone"), row.fee.milestone if row.fee else "–"),
        Fact(_("Due on"), day(row.due_on)),
        Fact(_("Public id"), row.public_id),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@parts.panel(20)
def hand_overs(row: Deliverable, at: datetime) -> Panel:
    """Each hand-over with how its period was counted, how it was decided and its files, and a form for one more."""
    found = row.deliveries.select_related("decided_by", "said_by").prefetch_related("files__file").order_by("-number")
    shown = [one for delivery in found for one in _hand_over(delivery, at)]
    context: dict[str, Any] = {"lines": shown, "nothing": _("Nothing was handed over.")}
    last = latest_of(row)
    if last is not None and standing_of(last, on=kst_date(at)) == DeliveryStatus.DELIVERED:
        url = reverse("admin:contracts_deliverable_file", args=[row.pk])
        context |= {"form": FileForm(), "url": url, "label": _("Add it"), "summary": _("Add a file")}
    return Panel(_("Hand-overs"), "admin/case/hand_overs.html", context)


def _hand_over(one: Delivery, at: datetime) -> list[Line]:
    standing = standing_of(one, on=kst_date(at))
    said = [day(one.handed_over_at), one.how, why_of(one.why)]
    if one.decided_how:
        said += [one.get_decided_how_display(), day(one.decided_at), one.decision]
    first = Line(
        _("Hand-over %(number)s") % {"number": one.number}, pill=standing.label, tone=TONES[standing],
        aside=" · ".join(filter(None, said)),
    )  # fmt: skip
    return [first, *(_file(link.file) for link in one.files.all())]


def _file(file: Any) -> Line:
    return Line(file.name, reverse("admin:contracts_file_open", args=[file.pk]), code=f"SHA-256 {file.sha256}")


@parts.source
def deeds(row: Deliverable, before: datetime, length: int) -> Iterable[Happening]:
    """What was done with it."""
    return told([row.public_id], before, length)


@contract_parts.panel(60)
def of_contract(row: Contract, at: datetime) -> Panel | None:
    """The deliverables of a contract: how each stands, and what statements of work name beyond them."""
    shown = [_deliverable(one, at) for one in deliverables_of(row)]
    shown += [
        Line(
            one.name, pill=TO_COME, aside=" · ".join(filter(None, [one.detail, day(one.due_on) if one.due_on else ""]))
        )
        for one in expected_of(row)
    ]
    return lines.panel(_("Deliverables"), shown, "") if shown else None


def _deliverable(row: Deliverable, at: datetime) -> Line:
    last, url = latest_of(row), reverse("admin:contracts_deliverable_change", args=[row.pk])
    milestone = row.fee.milestone if row.fee else ""
    if last is None:
        aside = " · ".join(filter(None, [milestone, day(row.due_on) if row.due_on else ""]))
        return Line(row.name, url, TO_COME, aside=aside)
    standing = standing_of(last, on=kst_date(at))
    until = _("inspection until %(until)s") % {"until": day(last.inspect_by)} if last.inspect_by else ""
    return Line(row.name, url, standing.label, TONES[standing], " · ".join(filter(None, [milestone, until])))
