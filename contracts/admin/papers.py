"""What a contract's case file shows of its documents: the list, what governs, the conclusion, files handed in."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contracts.admin import lines, uploads
from contracts.admin.contract_parts import DOCUMENTS, parts
from contracts.admin.contracts import ContractAdmin
from contracts.admin.document_forms import HandInForm
from contracts.admin.document_verbs import AddPaper, AddSow
from contracts.admin.documents import TONES
from contracts.admin.lines import Line
from contracts.enums import PaperKind
from contracts.enums.topics import label_of, value_of
from contracts.models import Conclusion, Contract, ContractDocument
from contracts.queries.governing import governing, topics_of
from contracts.rules.precedence import Governing
from contracts.services import documents
from contracts.services.documents import Paper
from upstage_console.kernel import clock
from upstage_console.kernel.admin import Fact, Panel
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.wording import tongue

DOCUMENTS.verbs += [AddPaper, AddSow]


@parts.panel(15)
def conclusion(row: Contract, at: datetime) -> Panel | None:
    """The evidence that the contract came into being."""
    found = Conclusion.objects.filter(contract=row).select_related("recorded_by", "evidence").first()
    if found is None:
        return None
    known = [
        Fact(_("How"), found.get_kind_display()),
        Fact(_("Concluded on"), found.concluded_on),
        Fact(_("Recorded by"), found.recorded_by or _("the second signature")),
        Fact(_("Recorded at"), found.recorded_at),
        Fact(_("Hash of what was agreed"), found.sha256),
    ]
    if found.evidence is not None:
        url = reverse("admin:contracts_file_open", args=[found.evidence_id])
        known.append(Fact(_("Evidence"), found.evidence, url))
    if lacking := found.facts.get("missing"):
        known.append(Fact(_("Missing at the conclusion"), ", ".join(lacking)))
    return Panel(_("Conclusion"), "admin/case/facts.html", {"facts": known})


@parts.panel(40)
def papers(row: Contract, at: datetime) -> Panel:
    """The documents, newest first, and a form for one that exists as a file."""
    shown = [_line(one) for one in row.documents.order_by("-pk")]
    context: dict[str, Any] = {"lines": shown, "nothing": _("No documents yet.")}
    if row.ended_at is None:
        url = reverse("admin:contracts_contract_hand_in", args=[row.pk])
        context |= {"url": url, "form": HandInForm(), "label": _("Hand it in")}
    return Panel(_("Documents"), "admin/case/papers.html", context)


def _line(row: ContractDocument) -> Line:
    kind = f"{row.get_kind_display()} · {_('version %(number)s') % {'number': row.revision}}"
    url = reverse("admin:contracts_contractdocument_change", args=[row.pk])
    return Line(row.title, url, row.get_status_display(), TONES.get(row.status, ""), kind)


@parts.panel(50)
def what_governs(row: Contract, at: datetime) -> Panel | None:
    """Each topic with its value today, the text it stands in, and the texts that yield."""
    if row.concluded_at is None:
        return None
    on, language = kst_date(at), tongue(get_language())
    found = [(topic, governing(row, topic, on=on)) for topic in topics_of(row)]
    shown = [_governs(topic, one, language) for topic, one in found if one is not None]
    return lines.panel(_("What governs today"), shown, "")


def _governs(topic: str, one: Governing, language: str) -> Line:
    yielding = [
        f"{_kind(loser.kind)} ({value_of(topic, loser.value)}): {loser.reason.text(language)}" for loser in one.losers
    ]
    said = f"{label_of(topic)}: {value_of(topic, one.value)}"
    return Line(said, pill=_kind(one.kind), aside=" ".join([one.reason.text(language), *yielding]))


def _kind(kind: str) -> str:
    return str(PaperKind(kind).label) if kind in PaperKind.values else _("the terms")


@admin.register(Contract)
class ContractWithPapersAdmin(ContractAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.hand_in))
        return [path("<path:object_id>/hand-in/", view, name="contracts_contract_hand_in"), *super().get_urls()]

    def hand_in(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Draft a document that exists as a file."""
        row: Contract | None = self.get_object(request, unquote(object_id))
        uploads.require(request, uploads.MAY_FILE, row)
        assert row is not None  # noqa: S101 – require has seen to it
        form = HandInForm(request.POST, request.FILES)
        return uploads.handed_in(
            request, form, lambda: self._draft(row, form, request.user), back=self.page_of(row)
        )  # fmt: skip

    def _draft(self, row: Contract, form: HandInForm, by: Any) -> None:
        given = form.cleaned_data
        paper = Paper(PaperKind(given["kind"]), given["title"], given["says"], file=form.given())
        documents.add(row.public_id, paper, reason=given["reason"], by=by, at=clock.now())
