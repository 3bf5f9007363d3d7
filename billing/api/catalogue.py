"""The catalogue, for everybody (upstage/8.1, 17.1)."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.enums import AddOnKind, Category, Stage
from billing.models import AddOn, Meter, Price, Service
from billing.queries import catalogue
from billing.queries.trials import offers_on
from billing.rules.steps import Step
from upstage_console.kernel.api.fields import Amount, Day
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import PublicOperation
from upstage_console.kernel.api.reading import NoParameters, StrictSerializer, parameters
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.money import CURRENCIES


class MeterShown(serializers.Serializer[Meter]):
    """What is counted of a service."""

    meter = serializers.CharField(source="code")
    unit_ko = serializers.CharField()
    unit_en = serializers.CharField()


class ServiceShown(serializers.Serializer[Service]):
    """A service that can be used."""

    service = serializers.CharField(source="code")
    category = serializers.ChoiceField(Category.choices)
    name_ko = serializers.CharField()
    name_en = serializers.CharField()
    description_ko = serializers.CharField(allow_blank=True)
    description_en = serializers.CharField(allow_blank=True)
    terms = serializers.CharField(allow_blank=True, help_text="The document of its own terms, where it has some.")
    stage = serializers.ChoiceField(Stage.choices, help_text="A demo or a beta is free, without any warranty.")
    offered_until = serializers.DateField(allow_null=True, help_text="The last day of a demo or beta.")
    trial_days = serializers.SerializerMethodField(help_text="So many days can be tried free, once; 0: none.")
    meters = MeterShown(many=True)

    def get_trial_days(self, service: Service) -> int:
        days: int = self.context["offers"].get(service.pk, 0)
        return days


class ServicesShown(serializers.Serializer[Any]):
    """The catalogue."""

    items = ServiceShown(many=True)


class PriceParameters(StrictSerializer):
    """Which prices."""

    service = serializers.CharField(required=False, max_length=40)
    currency = serializers.ChoiceField(sorted(CURRENCIES), required=False)
    on = Day(required=False, help_text="Only the prices that hold on this day in Korea.")


class AddOnShown(serializers.Serializer[AddOn]):
    """What can be chosen with a use: a surcharge, or below 0 a discount."""

    add_on = serializers.CharField(source="code")
    name_ko = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.ChoiceField(
        AddOnKind.choices, help_text="What `value` is: percent, or an amount for `per` units."
    )
    value = Amount()


class StepShown(serializers.Serializer[Step]):
    """What `per` units cost of what a member uses in a month of Korea above so many units."""

    above = Amount(source="starts", help_text="Units; 0 for the first step.")
    unit_price = Amount(source="price")


class PriceShown(serializers.Serializer[Price]):
    """What `per` units cost from a day in Korea on, until a later price of the same meter takes its place.

    Where it has `steps`, the price depends on how much a member has used of the meter in the month by then, and
    `unit_price` is that of the first step.
    """

    service = serializers.CharField(source="meter.service.code")
    meter = serializers.CharField(source="meter.code")
    currency = serializers.ChoiceField(sorted(CURRENCIES))
    unit_price = Amount()
    per = serializers.IntegerField()
    effective_on = serializers.DateField()
    steps = StepShown(many=True, help_text="Empty where every unit costs the same.")
    add_ons = AddOnShown(many=True, source="add_ons.all")


class PricesShown(serializers.Serializer[Any]):
    """Prices with their history."""

    items = PriceShown(many=True)


class ListServices(PublicOperation):
    """The services that can be used, and what is counted of each."""

    @extend_schema(responses=ServicesShown)
    def get(self, request: Request) -> Response:
        parameters(request, NoParameters)
        offers = offers_on(kst_date(asked_at(request)))
        return Response(ServicesShown({"items": catalogue.offered()}, context={"offers": offers}).data)


class ListPrices(PublicOperation):
    """All prices, past, present and announced; or those of a day."""

    @extend_schema(parameters=[PriceParameters], responses=PricesShown)
    def get(self, request: Request) -> Response:
        asked = parameters(request, PriceParameters)
        return Response(PricesShown({"items": catalogue.prices(**asked)}).data)
