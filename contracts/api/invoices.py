"""Invoices of a contract, and the cap of liability with how it was counted (rift/7, 17)."""

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.enums import FirmCreditGround, FirmLineKind
from contracts.api.callers import contract_of
from contracts.enums import InvoiceStanding
from contracts.queries import firm_bills as queries
from contracts.queries.firm_bills import Bill, BillShown
from contracts.queries.liability import Cap, cap_of
from upstage_console.kernel.api.fields import Amount, Clauses, Day, Instant, Month
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.pages import PageParameters, page, page_of, paging
from upstage_console.kernel.api.reading import NoParameters, StrictSerializer, parameters
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import Reason


class OwedNow(serializers.Serializer[Any]):
    """What is still to be paid today, with interest by days."""

    principal = Amount()
    interest = Amount()
    total = Amount()


class ContractInvoiceShown(serializers.Serializer[Bill]):
    """An invoice, and what is owed on it today."""

    id = serializers.CharField(source="invoice.public_id")
    number = serializers.CharField(source="invoice.number")
    month = Month(allow_null=True, help_text="Null for an amount apart from the monthly fees.")
    standing = serializers.ChoiceField(InvoiceStanding.choices)
    currency = serializers.CharField(source="invoice.currency")
    subtotal = Amount(source="invoice.subtotal")
    tax_rate = Amount(source="invoice.tax_rate")
    tax = Amount(source="invoice.tax")
    total = Amount(source="invoice.total")
    issued_on = serializers.DateField(source="invoice.issued_on")
    received_on = serializers.DateField(source="invoice.received_on", allow_null=True)
    due_on = serializers.DateField(
        source="invoice.due_on", allow_null=True, help_text="Counted from receipt; null before it."
    )
    paid_at = Instant(source="invoice.paid_at", allow_null=True)
    owed = OwedNow(source="debt")


class ContractLineShown(serializers.Serializer[Any]):
    """One part of an invoice, without VAT."""

    kind = serializers.ChoiceField(FirmLineKind.choices)
    what_ko = serializers.CharField()
    what_en = serializers.CharField()
    quantity = Amount()
    unit_price = Amount()
    charged = Amount()
    why = serializers.SerializerMethodField(help_text="The sentence that shows the arithmetic; empty where none does.")

    def get_why(self, line: Any) -> str:
        return Reason.from_json(line.why).text(get_language() or "ko") if line.why else ""


class ContractPaymentShown(serializers.Serializer[Any]):
    """Money that came in."""

    paid_on = serializers.DateField()
    principal = Amount()
    interest = Amount()
    reference = serializers.CharField(allow_blank=True)


class ContractCreditNoteShown(serializers.Serializer[Any]):
    """What of the invoice is not owed after all; `-total` = what is taken off the debt + what goes back."""

    number = serializers.CharField()
    ground = serializers.ChoiceField(FirmCreditGround.choices)
    issued_on = serializers.DateField()
    subtotal = Amount()
    tax = Amount()
    total = Amount()
    off_principal = Amount(help_text="No longer owed.")
    off_interest = Amount(help_text="Interest that is no longer owed.")
    back_principal = Amount(help_text="Was paid before and is transferred back.")
    back_interest = Amount(help_text="Interest that was paid before and is transferred back.")
    reason = serializers.CharField()
    clauses = Clauses()


class ContractInvoiceWithLines(ContractInvoiceShown):
    """An invoice with its lines, its payments, its credit notes, and why it is due when it is."""

    lines = serializers.SerializerMethodField()
    payments = ContractPaymentShown(many=True)
    credit_notes = ContractCreditNoteShown(many=True)
    why_due = serializers.SerializerMethodField()
    why_owed = serializers.SerializerMethodField()

    @extend_schema_field(ContractLineShown(many=True))
    def get_lines(self, bill: BillShown) -> list[Any]:
        return [ContractLineShown(line).data for line in bill.invoice.lines.order_by("position")]

    def get_why_due(self, bill: BillShown) -> str:
        return bill.why_due.text(get_language() or "ko") if bill.why_due else ""

    def get_why_owed(self, bill: BillShown) -> str:
        return bill.why_owed.text(get_language() or "ko")


class ListContractInvoices(Operation):
    """The invoices of a contract, the newest first."""

    scope = "contracts:read"

    @extend_schema(parameters=[PageParameters], responses=page_of(ContractInvoiceShown))
    def get(self, request: Request, contract: str) -> Response:
        asked = parameters(request, PageParameters)
        access = contract_of(request, contract)
        today = kst_date(access.at)
        rows = queries.invoices_of(access.contract)
        show = lambda row: ContractInvoiceShown(queries.bill(row.under_contract, today=today)).data  # noqa: E731
        return Response(page(rows, show, **paging(asked)))


class ShowContractInvoice(Operation):
    """One invoice with its lines and payments."""

    scope = "contracts:read"

    @extend_schema(responses=ContractInvoiceWithLines)
    def get(self, request: Request, contract: str, number: str) -> Response:
        parameters(request, NoParameters)
        access = contract_of(request, contract)
        bill = queries.bill_of(access.contract, number, today=kst_date(access.at))
        return Response(ContractInvoiceWithLines(bill).data)


class LiabilityAsked(StrictSerializer):
    """For an incident on which day."""

    on = Day(required=False, help_text="A day in Korea; today without it.")


class CountedFeeShown(serializers.Serializer[Any]):
    """A payment that counts."""

    on = serializers.DateField(source="fee.on")
    invoice = serializers.CharField(source="fee.name")
    counts = Amount(help_text="Without VAT.")


class LiabilityShown(serializers.Serializer[Cap]):
    """The cap = the sum of what counts; what is left = the cap − what was compensated before."""

    incident_on = serializers.DateField()
    window_from = serializers.DateField()
    window_to = serializers.DateField()
    fees = CountedFeeShown(many=True)
    cap = Amount()
    compensated_before = Amount(source="awarded")
    left = Amount()
    currency = serializers.SerializerMethodField()
    clauses = serializers.SerializerMethodField()

    def get_currency(self, cap: Cap) -> str:
        return str(self.context["currency"])

    @extend_schema_field(Clauses())
    def get_clauses(self, cap: Cap) -> Any:
        return Clauses().to_representation(("rift/17.2", "rift/17.3"))


class ShowLiability(Operation):
    """The company's cumulative cap for an incident on a day, and every payment it was counted from.

    Intent and gross negligence know no cap.
    """

    scope = "contracts:read"

    @extend_schema(parameters=[LiabilityAsked], responses=LiabilityShown)
    def get(self, request: Request, contract: str) -> Response:
        asked = parameters(request, LiabilityAsked)
        access = contract_of(request, contract)
        cap = cap_of(access.contract, asked.get("on") or kst_date(access.at))
        return Response(LiabilityShown(cap, context={"currency": access.contract.currency}).data)
