"""Reading requests: strict JSON, known fields only, everything bounded."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from upstage_console.kernel.api.refusals import InvalidFields, Malformed, TooLarge

JSON = "application/json"


def raw_body(request: HttpRequest) -> bytes:
    """The bytes of the body. Refuses `too_large`."""
    try:
        return request.body
    except RequestDataTooBig:
        raise TooLarge(facts={"most": settings.DATA_UPLOAD_MAX_MEMORY_SIZE}) from None
    except UnreadablePostError:
        raise Malformed(facts={"why": _("the body ends early.")}) from None


def read_json(raw: bytes) -> Any:
    """UTF-8 JSON with exact decimals; without NaN, Infinity, NUL, halves of characters and names that stand twice.

    Refuses `malformed`.
    """
    try:
        data = _decode(raw.decode())
    except (ValueError, InvalidOperation, RecursionError):
        raise Malformed(facts={"why": _("it is not JSON in UTF-8.")}) from None
    if _has_escapes(raw):
        _refuse_odd_text(data)
    return data


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if abs(number.adjusted()) > 40:
        raise ValueError("out of bounds")
    return number


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one that says something twice would lose the first in silence."""
    named = dict(pairs)
    if len(named) != len(pairs):
        raise ValueError("a name stands twice")
    return named


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


_decode = json.JSONDecoder(parse_float=_decimal, parse_constant=_no_number, object_pairs_hook=_named_once).decode


def _has_escapes(raw: bytes) -> bool:
    """Only an escape can make a NUL or half a character out of valid UTF-8."""
    lowered = raw.lower() if b"\\u" in raw else b""
    return b"\\u0000" in lowered or b"\\ud" in lowered


def _refuse_odd_text(data: Any) -> None:
    text = json.dumps(data, ensure_ascii=False, default=str)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Malformed(facts={"why": _("a text holds half a character.")}) from None
    if "\\u0000" in text.replace("\\\\", ""):
        raise Malformed(facts={"why": _("a text holds a NUL character.")})


class StrictJSONParser(BaseParser):
    """An `application/json` object."""

    media_type = JSON
    top: type = dict

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        data = read_json(raw_body(parser_context["request"]._request))
        if not isinstance(data, self.top):
            wanted = _("the top has to be a JSON object.") if self.top is dict else _("the top has to be a JSON array.")
            raise Malformed(facts={"why": wanted})
        return data


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, so that a misspelt one never passes unnoticed."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                detail = serializers.ErrorDetail(_("There is no such field."), code="unknown")
                raise serializers.ValidationError({name: [detail] for name in unknown})
        return super().to_internal_value(data)


def read(request: Request, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The body, checked. Refuses `invalid` with one error per field."""
    return _checked(serializer, request.data)


def parameters(request: Request, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The query parameters, checked: none unknown, none twice. Refuses `invalid` with one error per parameter."""
    given = request.query_params
    twice = [name for name, values in given.lists() if len(values) > 1]
    if twice:
        raise InvalidFields({name: [_("Give this parameter once.")] for name in twice})
    return _checked(serializer, given.dict())


def _checked(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    asked = serializer(data=data)
    asked.is_valid(raise_exception=True)
    checked: dict[str, Any] = asked.validated_data
    return checked


class NoParameters(StrictSerializer):
    """An operation that takes none."""
