"""Charging one use at once."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import remembered
from accounts.api.callers import acting_id, key_of
from billing.api.uses import AllocationShown, UseAsked, plain_use, use_of
from billing.services import charging
from billing.services.charging import Caller, CallerGoneError, Charged, Use
from billing.services.settlement import CLAUSES
from upstage_console.kernel.api.fields import Amount, Clauses, Instant
from upstage_console.kernel.api.formats import utc
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.problems import cited
from upstage_console.kernel.api.reading import read
from upstage_console.kernel.api.repeats import REPLAYED, request_of
from upstage_console.kernel.api.short import ShortOperation
from upstage_console.kernel.figures import plain
from upstage_console.kernel.money import CURRENCIES


class ChargeAsked(UseAsked):
    """Who used what."""

    member = serializers.CharField(max_length=64)


class ChargeShown(serializers.Serializer[Any]):
    """What the use cost, which lots paid for it, and what is left."""

    id = serializers.CharField()
    member = serializers.CharField()
    currency = serializers.ChoiceField(sorted(CURRENCIES))
    quantity = Amount()
    amount = Amount()
    burned = Amount(help_text="Paid with credits.")
    owed = Amount(help_text="What goes on the invoice.")
    lots = AllocationShown(many=True, help_text="In the order of burning: free before paid, the earliest expiry first.")
    balance = Amount(help_text="What is left, held or not.")
    available = Amount(help_text="What a call may use now: without what is held, and what is used but not settled yet.")
    clauses = Clauses()
    at = Instant()


ASKED = {"member": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1", "service": "ocr", "meter": "page", "quantity": "3"}
BY_AMOUNT = {"member": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1", "amount": "6"}
CHARGED = {
    "id": "chg_019aa5b0c3d77a52a3ccd3fbc1f0a1b4",
    "member": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1",
    "currency": "KRW",
    "quantity": "3",
    "amount": "6",
    "burned": "6",
    "owed": "0",
    "lots": [{"lot": "lot_019aa5b0c3d77a52a3ccd3fbc1f0a1b5", "kind": "free", "amount": "6"}],
    "balance": "9994.5",
    "available": "9394.5",
    "clauses": [{"code": "upstage/15.3", "href": "https://console.example/terms/upstage/15.3"}],
    "at": "2026-11-22T00:30:00Z",
}


class MakeCharge(ShortOperation):
    """Charge one use at once.

    Credits pay in the order of the terms. A prepaid member's use larger than what is available – the balance without
    what is held, and without usage that is not settled yet – is refused whole, and nothing is burned; with a postpaid
    agreement the rest is owed.
    """

    scope = "charges:write"
    key_required = True

    @extend_schema(
        request=ChargeAsked,
        responses={201: ChargeShown},
        examples=[
            OpenApiExample("use", value=ASKED, request_only=True),
            OpenApiExample("amount", value=BY_AMOUNT, request_only=True),
            OpenApiExample("charged", value=CHARGED, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request) -> Response:
        try:
            done = self._charge(request)
        except CallerGoneError:
            remembered.forget(request)
            self.know(request)  # refuses, as a rule: what the statement looked at is looked at by itself
            done = self._charge(request)
        return Response(shown(done), status=201, headers={REPLAYED: "true"} if done.is_repeat else {})

    def _admit(self, request: Request) -> None:
        """A caller of a moment ago is looked at by the statement that charges."""
        known = remembered.recall(request)
        if known is None:
            super()._admit(request)
            remembered.remember(request)
            return
        request.auth = known
        self.check_throttles(request)

    def _charge(self, request: Request) -> Charged:
        member, use = _asked(request)
        once = request_of(request)
        return charging.charge(
            member_id=member, use=use, by=acting_id(request), at=asked_at(request), key=once.name, request=once,
            caller=Caller(bytes(key_of(request).sha256), self.scope),
        )  # fmt: skip


def _asked(request: Request) -> tuple[str, Use]:
    """Whom to charge for what. Most bodies are plain, and need no serializer to be read."""
    plain_one = plain_use(request.data)
    if plain_one is not None:
        return plain_one
    asked = read(request, ChargeAsked)
    return asked["member"], use_of(asked)


def shown(done: Charged) -> dict[str, Any]:
    """By hand, as ChargeShown describes it: this is the hot path."""
    return {
        "id": done.id,
        "member": done.member,
        "currency": done.currency,
        "quantity": plain(done.quantity),
        "amount": plain(done.amount),
        "burned": plain(done.burned),
        "owed": plain(done.owed),
        "lots": [{"lot": part.lot, "kind": part.kind, "amount": plain(part.amount)} for part in done.allocations],
        "balance": plain(done.balance),
        "available": plain(done.available),
        "clauses": [cited(code) for code in CLAUSES],
        "at": utc(done.at),
    }
