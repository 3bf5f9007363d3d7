"""Refunds: what would go back and why, asking for it, and how far it has come (upstage/16, 20)."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import OfMember, acting, member_of
from billing.api.uses import refuse_fields
from billing.enums import RefundOrigin, RefundStatus, RefundWay
from billing.models import Refund, RefundLine
from billing.queries import refunds as queries
from billing.rules.refunds import Line, Quote
from billing.services import refunds
from upstage_console.kernel.api.fields import Amount, Clauses, Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.reading import NoParameters, StrictSerializer, parameters, read
from upstage_console.kernel.api.repeats import once, request_of
from upstage_console.kernel.money import CURRENCIES


class QuoteAsked(StrictSerializer):
    """Of one purchase, or of all that have something left."""

    member = serializers.CharField(required=False, max_length=64, help_text="For platform keys: `mem_…`.")
    purchase = serializers.CharField(required=False, max_length=64, help_text="`pur_…`; without it, of all.")


class RefundAsked(StrictSerializer):
    """Of one purchase or, asked for in so many words, of everything; and where the money goes."""

    purchase = serializers.CharField(required=False, max_length=64, help_text="`pur_…`: of this one.")
    everything = serializers.BooleanField(
        required=False, default=False, help_text="`true`: of every purchase that can be refunded."
    )
    prefer = serializers.ChoiceField(
        RefundWay.choices, default=RefundWay.ORIGINAL,
        help_text="`offset`: set off against the next month's fees; what they do not take goes back to the card.",
    )  # fmt: skip
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=500)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "purchase" in attrs and attrs["everything"]:
            refuse_fields({"purchase", "everything"}, _("One of the two."), "invalid")
        if "purchase" not in attrs and not attrs["everything"]:
            refuse_fields({"purchase", "everything"}, _("Name a purchase, or ask for everything."), "required")
        return attrs


class QuoteLineShown(serializers.Serializer[Line]):
    """What would go back of one purchase, or why nothing does."""

    purchase = serializers.CharField(source="purchase.name")
    paid_on = serializers.DateField(source="purchase.paid_on")
    full_until = serializers.DateField(
        source="purchase.full_until", help_text="The last day (KST) on which an unused purchase goes back whole."
    )
    left = Amount(source="purchase.left", help_text="Paid credits that are left of it, held or not.")
    held = Amount(source="purchase.held")
    credits = Amount(help_text="What is taken back.")
    amount = Amount()
    tax = Amount()
    refused = serializers.CharField(allow_null=True, help_text="The code of why nothing goes back; null where it does.")
    why = serializers.SerializerMethodField(help_text="The sentence that shows the arithmetic.")
    clauses = Clauses(source="reason.clauses")

    def get_why(self, line: Line) -> str:
        return line.reason.text(get_language() or "ko")


class QuoteShown(serializers.Serializer[Quote]):
    """What would go back now. Asking right after comes to the same."""

    outcome = serializers.SerializerMethodField()
    currency = serializers.ChoiceField(sorted(CURRENCIES))
    credits = Amount()
    amount = Amount(help_text="Without tax.")
    tax = Amount()
    total = Amount()
    reason = serializers.CharField(source="refused", allow_null=True, help_text="Why nothing goes back, as a code.")
    by_staff = Amount(help_text="To who has left: what is above the limit, which people decide on (upstage/16.3).")
    clauses = Clauses()
    lines = QuoteLineShown(many=True)

    @extend_schema_field(serializers.ChoiceField(["refundable", "not_refundable"]))
    def get_outcome(self, quote: Quote) -> str:
        return "refundable" if quote.is_refundable else "not_refundable"


class RefundLineShown(serializers.Serializer[RefundLine]):
    """What is taken of one purchase, and what goes back for it."""

    purchase = serializers.CharField(source="purchase.public_id")
    credits = Amount()
    amount = Amount()
    tax = Amount()
    total = Amount()


class RefundShown(serializers.Serializer[Refund]):
    """A request for money back, and how far it has come; days are Korean."""

    id = serializers.CharField(source="public_id")
    status = serializers.ChoiceField(RefundStatus.choices)
    origin = serializers.ChoiceField(RefundOrigin.choices)
    prefer = serializers.ChoiceField(RefundWay.choices, source="way")
    currency = serializers.ChoiceField(sorted(CURRENCIES))
    credits = Amount()
    amount = Amount(help_text="Without tax.")
    tax = Amount()
    total = Amount()
    set_off = Amount(help_text="What an invoice took of it.")
    interest = Amount(help_text="For the delay, where a consumer's withdrawal was paid late.")
    requested_at = Instant()
    review_by = serializers.DateField(help_text="The last day for an answer.")
    decided_at = Instant(allow_null=True)
    answer = serializers.SerializerMethodField()
    pay_from = serializers.DateField(allow_null=True)
    pay_by = serializers.DateField(allow_null=True, help_text="The last day on which the money goes back.")
    paid_at = Instant(allow_null=True)
    clauses = Clauses()
    lines = serializers.SerializerMethodField()

    def get_answer(self, refund: Refund) -> str:
        return refund.answer if refund.decided_at else ""

    @extend_schema_field(RefundLineShown(many=True))
    def get_lines(self, refund: Refund) -> list[Any]:
        rows = refund.lines.select_related("purchase").order_by("pk")
        return [RefundLineShown(row).data for row in rows]


QUOTED = {
    "outcome": "refundable",
    "currency": "KRW",
    "credits": "34000",
    "amount": "34000",
    "tax": "3400",
    "total": "37400",
    "reason": None,
    "by_staff": "0",
    "clauses": [{"code": "upstage/16.2", "href": "https://console.example/terms/upstage/16.2"}],
    "lines": [
        {
            "purchase": "pur_019aa5b0c3d77a52a3ccd3fbc1f0a1b7",
            "paid_on": "2027-02-17",
            "full_until": "2027-02-24",
            "left": "34000",
            "held": "0",
            "credits": "34000",
            "amount": "34000",
            "tax": "3400",
            "refused": None,
            "why": "Remaining paid balance 34,000 ≤ 34,000 = 40 % of the 85,000 right after the last recharge "
            "(17 Feb 2027): what is left of it, 34,000, is refunded.",
            "clauses": [{"code": "upstage/16.2", "href": "https://console.example/terms/upstage/16.2"}],
        }
    ],
}


class QuoteRefund(Operation):
    """What would be refunded now, purchase by purchase, with the sentence that decides each."""

    scope = "credits:read"
    refuses = (404,)

    @extend_schema(
        request=QuoteAsked,
        responses={200: QuoteShown},
        examples=[OpenApiExample("small balance", value=QUOTED, response_only=True, status_codes=["200"])],
    )
    def post(self, request: Request) -> Response:
        parameters(request, NoParameters)
        asked = read(request, QuoteAsked)
        member = member_of(request, asked)
        leaving, purchase = queries.has_left(member), asked.get("purchase")
        quote = queries.quote(member, at=asked_at(request), purchase=purchase, leaving=leaving)
        return Response(QuoteShown(quote).data)


class AskForRefund(Operation):
    """Ask for a refund of one purchase, or with `everything` of all that can be refunded.

    What the terms grant comes back `approved`, and its credits are gone; what only people can grant to somebody whose
    membership has ended comes back `under_review`. Only a member's own key speaks for the member.
    """

    scope = "account:write"
    key_required = True
    refuses = (404, 409, 422)

    @extend_schema(
        request=RefundAsked,
        responses={201: RefundShown},
        examples=[
            OpenApiExample("all of it", value={"everything": True}, request_only=True),
            OpenApiExample("set off", value={"everything": True, "prefer": "offset"}, request_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        parameters(request, NoParameters)
        asked = read(request, RefundAsked)
        return once(request, lambda: (201, _ask(request, asked)), required=True)


def _ask(request: Request, asked: dict[str, Any]) -> Any:
    made = refunds.request(
        member_id=member_of(request, {}).pk, purchase=asked.get("purchase"), way=asked["prefer"],
        reason=asked["reason"], key=f"api:{request_of(request).name}", by=acting(request), at=asked_at(request),
    )  # fmt: skip
    return RefundShown(made).data


class ShowRefund(Operation):
    """One refund, and how far it has come."""

    scope = "credits:read"

    @extend_schema(parameters=[OfMember], responses=RefundShown)
    def get(self, request: Request, refund: str) -> Response:
        member = member_of(request, parameters(request, OfMember))
        return Response(RefundShown(queries.refund_of_member(member.pk, refund)).data)
