"""Amounts and quantities in tables of the back office: as people read them, not with every decimal a column keeps."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final

from django.contrib import admin
from django.db.models import DecimalField, Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from upstage_console.kernel import wording
from upstage_console.kernel.figures import grouped

NO_MONEY: Final = frozenset({"quantity", "quantity_before", "rate", "factor", "bonus_percent", "value", "per"})
"""Columns of decimals that count something else than money."""
SHARE: Final = "tax_rate"
"""A column that keeps a part of one."""
CARRY_A_CURRENCY: Final = frozenset(
    {"invoice", "purchase", "refund", "note", "price", "table", "account", "lot", "hold", "member"}
)
"""Rows that a row without a currency of its own may belong to."""

Figure = Callable[[Any], SafeString]


class WithFigures:
    """For tables and rows that are only shown: decimals stand right-aligned, money with its currency."""

    model: type[Model]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return _replaced(self.model, super().get_list_display(request))  # type: ignore[misc]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return _replaced(self.model, super().get_fields(request, obj))  # type: ignore[misc]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        own = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        return _replaced(self.model, [*own, *figures(self.model)])


def _replaced(model: type[Model], names: Sequence[Any]) -> list[Any]:
    known = figures(model)
    return list(dict.fromkeys(known.get(name, name) for name in names))


@cache
def figures(model: type[Model]) -> Mapping[Any, Figure]:
    """How each decimal of a table is shown, by the name of its column."""
    decimals = [field for field in model._meta.get_fields() if isinstance(field, DecimalField)]
    return {field.name: _figure(field) for field in decimals}


def _figure(field: "DecimalField[Any, Any]") -> Figure:
    def figure(row: Any) -> SafeString:
        value = getattr(row, field.name)
        return format_html('<span class="amount">{}</span>', "–" if value is None else _written(row, field.name, value))

    figure.__name__ = f"figure_{field.name}"
    return admin.display(description=field.verbose_name, ordering=field.name)(figure)


def _written(row: Any, name: str, value: Decimal) -> str:
    if name == SHARE:
        return f"{grouped(value * 100)}%"
    currency = None if name in NO_MONEY else _currency_of(row)
    return wording.money(value, currency, wording.tongue(get_language())) if currency else grouped(value)


def _currency_of(row: Any) -> str | None:
    """The currency of a row, or of what it belongs to where that is at hand: nothing is asked for it."""
    at_hand = row._state.fields_cache
    holders = (row, *(at_hand[name] for name in CARRY_A_CURRENCY if at_hand.get(name) is not None))
    return next((one.currency for one in holders if hasattr(one, "currency")), None)
