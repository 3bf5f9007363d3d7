"""What a member used, and what it cost."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import OfMember, member_of
from billing.queries import usage as queries
from upstage_console.kernel.api.fields import Amount
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.reading import parameters
from upstage_console.kernel.api.refusals import InvalidFields
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.money import CURRENCIES

MOST_DAYS = 366
MOST_ROWS = 10_000


class UsageParameters(OfMember):
    """Which usage, summed by what."""

    group_by = serializers.CharField(
        required=False, allow_blank=True, max_length=40, help_text="Any of `service`, `meter`, `key`, `day`, by commas."
    )
    since = serializers.DateField(required=False, help_text="The first day in Korea; by default the month's first.")
    until = serializers.DateField(required=False, help_text="The last day in Korea; by default today.")

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python's own."""
        fields = super().get_fields()
        return {{"since": "from", "until": "to"}.get(name, name): field for name, field in fields.items()}

    def validate_group_by(self, text: str) -> list[str]:
        names = [name for name in text.split(",") if name]
        if len(set(names)) < len(names) or not set(names) <= queries.GROUPS.keys():
            raise serializers.ValidationError(_("Any of service, meter, key and day, each once, separated by commas."))
        return names


class UsageShown(serializers.Serializer[Any]):
    """A sum of usage; a group that was not asked for is left out."""

    day = serializers.DateField(required=False, help_text="In Korea.")
    service = serializers.CharField(required=False)
    meter = serializers.CharField(required=False)
    key = serializers.CharField(required=False, allow_null=True, help_text="Null: use without a key.")
    events = serializers.IntegerField()
    quantity = Amount(
        allow_null=True, help_text="Null unless summed by service and meter: pages and tokens have no sum."
    )
    amount = Amount(help_text="What it cost.")
    burned = Amount(help_text="What credits paid of it.")
    owed = Amount(help_text="What goes on an invoice.")
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
    """What was used and what it cost, by service, meter, key and day."""

    scope = "usage:read"

    @extend_schema(
        parameters=[UsageParameters], responses=UsagesShown, examples=[OpenApiExample("by meter", value=USAGE)]
    )
    def get(self, request: Request) -> Response:
        asked = parameters(request, UsageParameters)
        member, (first, last) = member_of(request, asked), _days(asked, kst_date(asked_at(request)))
        by = asked.get("group_by") or []
        rows = list(queries.usage(member.pk, first=first, last=last, by=by)[: MOST_ROWS + 1])
        if len(rows) > MOST_ROWS:
            raise _wrong("to", _("These are more than %(most)s rows; ask for fewer days.") % {"most": f"{MOST_ROWS:,}"})
        items = [{name.removeprefix("by_"): value for name, value in row.items()} for row in rows]
        shown = {"from": first, "to": last, "group_by": by, "items": [{"quantity": None, **item} for item in items]}
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
