"""Every address of the console, read from the resolver: what is added later is walked without being named anywhere."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

PART = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True)
class Address:
    """One pattern: its route from the root, its view, and the names of the ids in it."""

    route: str
    view: Any
    parts: tuple[str, ...]

    def filled(self, values: Mapping[str, Any]) -> str:
        """The address with these ids."""
        path = PART.sub(lambda found: str(values[found[1] or found[2]]), self.route)
        return "/" + re.sub(r"[\^$\\]", "", path)


def addresses(beginning: str = "") -> list[Address]:
    """All whose route begins so."""
    return [one for one in _walk(get_resolver(), "") if one.route.startswith(beginning)]


def _walk(resolver: URLResolver, before: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, route)
        elif isinstance(pattern, URLPattern):
            parts = tuple(found[1] or found[2] for found in PART.finditer(route))
            yield Address(route, pattern.callback, parts)
