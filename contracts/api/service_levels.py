"""Service levels: an approved month with its arithmetic, as it was measured (rift/8.1)."""

from datetime import date
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.api.callers import contract_of
from contracts.enums import Metric, OutageCause, ServiceCreditStatus, Severity, Treatment
from contracts.queries import monthly_reports as queries
from contracts.queries.monthly_reports import Shown
from upstage_console.kernel.api.fields import Amount, Clauses, Instant, Month
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.reading import NoParameters, parameters
from upstage_console.kernel.errors import NotFound


class LevelDayShown(serializers.Serializer[Any]):
    """A day, in minutes."""

    on = serializers.DateField()
    availability = Amount(source="share", allow_null=True, help_text="Percent; null where nothing was in scope.")
    in_scope = Amount()
    excluded = Amount()
    down = Amount()


class LevelOutageShown(serializers.Serializer[Any]):
    """What stood still, how it was treated, and what it counted for, in minutes."""

    starts_at = Instant()
    ends_at = Instant()
    what = serializers.CharField(allow_blank=True)
    cause = serializers.ChoiceField(OutageCause.choices)
    treatment = serializers.ChoiceField(Treatment.choices)
    counted = Amount()
    excluded = Amount()


class TargetsShown(serializers.Serializer[Any]):
    """How the targets of a severity were kept."""

    severity = serializers.ChoiceField(Severity.choices)
    metric = serializers.ChoiceField(Metric.choices)
    target_minutes = serializers.IntegerField()
    met = serializers.IntegerField()
    breached = serializers.IntegerField()
    waived = serializers.IntegerField()


class ServiceCreditShown(serializers.Serializer[Any]):
    """What the month gives back."""

    id = serializers.CharField(source="public_id")
    status = serializers.ChoiceField(ServiceCreditStatus.choices)
    amount = Amount()
    left = Amount(help_text="What invoices have not taken yet.")
    currency = serializers.CharField()
    claim_until = serializers.DateField(allow_null=True, help_text="Null where it need not be claimed.")
    claimed_at = Instant(allow_null=True)


class ServiceLevelShown(serializers.Serializer[Shown]):
    """A month: availability = (in scope − down) ÷ in scope; times in minutes."""

    month = Month(source="report.month")
    revision = serializers.IntegerField(source="report.revision")
    availability = Amount(source="report.availability", help_text="Percent.")
    target = Amount(source="report.level.target", help_text="Percent.")
    is_met = serializers.BooleanField(source="report.is_met")
    in_scope = Amount()
    excluded = Amount()
    down = Amount()
    flat_fees = Amount(source="report.base", help_text="Of the month, without VAT: what a credit is counted on.")
    credit = ServiceCreditShown(allow_null=True)
    why = serializers.SerializerMethodField(help_text="The sentence with the arithmetic.")
    clauses = Clauses(source="why.clauses")
    days = LevelDayShown(many=True)
    outages = serializers.SerializerMethodField()
    targets = serializers.SerializerMethodField()
    approved_at = Instant(source="report.approved_at")

    def get_why(self, shown: Shown) -> str:
        return shown.why.text(get_language() or "ko")

    @extend_schema_field(LevelOutageShown(many=True))
    def get_outages(self, shown: Shown) -> list[Any]:
        return [LevelOutageShown(one).data for one in queries.outages_of(shown.report)]

    @extend_schema_field(TargetsShown(many=True))
    def get_targets(self, shown: Shown) -> list[Any]:
        return [TargetsShown(one).data for one in shown.report.cases]


class ShowServiceLevel(Operation):
    """A month of a contract, once its report is approved: `2026-10`.

    Refuses `not_found` for a month that was not measured, or not approved yet.
    """

    scope = "contracts:read"

    @extend_schema(responses=ServiceLevelShown)
    def get(self, request: Request, contract: str, month: str) -> Response:
        parameters(request, NoParameters)
        access = contract_of(request, contract)
        try:
            first = date.fromisoformat(f"{month}-01")
        except ValueError:
            raise NotFound from None
        report = queries.report_of(access.contract, first, with_unapproved=False)
        return Response(ServiceLevelShown(queries.shown(report)).data)
