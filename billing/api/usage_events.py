"""The gateway's report after calls: what was used."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import remembered
from accounts.api.callers import key_of
from billing.api.cloudevents import BATCH, CloudEventsParser, as_usage
from billing.api.uses import AddOns
from billing.errors import RejectedEvent
from billing.rules.events import FUTURE_LIMIT, LATE_LIMIT, MOST_ID_LENGTH
from billing.rules.rating import MOST_QUANTITY
from billing.services import usage
from billing.services.charging import Caller, CallerGoneError
from billing.services.usage import Rejected, Taken
from upstage_console.kernel.api.fields import Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.reading import JSON, StrictJSONParser, StrictSerializer
from upstage_console.kernel.api.refusals import InvalidFields
from upstage_console.kernel.api.repeats import IN_META, once
from upstage_console.kernel.api.short import ShortOperation

MOST_EVENTS = 10_000
SPAN = f"at most {LATE_LIMIT.days} days ago, at most {FUTURE_LIMIT // timedelta(minutes=1)} minutes ahead"


class EventAsked(StrictSerializer):
    """One use of a service. It is taken once for its member and id."""

    id = serializers.CharField(max_length=MOST_ID_LENGTH, help_text="Yours; the same event again is the same use.")
    member = serializers.CharField(required=False, allow_null=True, help_text="`mem_…`; or give the key.")
    key = serializers.CharField(required=False, allow_null=True, help_text="The key that was used, or its `key_…`.")
    service = serializers.CharField()
    meter = serializers.CharField(help_text="What is counted: `page`, `input-token`.")
    quantity = serializers.DecimalField(max_digits=16, decimal_places=6, min_value=0, max_value=int(MOST_QUANTITY))
    at = Instant(help_text=f"When it was used: {SPAN}.")
    add_ons = AddOns(allow_null=True, help_text="Codes of add-ons of the price that were chosen.")
    dimensions = serializers.DictField(
        child=serializers.CharField(max_length=200), required=False, allow_null=True, help_text="Words of your own."
    )


class EventsAsked(StrictSerializer):
    """A batch of uses."""

    events = EventAsked(many=True, min_length=1, max_length=MOST_EVENTS)  # type: ignore[call-arg]


class CloudEventData(StrictSerializer):
    """What was used."""

    service = serializers.CharField()
    meter = serializers.CharField()
    quantity = serializers.DecimalField(max_digits=16, decimal_places=6, min_value=0, max_value=int(MOST_QUANTITY))
    key = serializers.CharField(required=False, allow_null=True)
    add_ons = AddOns(allow_null=True)
    dimensions = serializers.DictField(child=serializers.CharField(max_length=200), required=False, allow_null=True)


class CloudEvent(serializers.Serializer[Any]):
    """One use as a CloudEvent; `source` and `id` together name it."""

    specversion = serializers.ChoiceField(["1.0"])
    id = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    type = serializers.CharField()
    subject = serializers.CharField(required=False, help_text="The member: `mem_…`; or give `data.key`.")
    time = Instant()
    data = CloudEventData()  # type: ignore[assignment]


class RejectedShown(serializers.Serializer[Rejected]):
    """One event that was not taken."""

    index = serializers.IntegerField(help_text="Its place in the batch, from 0.")
    code = serializers.CharField()
    detail = serializers.CharField()


class TakenShown(serializers.Serializer[Taken]):
    """What became of a batch."""

    batch = serializers.CharField(allow_null=True, help_text="Null where nothing new was taken.")
    accepted = serializers.IntegerField()
    duplicate = serializers.IntegerField(help_text="Taken before, in an earlier batch or this one.")
    rejected = RejectedShown(many=True)


EVENTS = {
    "events": [
        {
            "id": "call-7f3a",
            "member": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1",
            "service": "document-parse",
            "meter": "page",
            "quantity": "12",
            "at": "2026-11-22T09:30:00+09:00",
            "dimensions": {"region": "kr"},
        }
    ]
}
CLOUD_EVENTS = [
    {
        "specversion": "1.0",
        "id": "7f3a",
        "source": "/gateway/kr",
        "type": "ai.upstage.usage",
        "subject": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1",
        "time": "2026-11-22T00:30:00Z",
        "data": {"service": "document-parse", "meter": "page", "quantity": "12"},
    }
]
TAKEN = {
    "batch": "ub_019aa5b0c3d77a52a3ccd3fbc1f0a1b3",
    "accepted": 998,
    "duplicate": 1,
    "rejected": [{"index": 17, "code": "unknown_meter", "detail": "The service has no such meter."}],
}


class TakeUsageEvents(ShortOperation):
    """Report what was used.

    Each event is stored once for its member and id and rated at the price of its own time; what is available is less
    at once, and credits pay within a minute. What they do not cover goes on the month's invoice. An event that cannot
    be taken is told by its place while its neighbours are taken, so send the mended ones again, or the whole batch:
    nothing is taken twice. The same id at another instant or with other contents is rejected. Use up to 35 days old is
    taken; after its month has closed it goes on the next.
    """

    scope = "usage:write"
    parser_classes = (StrictJSONParser, CloudEventsParser)

    @extend_schema(
        request={JSON: EventsAsked, BATCH: CloudEvent(many=True)},
        responses={202: TakenShown},
        examples=[
            OpenApiExample("events", value=EVENTS, request_only=True, media_type=JSON),
            OpenApiExample("CloudEvents", value=CLOUD_EVENTS, request_only=True, media_type=BATCH),
            OpenApiExample("taken", value=TAKEN, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        take = _reader(request)
        try:
            return once(request, lambda: (202, shown(take(self._caller(request)))))
        except CallerGoneError:
            remembered.forget(request)
            self.know(request)  # refuses, as a rule: what the statement looked at is looked at by itself
            return once(request, lambda: (202, shown(take(None))))

    def _admit(self, request: Request) -> None:
        """A caller of a moment ago is looked at by the statement that takes; a repeat is answered without it."""
        known = None if IN_META in request.META else remembered.recall(request)
        if known is None:
            super()._admit(request)
            remembered.remember(request)
            return
        request.auth = known
        self.check_throttles(request)

    def _caller(self, request: Request) -> Caller:
        return Caller(bytes(key_of(request).sha256), self.scope)


def shown(taken: Taken) -> dict[str, Any]:
    """By hand, as TakenShown describes it: this is the hot path."""
    rejected = [{"index": one.index, "code": one.code, "detail": one.detail} for one in taken.rejected]
    return {"batch": taken.batch, "accepted": taken.accepted, "duplicate": taken.duplicate, "rejected": rejected}


def _reader(request: Request) -> Callable[[Caller | None], Taken]:
    """How this body is taken; the events themselves are checked one by one where they are read."""
    named: dict[str, Any] = {"batch_key": f"api {key_of(request).public_id}", "at": asked_at(request)}
    data = request.data
    if isinstance(data, list):
        cloud = _bounded(data)
        return lambda caller: _take_cloud(cloud, **named, caller=caller)
    unknown = [name for name in data if name != "events"]
    if unknown:
        raise InvalidFields({name: [_error(_("There is no such field."), "unknown")] for name in unknown})
    events = _bounded(data.get("events"))
    return lambda caller: usage.take(events, **named, caller=caller)


def _bounded(events: Any) -> list[Any]:
    if not isinstance(events, list) or not 1 <= len(events) <= MOST_EVENTS:
        wanted = _("A list of 1 to %(most)s events.") % {"most": f"{MOST_EVENTS:,}"}
        raise InvalidFields({"events": [_error(wanted, "invalid")]})
    return events


def _error(text: str, code: str) -> serializers.ErrorDetail:
    return serializers.ErrorDetail(text, code=code)


def _take_cloud(cloud: Sequence[Any], *, batch_key: str, at: datetime, caller: Caller | None) -> Taken:
    """Take what reads as usage; what does not keeps its place among the rejected."""
    places: list[int] = []
    events: list[dict[str, Any]] = []
    odd: list[Rejected] = []
    for index, event in enumerate(cloud):
        try:
            events.append(as_usage(event))
            places.append(index)
        except RejectedEvent as refusal:
            odd.append(Rejected(index, refusal))
    taken = usage.take(events, batch_key=batch_key, at=at, caller=caller)
    rejected = [*odd, *(Rejected(places[one.index], one.refusal) for one in taken.rejected)]
    return replace(taken, rejected=tuple(sorted(rejected, key=lambda one: one.index)))
