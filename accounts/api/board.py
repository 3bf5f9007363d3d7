"""The state of the services for everybody, and mails that came back for those who run them."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import acting
from accounts.models import Addition, Announcement, Notice
from accounts.queries import board
from accounts.services import delivery
from upstage_console.kernel.api.fields import Clauses, Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation, PublicOperation
from upstage_console.kernel.api.reading import NoParameters, StrictSerializer, parameters, read
from upstage_console.kernel.api.repeats import once

MOST_PAST = 50


class AdditionShown(serializers.Serializer[Addition]):
    """What was added to a post later."""

    at = Instant()
    text_ko = serializers.CharField()
    text_en = serializers.CharField()


class InterruptionShown(serializers.Serializer[Announcement]):
    """Planned maintenance or an outage."""

    id = serializers.CharField(source="public_id")
    kind = serializers.ChoiceField(choices=[str(kind) for kind in board.INTERRUPTIONS])
    title_ko = serializers.CharField()
    title_en = serializers.CharField()
    text_ko = serializers.CharField(source="body_ko")
    text_en = serializers.CharField(source="body_en")
    ground = serializers.IntegerField(help_text="The item of upstage/12.1.")
    clauses = Clauses()
    services = serializers.ListField(child=serializers.CharField(), help_text="Which services; empty: all.")
    starts_at = Instant()
    ends_at = Instant(allow_null=True, help_text="Null while an outage lasts.")
    called_off_at = Instant(allow_null=True)
    published_at = Instant()
    additions = AdditionShown(many=True)
    href = serializers.SerializerMethodField()

    def get_href(self, row: Announcement) -> str:
        return settings.SITE_URL + reverse("board-post", args=[row.public_id])


class StatusShown(serializers.Serializer[Any]):
    """How the services are."""

    state = serializers.ChoiceField(choices=[str(state) for state in board.State])
    at = Instant()
    now = InterruptionShown(many=True, source="under_way")
    planned = InterruptionShown(many=True)
    past = InterruptionShown(many=True, help_text=f"What is over, the latest first; at most {MOST_PAST}.")


class ShowStatus(PublicOperation):
    """Whether the services are in order: outages, maintenance, and on which ground (upstage/12)."""

    @extend_schema(responses=StatusShown)
    def get(self, request: Request) -> Response:
        parameters(request, NoParameters)
        at = asked_at(request)
        now = board.status_at(at)
        past = board.past_interruptions(at)[:MOST_PAST]
        shown = {"state": now.state, "at": at, "under_way": now.under_way, "planned": now.planned, "past": past}
        return Response(StatusShown(shown).data)


class MailBounce(StrictSerializer):
    """A mail that came back."""

    message_id = serializers.CharField(max_length=200, help_text="Its Message-ID, with or without brackets.")
    reason = serializers.CharField(max_length=2000, help_text="What the receiving server said.")
    permanent = serializers.BooleanField(help_text="False for a mere delay: nothing is recorded then.")


class BounceShown(serializers.Serializer[Notice]):
    """What is known of the notice now."""

    notice = serializers.CharField(source="public_id")
    bounced_at = Instant(allow_null=True)


class RecordBounce(Operation):
    """A mail of a notice came back after it had left; staff get a task to reach the member otherwise."""

    scope = "notices:write"
    refuses = (404, 409)

    @extend_schema(request=MailBounce, responses={201: BounceShown})
    def post(self, request: Request) -> Response:
        return once(request, lambda: (201, _recorded(request, read(request, MailBounce))))


def _recorded(request: Request, given: dict[str, Any]) -> dict[str, Any]:
    name = given["message_id"].strip().strip("<>").partition("@")[0]
    if not given["permanent"]:
        return BounceShown(delivery.notice_of_mail(name)).data
    by, at = acting(request), asked_at(request)
    return BounceShown(delivery.record_bounce(name, reason=given["reason"], by=by, at=at)).data
