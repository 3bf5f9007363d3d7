"""Documents at the desk: drafted and handed in on the contract's page, offered and agreed on their own."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from contracts.admin import lines, uploads
from contracts.admin.customers import day
from contracts.admin.document_forms import MessageForm, SignedForm
from contracts.admin.document_verbs import VERBS
from contracts.admin.happenings import told
from contracts.admin.lines import Line
from contracts.enums import DocumentStatus, PaperKind, SigningStatus
from contracts.models import ContractDocument, ContractFile
from contracts.services import approvals, conclusion, files, rendering
from upstage_console.kernel import clock
from upstage_console.kernel.admin import Button, CaseFileAdmin, CaseParts, Fact, Happening, Panel, cells

TONES: Mapping[str, str] = {
    DocumentStatus.OFFERED: "warn", DocumentStatus.ACCEPTED: "good", DocumentStatus.SIGNED: "good",
    DocumentStatus.VOIDED: "danger",
}  # fmt: skip

parts = CaseParts()
parts.verbs.extend(VERBS)


@admin.register(ContractDocument)
class ContractDocumentAdmin(CaseFileAdmin):
    parts = parts
    list_display = ("title", "customer", "kind", "revision", "shown_status", "effective_on", "made_at")
    list_filter = ("status", "kind", "made_at")
    list_select_related = ("customer__firm", "contract")
    search_fields = ("title", "sha256", "contract__title", "customer__firm__name", "email_approval__message_id")
    search_help_text = gettext_lazy("Title, hash, contract, firm, or Message-ID of an approval")

    def headline(self, row: ContractDocument, at: datetime) -> str:
        sentences = {
            DocumentStatus.DRAFT: _("A draft; nobody has been offered it."),
            DocumentStatus.OFFERED: _("Offered: its words are final, and wait for both sides."),
            DocumentStatus.ACCEPTED: _("Accepted without signatures; it applies where it alone speaks."),
            DocumentStatus.SIGNED: _("Signed by both sides; it prevails over the terms."),
            DocumentStatus.SUPERSEDED: _("Superseded by a newer version."),
            DocumentStatus.VOIDED: _("Left; nobody agreed to it."),
        }
        return sentences[DocumentStatus(row.status)]

    def buttons(self, request: HttpRequest, row: Any = None, *, at: datetime) -> list[Button]:
        """Only a quote becomes an order form; what the console wrote from a contract is written anew with it."""
        shown = super().buttons(request, row, at=at)
        if row is None:
            return shown
        hidden = {"order"} if row.kind != PaperKind.QUOTE else set()
        if row.kind == PaperKind.SOW or row.is_deed:
            hidden.add("revise")
        return [button for button in shown if button.name not in hidden]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/signed/", view(require_POST(self.file_signed)), name="contracts_document_signed"),
            path("<path:object_id>/email/", view(require_POST(self.file_email)), name="contracts_document_email"),
            path("<path:object_id>/print/", view(require_safe(self.print)), name="contracts_document_print"),
            path("files/<int:file_id>/", view(require_safe(self.open_file)), name="contracts_file_open"),
            *super().get_urls(),
        ]

    def file_signed(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Keep the scan of what both sides signed; of an order form, the contract is concluded by it."""
        row = self._row(request, uploads.MAY_CONCLUDE, object_id)
        form = SignedForm(request.POST, request.FILES)
        return uploads.handed_in(request, form, lambda: conclusion.file_signed(
            row.public_id, form.given(), on=form.cleaned_data["on"], signers=form.cleaned_data["signers"],
            reason=form.cleaned_data["reason"], by=request.user, at=clock.now(),
        ), back=self.page_of(row))  # fmt: skip

    def file_email(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Keep the raw message of an approval, bound to this version."""
        row = self._row(request, uploads.MAY_CONCLUDE, object_id)
        form = MessageForm(request.POST, request.FILES)
        return uploads.handed_in(request, form, lambda: approvals.file_email(
            row.public_id, form.given().content, reason=form.cleaned_data["reason"], by=request.user, at=clock.now(),
        ), back=self.page_of(row))  # fmt: skip

    def print(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The document as a file: what was handed in, or its sheet as a PDF."""
        row = self._row(request, uploads.MAY_OPEN, object_id)
        return uploads.opened(request, rendering.printed(row, by=request.user, at=clock.now()))

    def open_file(self, request: HttpRequest, file_id: int) -> HttpResponse:
        """A file of a contract as it was kept."""
        file = ContractFile.objects.filter(pk=file_id).first()
        uploads.require(request, uploads.MAY_OPEN, file)
        assert file is not None  # noqa: S101 – require has seen to it
        return uploads.opened(request, file)

    def _row(self, request: HttpRequest, permission: str, object_id: str) -> ContractDocument:
        row: ContractDocument | None = self.get_object(request, unquote(object_id))
        uploads.require(request, permission, row)
        assert row is not None  # noqa: S101 – require has seen to it
        return row

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: ContractDocument) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(row.status, ""))


