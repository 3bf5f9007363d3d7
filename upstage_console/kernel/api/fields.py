"""How amounts and instants look outside."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from upstage_console.kernel.api.formats import utc
from upstage_console.kernel.api.problems import cited
from upstage_console.kernel.clock import KST
from upstage_console.kernel.figures import PLAIN_DIGITS, plain
from upstage_console.kernel.wording import is_visible


@extend_schema_field(
    {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "examples": ["1100", "12.5"], "description": "A decimal."}
)
class Amount(serializers.Field[Decimal, Any, str, Any]):
    """An amount going out, as text; its currency stands beside it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Decimal) -> str:
        return plain(value)


@extend_schema_field({"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}$", "examples": ["2026-11"]})
class Month(serializers.DateField):
    """A month going out, by its first day: `2026-11`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m", **kwargs)


class Day(serializers.DateField):
    """A day in Korea coming in: `2026-11-22`."""

    default_error_messages = {
        "invalid": _("Write a day that the calendar has, as 2026-11-22."),
        "datetime": _("Write a day that the calendar has, as 2026-11-22."),
    }


class Words(serializers.CharField):
    """A text coming in that somebody will read: what shows nothing is as good as blank, as on pages."""

    def to_internal_value(self, data: Any) -> str:
        given: str = super().to_internal_value(data)
        if not is_visible(given) and not self.allow_blank:
            self.fail("blank")
        return given


class Digits(serializers.DecimalField):
    """An amount or a quantity coming in: a JSON number, or plain digits as text, `12` or `12.5`, never `1_000`."""

    default_error_messages = {"digits": _("Write plain digits, with a point before the decimals: 12.5.")}

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """An empty text is no null."""
        return serializers.Field.validate_empty_values(self, data)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | Decimal | str):
            self.fail("digits")
        if isinstance(data, str) and not PLAIN_DIGITS.fullmatch(data):
            self.fail("digits")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number coming in: a JSON number, no text."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class Instant(serializers.DateTimeField):
    """An instant: RFC 3339 with its zone coming in, UTC going out."""

    default_error_messages = {
        "zone": _("An instant needs its zone: 2026-11-22T09:30:00+09:00."),
        "overflow": _("There is no such instant in UTC."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("zone")
        try:
            value.astimezone(KST)  # everybody goes by its day there
            return value.astimezone(UTC)
        except (OverflowError, ValueError):
            self.fail("overflow", timezone="UTC")

    def to_representation(self, value: datetime) -> str:
        return utc(value)


class CitedClause(serializers.Serializer[Any]):
    """A clause of the terms."""

    code = serializers.CharField(help_text="Document, article, paragraph, item: `upstage/15-2.1`.")
    href = serializers.URLField(help_text="Where its text stands.")


@extend_schema_field(CitedClause(many=True))
class Clauses(serializers.Field[Sequence[str], Any, list[dict[str, str]], Any]):
    """Codes of clauses going out, each with the address of its text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Sequence[str]) -> list[dict[str, str]]:
        return [cited(code) for code in value]
