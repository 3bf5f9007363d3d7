"""What a member used, and what it cost."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import OfMember, member_of
from accounts.models import ApiKey
from billing.queries import usage as queries
from billing.queries.sums import NO_KEY, Scope
from upstage_console.kernel.api.fields import Amount, Day, Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.reading import parameters
from upstage_console.kernel.api.refusals import InvalidFields
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.money import CURRENCIES

MOST_DAYS = 366
MOST_ROWS = 10_000
NARROWED = ("service", "meter", "key")


class UsageParameters(OfMember):
    """Which usage, summed by what."""

    group_by = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=60,
        help_text="Any of `hour`, `day`, `service`, `meter`, `key`, by commas.",
    )
    since = Day(required=False, help_text="The first day in Korea; by default the month's first.")
    until = Day(required=False, help_text="The last day in Korea; by default today.")
    service = serializers.CharField(required=False, max_length=40, help_text="Of this service alone.")
    meter = serializers.CharField(required=False, max_length=40, help_text="Of meters with this code alone.")
    key = serializers.CharField(
        required=False, max_length=40, help_text="Of this key alone, by its id; `none`: what was used without a key."
    )

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python's own."""
        fields = super().get_fields()
        return {{"since": "from", "until": "to"}.get(name, name): field for name, field in fields.items()}

    def validate_group_by(self, text: str) -> list[str]:
        names = [name for name in text.split(",") if name]
        if len(set(names)) < len(names) or not set(names) <= set(queries.GROUPS):
            raise serializers.ValidationError(
                _("Any of hour, day, service, meter and key, each once, separated by commas.")
            )
        return names

    def validate_key(self, key: str) -> str:
        if key != NO_KEY and ApiKey._meta.get_field("public_id").parse(key) is None:
            raise serializers.ValidationError(_("No id of a key."))
        return key


class UsageShown(serializers.Serializer[Any]):
    """A sum of usage; a group that was not asked for is left out."""

    hour = Instant(required=False, help_text="When the hour begins.")
    day = serializers.DateField(required=False, help_text="In Korea.")
    service = serializers.CharField(required=False)
    meter = serializers.CharField(required=False)
    key = serializers.CharField(required=False, allow_null=True, help_text="Null: use without a key.")
    events = serializers.IntegerField()
    quantity = Amount(
        allow_null=True, help_text="Null unless summed by service and meter: pages and tokens have no sum."
    )
    amount = Amount(help_text="What it cost.")
    burned = Amount(allow_null=True, help_text="What credits paid of it. Null by hour: credits burn for a whole day.")
    owed = Amount(allow_null=True, help_text="What goes on an invoice. Null by hour.")
    unsettled = Amount(
        help_text="What came in just now and is neither: the next settlement burns it. `available` counts it already."
    )
    currency = serializers.ChoiceField(sorted(CURRENCIES))

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Without the framework's null for a key that was not asked for."""
        shown: dict[str, Any] = super().to_representation(instance)
        return {name: value for name, value in shown.items() if name in instance}


USAGE = {
    "from": "2026-11-01",
    "to": "2026-11-22",
    "group_by": ["service", "meter"],
    "items": [
        {
            "service": "ocr",
            "meter": "page",
            "events": 14,
            "quantity": "120",
            "amount": "240",
            "burned": "240",
            "owed": "0",
            "unsettled": "0",
            "currency": "KRW",
        }
    ],
}


class UsagesShown(serializers.Serializer[Any]):
    """Sums of usage over some days."""

    to = serializers.DateField()
    group_by = serializers.ListField(child=serializers.ChoiceField(sorted(queries.GROUPS)))
    items = UsageShown(many=True)

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField(), **super().get_fields()}


class ShowUsage(Operation):
    """What was used and what it cost until this moment, by service, meter, key, day and hour."""

    scope = "usage:read"

    @extend_schema(
        parameters=[UsageParameters], responses=UsagesShown, examples=[OpenApiExample("by meter", value=USAGE)]
    )
    def get(self, request: Request) -> Response:
        asked = parameters(request, UsageParameters)
        member, (first, last) = member_of(request, asked), _days(asked, kst_date(asked_at(request)))
        by, narrowed = asked.get("group_by") or [], {name: asked.get(name, "") for name in NARROWED}
        rows = queries.usage(Scope(member.pk, first, last, **narrowed), by=by, limit=MOST_ROWS + 1)
        if len(rows) > MOST_ROWS:
            raise _wrong("to", _("These are more than %(most)s rows; ask for fewer days.") % {"most": f"{MOST_ROWS:,}"})
        shown = {"from": first, "to": last, "group_by": by, "items": rows}
        return Response(UsagesShown(shown).data)


def _days(asked: dict[str, Any], today: date) -> tuple[date, date]:
    last: date = asked.get("to", today)
    first: date = asked.get("from", min(last, today).replace(day=1))
    if first > last:
        raise _wrong("from", _("It lies after “to”."))
    if last - first >= timedelta(days=MOST_DAYS):
        raise _wrong("to", _("At most %(most)s days at once.") % {"most": MOST_DAYS})
    return first, last


def _wrong(name: str, text: str) -> InvalidFields:
    return InvalidFields({name: [serializers.ErrorDetail(text, code="out_of_range")]})
