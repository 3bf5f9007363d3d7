"""Lists page by cursor, newest first, and stay stable while rows arrive."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import models
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from upstage_console.kernel.api.reading import StrictSerializer
from upstage_console.kernel.errors import NotFound

MOST_ROWS = 200
ROWS = 50


class PageParameters(StrictSerializer):
    """Which page of a list."""

    after = serializers.CharField(required=False, max_length=64, help_text="The `next` of the page before.")
    limit = serializers.IntegerField(
        default=ROWS, min_value=1, max_value=MOST_ROWS, help_text="The most rows on the page."
    )


def page(
    rows: models.QuerySet[Any], show: Callable[[Any], Any], *, after: str = "", limit: int, by: str = "pk"
) -> dict[str, Any]:
    """One page of `rows` after the row whose public id is `after`; `next` is what to ask for then, or null.

    Rows are told in the falling order of `by`, which no two share. The cursor is a row the caller has seen, so it tells
    nothing new. Refuses `not_found` for any other.
    """
    found = list(_after(rows, after, by).order_by(f"-{by}")[: limit + 1])
    if after and not found and not rows.filter(public_id=after).exists():
        raise NotFound
    shown = found[:limit]
    return {"items": [show(row) for row in shown], "next": shown[-1].public_id if len(found) > limit else None}


def paging(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Of checked parameters those that say which page."""
    return {name: asked[name] for name in ("after", "limit") if name in asked}


def _after(rows: models.QuerySet[Any], after: str, by: str) -> models.QuerySet[Any]:
    if not after:
        return rows
    return rows.filter(**{f"{by}__lt": rows.filter(public_id=after).order_by().values(by)[:1]})


def page_of(item: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The description of a page of `item`."""
    fields = {
        "items": item(many=True),
        "next": serializers.CharField(allow_null=True, help_text="`after` of the following page; null on the last."),
    }
    return inline_serializer(f"{item.__name__}Page", fields=fields)
