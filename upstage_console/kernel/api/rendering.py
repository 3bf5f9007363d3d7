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


class ExactRenderer(JSONRenderer):
    """JSON without floats that were decimals."""

    encoder_class = ExactEncoder
