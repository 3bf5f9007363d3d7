"""A member's free trials, and from when use is paid (upstage/17.2, 17.3)."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import OfMember, acting, member_of
from billing.models import Trial
from billing.queries import trials as queries
from billing.services import trials
from upstage_console.kernel.api.fields import Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.reading import NoParameters, StrictSerializer, parameters, read


class TrialShown(serializers.Serializer[Trial]):
    """A free trial: use costs nothing to the end of `ends_on`, and the service is closed from then to `paid_at`."""

    id = serializers.CharField(source="public_id")
    service = serializers.CharField(source="service.code")
    days = serializers.IntegerField()
    starts_at = Instant()
    ends_on = serializers.DateField(help_text="The last free day (KST).")
    agreed_at = Instant(allow_null=True)
    agreed_ko = serializers.CharField(allow_blank=True, help_text="What was agreed to, in words.")
    agreed_en = serializers.CharField(allow_blank=True)
    paid_at = Instant(allow_null=True, help_text="From when use is paid; null without the member's agreement.")


class TrialsShown(serializers.Serializer[Any]):
    """All trials of a member, the newest first."""

    items = TrialShown(many=True)


class PaidUseAsked(StrictSerializer):
    """From which day use is paid."""

    paid_from = serializers.DateField(
        allow_null=True,
        help_text="KST. Null: the day after the trial, or today where it is over. At most 31 days ahead.",
    )


SHOWN = {
    "id": "tri_019aa5b0c3d77a52a3ccd3fbc1f0a1bb", "service": "ocr", "days": 14, "starts_at": "2026-11-08T01:00:00Z",
    "ends_on": "2026-11-22", "agreed_at": "2026-11-20T01:00:00Z", "agreed_ko": "2026년 11월 22일까지 무료이며, …",
    "agreed_en": "Free to the end of 22 Nov 2026; …", "paid_at": "2026-11-30T15:00:00Z",
}  # fmt: skip
EXAMPLE = OpenApiExample("agreed", value=SHOWN, response_only=True, status_codes=["200"])


class ListTrials(Operation):
    """The member's free trials."""

    scope = "account:read"

    @extend_schema(
        parameters=[OfMember],
        responses=TrialsShown,
        examples=[OpenApiExample("trials", value={"items": [SHOWN]}, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        member = member_of(request, parameters(request, OfMember))
        found = [one.row for one in queries.trials_of_member(member.pk, at=asked_at(request))]
        return Response(TrialsShown({"items": found}).data)


class AgreeToPay(Operation):
    """Agree that use is paid after a trial, and from which day; until then another day may be chosen the same way.

    Between the last free day and the day chosen the service is closed, and nothing is charged. Who agrees does so at
    most 30 days ahead: before that `too_early_to_agree`, and a day that cannot be chosen is `start_not_possible`. What
    is agreed to already, or paid by now, is `already_done`. Only a member's own key speaks for the member.
    """

    scope = "account:write"
    refuses = (404, 409, 422)

    @extend_schema(
        request=PaidUseAsked,
        responses=TrialShown,
        examples=[OpenApiExample("asked", value={"paid_from": "2026-12-01"}, request_only=True), EXAMPLE],
    )
    def put(self, request: Request, trial: str) -> Response:
        parameters(request, NoParameters)
        day = read(request, PaidUseAsked)["paid_from"]
        done = trials.agree(
            trial_id=trial, member_id=member_of(request, {}).pk, paid_from=day, by=acting(request), at=asked_at(request)
        )
        return Response(TrialShown(done).data)


class DoNotPay(Operation):
    """Take the agreement back, as long as use is not paid yet.

    The trial stays free to its last day; after it the service is closed. `already_done` where there is no agreement, or
    use is paid by now.
    """

    scope = "account:write"
    refuses = (404, 409)

    @extend_schema(request=None, responses=TrialShown)
    def delete(self, request: Request, trial: str) -> Response:
        parameters(request, NoParameters)
        member = member_of(request, {})
        done = trials.take_back(trial_id=trial, member_id=member.pk, by=acting(request), at=asked_at(request))
        return Response(TrialShown(done).data)
