"""Answers in JSON: decimals as text and never as floats, instants in UTC, Korean as it is written."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

from upstage_console.kernel.api.formats import utc
from upstage_console.kernel.figures import plain


class ExactEncoder(JSONEncoder):
    """Whatever no serializer has put into text yet."""

    def default(self, obj: Any) -> Any:
        match obj:
            case Decimal():
                return plain(obj)
            case datetime():
                return utc(obj)
        return super().default(obj)


_encode = ExactEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def as_json(answer: Any) -> bytes:
    """The same bytes as the renderer's, by an encoder that is made once."""
    return _encode(answer).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode()


class ExactRenderer(JSONRenderer):
    """JSON without floats that were decimals."""

    encoder_class = ExactEncoder

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else as_json(data)
