"""Contracts: how they stand, what they cost, their documents, and which text governs (rift/2.4, 4.1, 7.1)."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.api.callers import acting, contract_of, opened
from contracts.enums import ConclusionKind, ContractStanding, DocumentStatus, FeeKind, PaperKind, Side
from contracts.queries import papers
from contracts.queries.fees_shown import FeeShown, fees_of
from contracts.queries.governing import governing
from contracts.queries.papers import PaperShown
from contracts.queries.people import Access
from contracts.rules.precedence import Governing, Loser
from contracts.services import files
from upstage_console.kernel.api.fields import Amount, Clauses, Day, Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.reading import NoParameters, StrictSerializer, parameters
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import NotFound

TERMS = "terms"


class ContractShown(serializers.Serializer[Access]):
    """A contract as it stands today."""

    id = serializers.CharField(source="contract.public_id")
    title = serializers.CharField(source="contract.title")
    customer = serializers.CharField(source="contract.customer.firm.name")
    business_number = serializers.CharField(source="contract.customer.firm.business_number")
    standing = serializers.ChoiceField(ContractStanding.choices)
    currency = serializers.CharField(source="contract.currency")
    starts_on = serializers.DateField(source="contract.starts_on")
    ends_on = serializers.DateField(source="contract.ends_on", help_text="The last day. Nothing renews it by itself.")
    payment_days = serializers.IntegerField(
        source="contract.payment_days", allow_null=True, help_text="From receipt of an invoice."
    )
    late_rate = Amount(source="contract.late_rate", allow_null=True, help_text="Percent a year.")
    concluded_on = serializers.DateField(source="contract.concluded_on")
    ended_at = Instant(source="contract.ended_at", allow_null=True)


class FeeStepShown(serializers.Serializer[Any]):
    """From which number of units on a price per unit holds."""

    after = Amount()
    amount = Amount()


class ChangeShown(serializers.Serializer[Any]):
    """Another amount from a day on, agreed by a change order."""

    from_on = serializers.DateField()
    amount = Amount()


class ContractFeeShown(serializers.Serializer[FeeShown]):
    """A fee, without VAT."""

    kind = serializers.ChoiceField(FeeKind.choices, source="row.kind")
    what = serializers.CharField(source="row.what", allow_blank=True)
    milestone = serializers.CharField(source="row.milestone", allow_blank=True)
    amount = Amount(help_text="As it stands today: a month, a user and month, a project, or a unit.")
    included = Amount(source="row.included", allow_null=True, help_text="Users ordered, or units that are free.")
    prepaid_months = serializers.IntegerField(source="row.prepaid", allow_null=True)
    steps = serializers.SerializerMethodField()
    changes = ChangeShown(many=True)

    @extend_schema_field(FeeStepShown(many=True))
    def get_steps(self, fee: FeeShown) -> list[dict[str, str]]:
        return [{"after": str(step["after"]), "amount": str(step["amount"])} for step in fee.row.steps]


class ContractWithFees(ContractShown):
    """A contract with its fees, how its term was counted, and how it was concluded."""

    fees = serializers.SerializerMethodField()
    why_term = serializers.SerializerMethodField(help_text="The sentence that counts the term.")
    concluded_how = serializers.ChoiceField(ConclusionKind.choices, source="contract.conclusion.kind", allow_null=True)
    sha256 = serializers.CharField(
        source="contract.conclusion.sha256", allow_null=True, help_text="The hash of what was agreed."
    )

    @extend_schema_field(ContractFeeShown(many=True))
    def get_fees(self, access: Access) -> list[Any]:
        return [ContractFeeShown(fee).data for fee in fees_of(access.contract, kst_date(access.at))]

    def get_why_term(self, access: Access) -> str:
        language = "en" if (get_language() or "ko").startswith("en") else "ko"
        return str(access.contract.term_why.get(language, ""))


class SignedShown(serializers.Serializer[Any]):
    """Who signed, for which side, and when."""

    name = serializers.CharField()
    side = serializers.ChoiceField(Side.choices)
    at = Instant()


class FileShown(serializers.Serializer[Any]):
    """A file, known by its hash."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class ContractDocumentShown(serializers.Serializer[PaperShown]):
    """One version of a document that was offered or agreed."""

    id = serializers.CharField(source="row.public_id")
    kind = serializers.ChoiceField(PaperKind.choices, source="row.kind")
    title = serializers.CharField(source="row.title")
    revision = serializers.IntegerField(source="row.revision")
    status = serializers.ChoiceField(DocumentStatus.choices, source="row.status")
    is_contract = serializers.BooleanField(source="row.is_deed", help_text="Whether it states term and fees.")
    effective_on = serializers.DateField(source="row.effective_on", allow_null=True)
    valid_until = serializers.DateField(source="row.valid_until", allow_null=True)
    offered_at = Instant(source="row.offered_at")
    agreed_at = Instant(source="row.bound_at", allow_null=True)
    signed = SignedShown(many=True, help_text="Electronic signatures.")
    signed_on_paper = serializers.CharField(source="signers", allow_blank=True)
    sha256 = serializers.CharField(source="row.sha256")
    file = FileShown(source="row.file", allow_null=True)


