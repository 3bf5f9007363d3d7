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
from django.utils.translation import get_language, gettext_lazy

from upstage_console.kernel import wording
from upstage_console.kernel.admin.cells import clause_links
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

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        return _replaced(figures(self.model), super().get_list_display(request))  # type: ignore[misc]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        return _replaced(_of(self.model, obj), super().get_fields(request, obj))  # type: ignore[misc]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        own = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        known = _of(self.model, obj)
        return _replaced(known, [*own, *known])


def _of(model: type[Model], page: Any) -> Mapping[Any, Figure]:
    """The figures of a row, or of rows on the page of another whose currency is theirs."""
    return figures(model, getattr(page, "currency", None))


def _replaced(known: Mapping[Any, Figure], names: Sequence[Any]) -> list[Any]:
    return list(dict.fromkeys(known.get(name, name) for name in names))


@cache
def figures(model: type[Model], currency: str | None = None) -> Mapping[Any, Figure]:
    """How each decimal of a table is shown, and its clauses, by name; `currency` is for rows that have none."""
    fields = model._meta.get_fields()
    shown = {field.name: _figure(field, currency) for field in fields if isinstance(field, DecimalField)}
    return shown | {field.name: _clauses for field in fields if field.name == "clauses"}


@admin.display(description=gettext_lazy("clauses"))
def _clauses(row: Any) -> SafeString:
    """Chips that lead to the articles, not codes."""
    return clause_links(row.clauses)


def _figure(field: "DecimalField[Any, Any]", currency: str | None) -> Figure:
    def figure(row: Any) -> SafeString:
        value = getattr(row, field.name)
        told = "–" if value is None else _written(field.name, value, _currency_of(row) or currency)
        return format_html('<span class="amount">{}</span>', told)

    figure.__name__ = f"figure_{field.name}"
    return admin.display(description=field.verbose_name, ordering=field.name)(figure)


def _written(name: str, value: Decimal, currency: str | None) -> str:
    if name == SHARE:
        return f"{grouped(value * 100)}%"
    if currency is None or name in NO_MONEY:
        return grouped(value)
    return wording.money(value, currency, wording.tongue(get_language()))


def _currency_of(row: Any) -> str | None:
    """The currency of a row, or of what it belongs to where that is at hand: nothing is asked for it."""
    at_hand = row._state.fields_cache
    holders = (row, *(at_hand[name] for name in CARRY_A_CURRENCY if at_hand.get(name) is not None))
    return next((one.currency for one in holders if hasattr(one, "currency")), None)
