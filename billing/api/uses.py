"""How a use is asked for: a quantity of a meter, or an amount of the member's currency."""

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from billing.rules.events import MOST_ADD_ONS, MOST_CODE_LENGTH
from billing.rules.rating import DIRECT, MOST_QUANTITY
from billing.services.rating import AMOUNT, Use
from credits.enums import LotKind
from upstage_console.kernel.api.fields import Amount, Digits
from upstage_console.kernel.api.reading import StrictSerializer

METERED = ("service", "meter", "quantity")
ID = re.compile(r"mem_[0-9a-f]{32}")
CODE = re.compile(r"[a-z0-9-]{1,40}")
FIGURE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
"""Below the most that one use can be, and exact enough."""


class Quantity(Digits):
    """How much was used: from 0 to the most that one use can be, with at most 6 decimals."""

    def __init__(self, **kwargs: Any) -> None:
        bounds = {"max_digits": 16, "decimal_places": 6, "min_value": Decimal(0), "max_value": MOST_QUANTITY}
        super().__init__(**{**bounds, "required": False, **kwargs})


class AddOns(serializers.ListField):
    """Codes of add-ons of the price."""

    def __init__(self, **kwargs: Any) -> None:
        child = serializers.CharField(max_length=MOST_CODE_LENGTH)
        super().__init__(**{"child": child, "required": False, "max_length": MOST_ADD_ONS, **kwargs})


class UseAsked(StrictSerializer):
    """What is used: a quantity of a meter, or an amount of the member's currency."""

    service = serializers.CharField(max_length=40, required=False)
    meter = serializers.CharField(max_length=40, required=False)
    quantity = Quantity(help_text="With `service` and `meter`.")
    amount = Quantity(help_text="In the member's currency, instead of a quantity.")
    key = serializers.CharField(max_length=64, required=False, help_text="The key that is used: `key_…`.")
    add_ons = AddOns(help_text="With `service` and `meter`: the codes of add-ons that are chosen.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "amount" in attrs:
            refuse_fields(attrs.keys() & {*METERED, "add_ons"}, _("Not with an amount."), "invalid")
        else:
            refuse_fields(set(METERED) - attrs.keys(), _("Needed."), "required")
        return attrs


def refuse_fields(names: set[str], text: Any, code: str) -> None:
    """Refuse fields that may not be given, or have to be."""
    if names:
        raise serializers.ValidationError({name: [serializers.ErrorDetail(text, code=code)] for name in sorted(names)})


def use_of(asked: dict[str, Any]) -> Use:
    """The use in a body that was checked."""
    if "amount" in asked:
        return Use.of_amount(asked["amount"], asked.get("key"))
    return Use(asked["service"], asked["meter"], asked["quantity"], asked.get("key"), asked.get("add_ons", ()))


def plain_use(data: Any) -> tuple[str, Use] | None:
    """Member and use of a body that plainly passes every check of `UseAsked`; None for whatever needs a closer look."""
    match data:
        case {"member": str(member), "amount": str(figure)} if len(data) == 2:
            service, meter = DIRECT, AMOUNT
        case {"member": str(member), "service": str(service), "meter": str(meter), "quantity": str(figure)} if (
            len(data) == 4
        ):
            pass
        case _:
            return None
    if not (ID.fullmatch(member) and FIGURE.fullmatch(figure) and CODE.fullmatch(service) and CODE.fullmatch(meter)):
        return None
    return member, Use(service, meter, Decimal(figure))


class AllocationShown(serializers.Serializer[Any]):
    """What one lot paid."""

    lot = serializers.CharField()
    kind = serializers.ChoiceField(LotKind.choices)
    amount = Amount()