class ContractDocumentsShown(serializers.Serializer[Any]):
    """The documents of a contract, the newest first."""

    items = ContractDocumentShown(many=True)


class GoverningAsked(StrictSerializer):
    """Which topic, on which day."""

    topic = serializers.CharField(max_length=40, help_text="Such as `payment_days`, `cure_days`, `late_rate`.")
    on = Day(required=False, help_text="A day in Korea; today without it.")


class YieldsShown(serializers.Serializer[Loser]):
    """A text that speaks of the topic and yields."""

    document = serializers.SerializerMethodField()
    kind = serializers.CharField(help_text="The kind of document; `terms` for the terms.")
    title = serializers.CharField()
    value = serializers.JSONField()
    why = serializers.SerializerMethodField()
    clauses = Clauses(source="reason.clauses")

    @extend_schema_field({"type": ["string", "null"], "description": "Null for the terms."})
    def get_document(self, found: Loser | Governing) -> str | None:
        return None if found.key == TERMS else found.key

    def get_why(self, found: Loser | Governing) -> str:
        return found.reason.text(get_language() or "ko")


class GovernsShown(YieldsShown):
    """What holds, the text it stands in, why, and the texts that yield."""

    yields = YieldsShown(source="losers", many=True)


class ContractsShown(serializers.Serializer[Any]):
    """The contract that the key opens."""

    items = ContractShown(many=True)


class ListContracts(Operation):
    """The contract that the key opens, as it stands today: a key opens one."""

    scope = "contracts:read"

    @extend_schema(responses=ContractsShown)
    def get(self, request: Request) -> Response:
        parameters(request, NoParameters)
        return Response({"items": [ContractShown(opened(request)).data]})


class ShowContract(Operation):
    """A contract with its fees as they stand today."""

    scope = "contracts:read"

    @extend_schema(responses=ContractWithFees)
    def get(self, request: Request, contract: str) -> Response:
        parameters(request, NoParameters)
        return Response(ContractWithFees(contract_of(request, contract)).data)


class ListDocuments(Operation):
    """What was offered and agreed, with the hash of each and who signed it."""

    scope = "contracts:read"

    @extend_schema(responses=ContractDocumentsShown)
    def get(self, request: Request, contract: str) -> Response:
        parameters(request, NoParameters)
        access = contract_of(request, contract)
        return Response({"items": [ContractDocumentShown(paper).data for paper in papers.shown(access.contract)]})


class DocumentFile(Operation):
    """A file of a document, byte for byte, with its hash as `ETag`; that it was opened is written down."""

    scope = "contracts:read"

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, contract: str, file: str) -> HttpResponse:
        parameters(request, NoParameters)
        access = contract_of(request, contract)
        found = papers.file_of(access.contract, file)
        files.note_opened(found, by=acting(access), at=asked_at(request))
        response = HttpResponse(files.content_of(found), content_type="application/octet-stream")
        response.headers["Content-Disposition"] = f'attachment; filename="{files.name_of(found)}"'
        response.headers["ETag"] = f'"{found.sha256}"'
        return response


class ShowGoverning(Operation):
    """Which document governs a topic on a day, and why the others yield.

    Refuses `not_found` for a topic that no document and no clause speaks of.
    """

    scope = "contracts:read"

    @extend_schema(parameters=[GoverningAsked], responses=GovernsShown)
    def get(self, request: Request, contract: str) -> Response:
        asked = parameters(request, GoverningAsked)
        access = contract_of(request, contract)
        found = governing(access.contract, asked["topic"], on=asked.get("on") or kst_date(access.at))
        if found is None:
            raise NotFound
        return Response(GovernsShown(found).data)  # type: ignore[arg-type]
