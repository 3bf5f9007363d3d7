"""Proofs at the desk: asked for on the contract's page, handed in as a file or waived on their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contracts.admin import lines, uploads
from contracts.admin import service_fields as fields
from contracts.admin.billing_forms import choice_field
from contracts.admin.contract_parts import DOCUMENTS, parts
from contracts.admin.contracts import OfUnended
from contracts.admin.customers import day
from contracts.admin.lines import Line
from contracts.enums import ProofKind, ProofStatus
from contracts.models import Contract, ProofRequest
from contracts.services import proofs
from upstage_console.kernel import wording
from upstage_console.kernel.admin import (
    CaseFileAdmin,
    CaseParts,
    Done,
    Fact,
    Panel,
    PlainVerb,
    ReasonForm,
    Text,
    cells,
)
from upstage_console.kernel.calendars import last_day
from upstage_console.kernel.errors import AlreadyDone, Refusal

MAY_ASK = "contracts.ask_proof"
TONES = {ProofStatus.ASKED: "warn", ProofStatus.HANDED_IN: "good"}

proof_parts = CaseParts()


def shown_name(row: ProofRequest) -> str:
    """What is asked for, in the language of the page."""
    return str(getattr(proofs.name_of(row), wording.tongue(get_language())))


class AskForm(ReasonForm):
    kind = choice_field(gettext_lazy("What is asked for"), ProofKind.choices)
    what = fields.line(gettext_lazy("Name of another proof"), required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("kind") == ProofKind.OTHER and not wording.is_visible(given.get("what", "")):
            self.add_error("what", _("Say what is asked for."))
        return given


class AskProof(OfUnended):
    name, label, icon = "ask-proof", gettext_lazy("Ask the firm for a proof"), "badge"
    permission, form = MAY_ASK, AskForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("The firm's contacts are asked for it (4.1); the conclusion shows what has not come.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = proofs.ask(
            row.public_id, ProofKind(given["kind"]), what=given["what"], reason=given["reason"], by=by, at=at
        )
        return Done(_("The firm is asked."), result=made)


DOCUMENTS.verbs.append(AskProof)


@parts.panel(14)
def asked(row: Contract, at: datetime) -> Panel | None:
    """What the firm was asked for, what came, and what is still missing."""
    shown = [_line(one) for one in row.proofs.select_related("file").order_by("-pk")]
    number = len(proofs.missing(row))
    title = _("Proofs, %(number)s still missing") % {"number": number} if number else _("Proofs")
    return lines.panel(title, shown, "") if shown else None


def _line(row: ProofRequest) -> Line:
    url = reverse("admin:contracts_proofrequest_change", args=[row.pk])
    aside = row.waive_reason or _("asked for until %(until)s") % {"until": day(last_day(row.due_at))}
    code = f"SHA-256 {row.file.sha256}" if row.file else ""
    return Line(
        shown_name(row), url, row.get_status_display(), TONES.get(ProofStatus(row.status), ""), aside, code
    )  # fmt: skip


class Waive(PlainVerb):
    name, label, icon = "waive", gettext_lazy("Do without it"), "do_not_disturb_on"
    permission = MAY_ASK
    says = gettext_lazy("It is no longer waited for; the reason stays.")
    after = gettext_lazy("It is waived.")
    service = staticmethod(proofs.waive)

    def refusal(self, row: ProofRequest, *, at: datetime) -> Refusal | None:
        return None if row.status == ProofStatus.ASKED else AlreadyDone()


proof_parts.verbs.append(Waive)


@admin.register(ProofRequest)
class ProofRequestAdmin(CaseFileAdmin):
    parts = proof_parts
    list_display = ("contract", "customer", "shown_kind", "shown_status", "due_at", "asked_by", "asked_at")
    list_filter = ("status", "kind", "due_at")
    list_select_related = ("contract", "customer__firm", "asked_by")
    search_fields = ("contract__title", "customer__firm__name", "what")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.hand_in))
        return [path("<path:object_id>/hand-in/", view, name="contracts_proof_hand_in"), *super().get_urls()]

    def hand_in(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Keep the file that came."""
        return uploads.kept(self, request, object_id, MAY_ASK, proofs.hand_in)

    def headline(self, row: ProofRequest, at: datetime) -> str:
        return str(row.get_status_display())

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def shown_kind(self, row: ProofRequest) -> str:
        return shown_name(row)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: ProofRequest) -> SafeString:
        tone = TONES.get(ProofStatus(row.status), "")
        return cells.cell("pill", label=row.get_status_display(), tone=tone)


@proof_parts.panel(10)
def facts(row: ProofRequest, at: datetime) -> Panel:
    """What is asked for, until when, and what came of it."""
    known = [
        Fact(_("Contract"), row.contract, fields.contract_page(row)),
        Fact(_("What is asked for"), shown_name(row)),
        Fact(_("Asked by"), row.asked_by or "–"),
        Fact(_("Asked at"), row.asked_at),
        Fact(_("Asked for until"), day(last_day(row.due_at))),
    ]
    if row.file is not None:
        url = reverse("admin:contracts_file_open", args=[row.file_id])
        known += [Fact(_("File"), row.file, url), Fact(_("SHA-256"), row.file.sha256)]
    if row.closed_at is not None:
        known += [Fact(_("Closed at"), row.closed_at), Fact(_("Closed by"), row.closed_by or "–")]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": [*known, Fact(_("Waived"), row.waive_reason or "–")]})


@proof_parts.panel(20)
def file_of(row: ProofRequest, at: datetime) -> Panel | None:
    """Where the file is handed in."""
    if row.status != ProofStatus.ASKED:
        return None
    return uploads.panel(reverse("admin:contracts_proof_hand_in", args=[row.pk]), _("Nothing has come yet."))
