"""How operations describe themselves in docs/openapi.yaml: one name, one scope, every problem they may answer with."""

from typing import Any, cast

from django.utils import translation
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from upstage_console.kernel.api.fields import Clauses
from upstage_console.kernel.api.operations import Operation, PublicOperation
from upstage_console.kernel.api.problems import PROBLEM
from upstage_console.kernel.api.repeats import HEADER, REPLAYED
from upstage_console.kernel.idempotency import LONGEST_KEY

SAID = {
    400: "The request is malformed; nothing was done.",
    401: "No key, or not a live one.",
    403: "The key lacks the scope, or the member may not do this.",
    404: "Not there, or not yours.",
    409: "The state of things, or a request still running, does not allow it.",
    413: "The body is too large.",
    415: "The body is of another media type.",
    422: "Refused by the terms, or the Idempotency-Key was used for another request.",
    429: "The key has used up its requests for now.",
    503: "Busy; nothing was done. Repeat in a moment.",
}


class DigitsAsRead(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """What comes in as an amount or a quantity is described as it is read: plain digits, no sign."""

    target_class = "upstage_console.kernel.api.fields.Digits"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        whole, places = self.target.max_digits - self.target.decimal_places, self.target.decimal_places
        return {"type": "string", "pattern": rf"^[0-9]{{1,{whole}}}(\.[0-9]{{1,{places}}})?$", "examples": ["12.5"]}


class FieldError(serializers.Serializer[Any]):
    """One thing that is wrong with a request."""

    field = serializers.CharField(allow_blank=True, help_text="Where: `events.3.quantity`.")
    detail = serializers.CharField()
    code = serializers.CharField()


EXAMPLE = OpenApiExample(
    "refused",
    value={
        "type": "https://console.example/api/docs/problems/#insufficient_credits",
        "title": "Insufficient credits",
        "status": 422,
        "detail": "There are 3 credits, and 5 are needed; nothing was used.",
        "code": "insufficient_credits",
        "clauses": [{"code": "upstage/15.3", "href": "https://console.example/terms/clause/upstage/15.3/"}],
        "facts": {"available": "3", "amount": "5"},
    },
    status_codes=["422"],
)


class Problem(serializers.Serializer[Any]):
    """What went wrong (RFC 9457)."""

    type = serializers.CharField(help_text="Where the code is explained.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence, in Korean or in English as `Accept-Language` asks.")
    code = serializers.CharField(help_text="Stable; /api/docs/problems/ lists all.")
    clauses = Clauses(help_text="What the refusal rests on.")
    facts = serializers.DictField(child=serializers.CharField(), required=False, help_text="The numbers behind it.")
    errors = FieldError(  # type: ignore[assignment]
        many=True, required=False, help_text="What is wrong with which field."
    )


class OperationSchema(AutoSchema):
    """Names an operation after its view, and adds what all operations share."""

    def get_operation_id(self) -> str:
        name = type(self.view).__name__
        return name[0].lower() + name[1:]

    def get_summary(self) -> str:
        return self._words()[0].rstrip(".")

    def get_description(self) -> str:  # type: ignore[override]
        scope = "" if self._is_public else f"Scope: `{self.operation.scope}`."
        return "\n\n".join(part for part in (self._words()[1], scope) if part)

    def get_tags(self) -> list[str]:
        return [type(self.view).__module__.partition(".")[0]]

    def get_auth(self) -> list[dict[str, list[str]]]:
        return [] if self._is_public else [{"key": [self.operation.scope]}]

    def get_override_parameters(self) -> list[Any]:
        given = list(super().get_override_parameters())
        if self.method == "POST":
            given.append(self._idempotency_key())
        return [*given, *self._answer_headers()]

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for status in self._problems():
            said = OpenApiResponse(Problem, description=SAID[status], examples=[EXAMPLE] if status == 422 else [])
            body = self._get_response_for_code(said, str(status), [PROBLEM], direction)  # type: ignore[no-untyped-call]
            bodies[str(status)] = body
        return bodies

    @property
    def operation(self) -> Operation:
        return cast(Operation, self.view)

    @property
    def _is_public(self) -> bool:
        return isinstance(self.view, PublicOperation)

    def _words(self) -> tuple[str, str]:
        first, _break, rest = (type(self.view).__doc__ or "").strip().partition("\n\n")
        return " ".join(first.split()), "\n".join(line.strip() for line in rest.splitlines()).strip()

    def _problems(self) -> list[int]:
        known = {400, 429, 503, *self.operation.refuses}
        known |= set() if self._is_public else {401, 403, 404}
        known |= {404} if "{" in self.path else set()
        known |= {409, 413, 415, 422} if self.method in ("POST", "PUT") else set()
        return sorted(known)

    def _idempotency_key(self) -> OpenApiParameter:
        return OpenApiParameter(
            HEADER,
            {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
            OpenApiParameter.HEADER,
            required=self.operation.key_required,
            description="A repeat with the same key and body within 7 days gets the first answer.",
        )

    def _answer_headers(self) -> list[OpenApiParameter]:
        said = {
            "RateLimit-Policy": "The limit of this scope: `q` requests in `w` seconds.",
            "RateLimit": "What is left of it: `r` requests, new ones in `t` seconds.",
        }
        if self.method == "POST":
            said[REPLAYED] = "`true` where this is the answer to an earlier request."
        return [
            OpenApiParameter(name, str, OpenApiParameter.HEADER, description=text, response=[200, 201, 202])
            for name, text in said.items()
        ]


class EnglishGenerator(SchemaGenerator):
    """Describes the API in English, whoever asks, so that the file is the same everywhere."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        with translation.override("en"):
            return super().get_schema(request, public)  # type: ignore[no-untyped-call]

    def create_view(self, callback: Any, method: str, request: Any = None) -> Any:
        """Where an address has several operations (`by_method`), the one of this method."""
        operation = getattr(callback, "operations", {}).get(method, callback)
        return super().create_view(operation, method, request)  # type: ignore[no-untyped-call]