@parts.panel(10)
def facts(row: ContractDocument, at: datetime) -> Panel:
    """What it is, and how it stands."""
    known = [
        Fact(_("Contract"), row.contract, reverse("admin:contracts_contract_change", args=[row.contract_id])),
        Fact(_("Kind"), row.get_kind_display()),
        Fact(_("Version"), row.revision),
        Fact(_("Status"), row.get_status_display()),
        Fact(_("Made from"), row.follows or "–", _page(row.follows)),
        Fact(_("Offer valid until"), day(row.valid_until)),
        Fact(_("Offered at"), row.offered_at or "–"),
        Fact(_("Effective on"), day(row.effective_on)),
        Fact(_("How it was agreed"), row.get_bound_how_display() if row.bound_how else "–"),
        Fact(_("Made by"), row.made_by or "–"),
        Fact(_("Public id"), row.public_id),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


def _page(row: ContractDocument | None) -> str:
    return reverse("admin:contracts_contractdocument_change", args=[row.pk]) if row else ""


@parts.panel(20)
def content(row: ContractDocument, at: datetime) -> Panel:
    """What it says, and the file it is, with its hash."""
    said = [Line(f"{topic} = {value}") for topic, value in row.says.items()]
    if row.file is not None:
        url = reverse("admin:contracts_file_open", args=[row.file_id])
        said.append(Line(row.file.name, url, code=f"SHA-256 {row.file.sha256}"))
    if files.is_sheet(row.file):
        said.append(Line(_("As a PDF"), reverse("admin:contracts_document_print", args=[row.pk])))
    return lines.panel(_("Content"), said, _("It says nothing that is read by the software."))


@parts.panel(30)
def evidence(row: ContractDocument, at: datetime) -> Panel | None:
    """What proves that it was agreed."""
    if row.bound_at is None:
        return None
    shown = [Line(str(name), aside=_in_a_line(value)) for name, value in row.bound_facts.items()]
    if row.evidence is not None:
        url = reverse("admin:contracts_file_open", args=[row.evidence_id])
        shown.append(Line(row.evidence.name, url, code=f"SHA-256 {row.evidence.sha256}"))
    return lines.panel(_("Evidence"), shown, "")


def _in_a_line(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@parts.panel(40)
def agreeing(row: ContractDocument, at: datetime) -> Panel | None:
    """The forms by which an agreement outside of the console is written down."""
    if row.status != DocumentStatus.OFFERED:
        return None
    shown = {
        "is_deed": row.is_deed, "has_round": row.signings.filter(status=SigningStatus.OPEN).exists(),
        "forms": [
            {"form": SignedForm(), "url": reverse("admin:contracts_document_signed", args=[row.pk]),
             "title": _("Signed on paper"), "label": _("File the scan")},
            {"form": MessageForm(), "url": reverse("admin:contracts_document_email", args=[row.pk]),
             "title": _("Approved by e-mail"), "label": _("File the message")},
        ],
    }  # fmt: skip
    return Panel(_("It was agreed elsewhere"), "admin/case/agreeing.html", shown)


@parts.source
def deeds(row: ContractDocument, before: datetime, length: int) -> Iterable[Happening]:
    """What was done with it, and with the requests to sign it."""
    return told([row.public_id, *(one.public_id for one in row.signings.all())], before, length)
