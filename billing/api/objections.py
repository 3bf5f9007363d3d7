"""Objecting to an invoice or to a charge (upstage/20.3)."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import acting, member_of
from billing.enums import FeeObjectionStatus
from billing.models import FeeObjection
from billing.queries.invoices import invoice_of_member
from billing.services import fee_objections
from upstage_console.kernel.api.fields import Instant, Words
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.reading import NoParameters, StrictSerializer, parameters, read
from upstage_console.kernel.api.repeats import once


class FeeObjectionAsked(StrictSerializer):
    """What is wrong with the invoice or the charge."""

    reason = Words(max_length=fee_objections.LONGEST_REASON)


class FeeObjectionShown(serializers.Serializer[FeeObjection]):
    """An objection to an invoice or to a charge, and by when it is answered."""

    id = serializers.CharField(source="public_id")
    invoice = serializers.CharField(source="invoice.number", allow_null=True, default=None)
    charge = serializers.CharField(source="charge.public_id", allow_null=True, default=None)
    status = serializers.ChoiceField(FeeObjectionStatus.choices)
    reason = serializers.CharField()
    submitted_at = Instant()
    review_by = serializers.DateField(help_text="The last day (KST) for an answer, 7 business days after receipt.")
    decided_at = Instant(allow_null=True)
    answer = serializers.CharField(allow_blank=True)


OBJECTION = {
    "id": "fob_019aa5b0c3d77a52a3ccd3fbc1f0a1b8",
    "invoice": "UC-202701-000001",
    "charge": None,
    "status": "under_review",
    "reason": "The pages were counted twice.",
    "submitted_at": "2027-02-03T06:00:00Z",
    "review_by": "2027-02-16",
    "decided_at": None,
    "answer": "",
}
OF_CHARGE = OBJECTION | {"invoice": None, "charge": "chg_019aa5b0c3d77a52a3ccd3fbc1f0a1b4"}


class ObjectToInvoice(Operation):
    """Object to an invoice, once; what was used and paid is attached by itself.

    The answer comes within 7 business days, and until then use is not suspended for this invoice. Only a member's own
    key speaks for the member.
    """

    scope = "account:write"
    refuses = (404, 409, 422)

    @extend_schema(
        request=FeeObjectionAsked,
        responses={201: FeeObjectionShown},
        examples=[
            OpenApiExample("objection", value={"reason": OBJECTION["reason"]}, request_only=True),
            OpenApiExample("under review", value=OBJECTION, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request, number: str) -> Response:
        parameters(request, NoParameters)
        reason = read(request, FeeObjectionAsked)["reason"]
        return once(request, lambda: (201, _object(request, number, reason)))


class ObjectToCharge(Operation):
    """Object to one charge, once; its uses, the lots that paid it and the payments are attached by themselves.

    The answer comes within 7 business days, and until then use is not suspended for the invoice the charge stands on.
    What is granted is no longer owed, goes back to the credits that paid or, where an invoice was paid, with it. Only a
    member's own key speaks for the member.
    """

    scope = "account:write"
    refuses = (404, 409, 422)

    @extend_schema(
        request=FeeObjectionAsked,
        responses={201: FeeObjectionShown},
        examples=[
            OpenApiExample("objection", value={"reason": OBJECTION["reason"]}, request_only=True),
            OpenApiExample("under review", value=OF_CHARGE, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request, charge: str) -> Response:
        parameters(request, NoParameters)
        reason = read(request, FeeObjectionAsked)["reason"]
        return once(request, lambda: (201, _object_to_charge(request, charge, reason)))


def _object_to_charge(request: Request, charge: str, reason: str) -> Any:
    made = fee_objections.object_to_charge(
        member_id=member_of(request, {}).pk, charge_id=charge, reason=reason, by=acting(request), at=asked_at(request)
    )
    return FeeObjectionShown(made).data


def _object(request: Request, number: str, reason: str) -> Any:
    member = member_of(request, {})
    invoice = invoice_of_member(member.pk, number)
    made = fee_objections.object_to(
        member_id=member.pk, invoice_id=invoice.public_id, reason=reason, by=acting(request), at=asked_at(request)
    )
    return FeeObjectionShown(made).data
