"""The API's own pages: its description to try out, and every refusal it knows."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.views.generic import TemplateView
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView, SpectacularYAMLAPIView
from rest_framework.permissions import AllowAny

from upstage_console.kernel.api.refusals import every_refusal, status_of
from upstage_console.kernel.errors import Refusal

TESTS = "tests."


class Description(SpectacularYAMLAPIView):
    """docs/openapi.yaml as this console has it."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    schema = None


class Explorer(SpectacularSwaggerSplitView):
    """Every operation, to be read and tried out."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    template_name = "api/explorer.html"
    url_name = "api-description"

    @extend_schema(exclude=True)
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]


class Blank(dict[str, str]):
    """Fills a sentence's numbers with their names."""

    def __missing__(self, name: str) -> str:
        return f"‹{name}›"


@dataclass(frozen=True)
class Meaning:
    """One meaning of a code: its status, its sentence and the clauses it rests on."""

    status: int
    sentence: str
    clauses: tuple[str, ...]

    @classmethod
    def of(cls, kind: type[Refusal]) -> "Meaning":
        return cls(status_of(kind), str(kind.message) % Blank(), kind.rests_on)


def meanings() -> dict[str, list[Meaning]]:
    """Every code with what it can mean, by name."""
    found: dict[str, list[Meaning]] = defaultdict(list)
    for kind in every_refusal():
        meaning = Meaning.of(kind)
        if not kind.__module__.startswith(TESTS) and meaning not in found[kind.code]:
            found[kind.code].append(meaning)
    return dict(sorted(found.items()))


class Problems(TemplateView):
    """Every refusal code with its sentence, its HTTP status and its clauses."""

    template_name = "api/problems.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"problems": meanings()}
