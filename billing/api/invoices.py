"""A member's invoices (upstage/18)."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import OfMember, member_of
from billing.enums import InvoiceKind, InvoiceStatus, LineKind
from billing.models import CreditNote, Invoice
from billing.queries.debts import debt_of
from billing.queries.invoices import LineShown, invoice_of_member, invoices_of_member, lines_of_invoice
from billing.rules.late_fees import MONTHLY_RATE
from billing.rules.rating import PartAmount
from billing.rules.steps import InStep
from billing.services import documents
from upstage_console.kernel.api.fields import Amount, Clauses, Instant, Month
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.pages import PageParameters, page, page_of, paging
from upstage_console.kernel.api.reading import parameters
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.figures import plain
from upstage_console.kernel.money import CURRENCIES
from upstage_console.kernel.wording import tongue


class InvoiceParameters(PageParameters, OfMember):
    """Which invoices."""

    status = serializers.ChoiceField(InvoiceStatus.choices, required=False)


class InvoiceShown(serializers.Serializer[Invoice]):
    """An invoice: usage = credits + subtotal + rounding, and total = subtotal + tax."""

    id = serializers.CharField(source="public_id")
    number = serializers.CharField()
    kind = serializers.ChoiceField(InvoiceKind.choices)
    status = serializers.ChoiceField(InvoiceStatus.choices)
    month = Month(help_text="The billing month.")
    currency = serializers.ChoiceField(sorted(CURRENCIES))
    usage = Amount(help_text="What was used, before credits.")
    credits = Amount(source="credits_applied", help_text="What credits paid of it.")
    rounding = Amount(help_text="What rounding down took off.")
    subtotal = Amount()
    tax_rate = Amount()
    tax = Amount()
    total = Amount()
    issued_at = Instant()
    issued_on = serializers.DateField()
    due_on = serializers.DateField()
    paid_at = Instant(allow_null=True)


class PartShown(serializers.Serializer[PartAmount]):
    """What one part of a price comes to."""

    kind = serializers.CharField(source="part.kind", help_text="`usage`, `add_on`, `promotion` or `trial`.")
    code = serializers.CharField(source="part.code", allow_blank=True)
    name_ko = serializers.CharField(source="part.ko")
    name_en = serializers.CharField(source="part.en")
    amount = Amount()


class InStepShown(serializers.Serializer[InStep]):
    """What of a line is at one step of its price."""

    above = Amount(source="starts", help_text="Units of the member's month before the step; 0 for the first.")
    quantity = Amount()
    unit_price = Amount(source="price")


class InvoiceLineShown(serializers.Serializer[LineShown]):
    """One part of an invoice: amount = credits + charged + rounding."""

    kind = serializers.ChoiceField(LineKind.choices, source="row.kind")
    what_ko = serializers.CharField(source="row.what_ko")
    what_en = serializers.CharField(source="row.what_en")
    month_of_use = Month(source="row.month_of_use")
    service = serializers.CharField(source="row.meter.service.code", allow_null=True, default=None)
    meter = serializers.CharField(source="row.meter.code", allow_null=True, default=None)
    quantity = Amount(source="row.quantity")
    unit_price = Amount(source="row.unit_price")
    per = serializers.IntegerField(source="row.per", help_text="Units that the price buys.")
    steps = InStepShown(many=True, help_text="Where the price has steps; else empty. `unit_price` is the first's.")
    amount = Amount(source="row.amount")
    parts = PartShown(many=True, help_text="Usage × price, ± add-ons, − promotions; empty where it is the price alone.")
    credits = Amount(source="row.credits")
    charged = Amount(source="row.charged")
    rounding = Amount(source="row.rounding")
    why = serializers.SerializerMethodField(help_text="The sentence that shows the arithmetic.")
    clauses = Clauses(source="why.clauses")

    def get_why(self, line: LineShown) -> str:
        return line.why.text(get_language() or "ko")


class OwedShown(serializers.Serializer[Any]):
    """What is still to be paid today."""

    principal = Amount()
    late_fee = Amount(help_text=f"{plain(MONTHLY_RATE * 100)} % of what is unpaid, for each completed month.")
    total = Amount()


class CreditNoteShown(serializers.Serializer[CreditNote]):
    """What of the invoice is not owed after all; all amounts are negative or 0."""

    number = serializers.CharField()
    issued_on = serializers.DateField()
    subtotal = Amount()
    tax = Amount()
    total = Amount()
    reason = serializers.CharField()
    clauses = Clauses()


class InvoiceWithLines(InvoiceShown):
    """An invoice with its lines, its credit notes and what is owed on it today."""

    lines = serializers.SerializerMethodField()
    credit_notes = CreditNoteShown(many=True)
    owed = serializers.SerializerMethodField()

    @extend_schema_field(InvoiceLineShown(many=True))
    def get_lines(self, invoice: Invoice) -> list[Any]:
        return [InvoiceLineShown(line).data for line in lines_of_invoice(invoice)]

    def get_owed(self, invoice: Invoice) -> OwedShown:
        return OwedShown(debt_of(invoice, self.context["today"])).data  # type: ignore[return-value]


class InvoiceFileParameters(OfMember):
    """In which language."""

    language = serializers.ChoiceField([("ko", "ko"), ("en", "en")], required=False)


class ListInvoices(Operation):
    """The member's invoices, newest first."""

    scope = "invoices:read"

    @extend_schema(parameters=[InvoiceParameters], responses=page_of(InvoiceShown))
    def get(self, request: Request) -> Response:
        asked = parameters(request, InvoiceParameters)
        rows = invoices_of_member(member_of(request, asked).pk)
        if "status" in asked:
            rows = rows.filter(status=asked["status"])
        return Response(page(rows, lambda row: InvoiceShown(row).data, **paging(asked)))


class ShowInvoice(Operation):
    """One invoice with its lines, and what is owed on it today with late fees."""

    scope = "invoices:read"

    @extend_schema(parameters=[OfMember], responses=InvoiceWithLines)
    def get(self, request: Request, number: str) -> Response:
        member = member_of(request, parameters(request, OfMember))
        found = invoice_of_member(member.pk, number)
        prefetch_related_objects([found], "credit_notes")
        return Response(InvoiceWithLines(found, context={"today": kst_date(asked_at(request))}).data)


class InvoiceFile(Operation):
    """An invoice as a PDF file: written once in each language, and the same bytes ever after."""

    scope = "invoices:read"

    @extend_schema(parameters=[InvoiceFileParameters], responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, number: str) -> HttpResponse:
        asked = parameters(request, InvoiceFileParameters)
        found = invoice_of_member(member_of(request, asked).pk, number)
        language = asked.get("language") or tongue(get_language())
        row = documents.of_invoice(found, language, at=asked_at(request))
        response = HttpResponse(documents.content_of(row), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
        response.headers["ETag"] = f'"{row.sha256}"'
        return response
