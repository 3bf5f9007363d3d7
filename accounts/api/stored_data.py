"""Content of members: the gateway hands it over, members read their own while it is kept (upstage/22.4-22.6)."""

import base64
import binascii
from typing import Any

from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import OfMember, acting, key_of, member_of
from accounts.enums import DataSource
from accounts.models import Member, StoredData
from accounts.queries.personal_data import stored_of_member
from accounts.rules.storage import CLAUSES, SYNC
from accounts.services import blocking, stored_data
from accounts.services.stored_data import Content
from upstage_console.kernel import idempotency
from upstage_console.kernel.api.fields import Clauses, Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.pages import PageParameters, page, page_of, paging
from upstage_console.kernel.api.reading import NoParameters, StrictSerializer, parameters, read
from upstage_console.kernel.api.repeats import given_key, once
from upstage_console.kernel.errors import NotFound


class Base64(serializers.CharField):
    """Bytes as text."""

    default_error_messages = {"base64": _("This has to be base64.")}

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            self.fail("base64")


class ContentAsked(StrictSerializer):
    """Content of one call."""

    member = serializers.CharField(max_length=64)
    source = serializers.ChoiceField([SYNC, *DataSource.values])  # type: ignore[assignment]  # not a serializer's own
    content = Base64(allow_blank=True, help_text="In base64; a request has at most 5 MB.")
    service = serializers.CharField(max_length=40, required=False)
    name = serializers.CharField(max_length=200, required=False, help_text="What the member calls it.")
    since = Instant(
        required=False,
        help_text="When the input was submitted or, of an output, its inference ended. Left out: now.",
    )


class ContentShown(serializers.Serializer[StoredData]):
    """What is stored of it, and until when."""

    id = serializers.CharField(source="public_id")
    source = serializers.ChoiceField(DataSource.choices)  # type: ignore[assignment]  # not a serializer's own
    service = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    size = serializers.IntegerField(help_text="In bytes.")
    sha256 = serializers.CharField(allow_blank=True)
    stored_at = Instant()
    destroy_at = Instant(allow_null=True, help_text="Null: when the account is deleted.")
    blocked_at = Instant(allow_null=True)
    destroyed_at = Instant(allow_null=True)


class StoredShown(serializers.Serializer[Any]):
    """What became of the content; of a synchronous call nothing is stored."""

    stored = serializers.BooleanField()
    data = ContentShown(allow_null=True)  # type: ignore[assignment]  # a serializer's own `data` is another thing
    clauses = Clauses()


ITEM = {
    "id": "dat_019aa5b0c3d77a52a3ccd3fbc1f0a1b6",
    "source": "async_output",
    "service": "ocr",
    "name": "scan.json",
    "size": 5,
    "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
    "stored_at": "2027-04-12T00:00:00Z",
    "destroy_at": "2027-05-12T15:00:00Z",
    "blocked_at": None,
    "destroyed_at": None,
}
ASKED = {
    "member": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1", "source": "async_output", "content": "aGVsbG8=",
    "service": "ocr", "name": "scan.json",
}  # fmt: skip
STORED = {
    "stored": True,
    "data": ITEM,
    "clauses": [{"code": "upstage/22.5", "href": "https://console.example/terms/clause/upstage/22.5/"}],
}


class StoreData(Operation):
    """Store content of a member's call for as long as the terms keep it.

    Nothing of a synchronous call (`stored: false`, 200). Asynchronous input to the end of the inference, at most 72
    hours; its output to the end of the 30th day after; console data until the account is deleted. The same
    Idempotency-Key stores once.
    """

    scope = "data:write"

    @extend_schema(
        request=ContentAsked,
        responses={200: StoredShown, 201: StoredShown},
        examples=[
            OpenApiExample("content", value=ASKED, request_only=True),
            OpenApiExample("stored", value=STORED, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request) -> Response:
        asked = read(request, ContentAsked)
        member: Member = Member.objects.get_public(asked["member"])
        row = stored_data.store(member.pk, _content(request, asked), by=acting(request), at=asked_at(request))
        shown = {"stored": row is not None, "data": row, "clauses": [CLAUSES[asked["source"]]]}
        return Response(StoredShown(shown).data, status=200 if row is None else 201)


def _content(request: Request, asked: dict[str, Any]) -> Content:
    given = given_key(request)
    return Content(
        source=asked["source"],
        file=ContentFile(asked["content"]),
        since=asked.get("since", asked_at(request)),
        service=asked.get("service", ""),
        name=asked.get("name", ""),
        key="" if given is None else idempotency.fingerprint(key_of(request).public_id, given),
    )


class EndInference(Operation):
    """Say that the inference of an asynchronous input has ended: the input is destroyed at once."""

    scope = "data:write"

    @extend_schema(request=None, responses=ContentShown)
    def post(self, request: Request, data: str) -> Response:
        return once(request, lambda: (200, self._end(request, data)))

    def _end(self, request: Request, data: str) -> dict[str, Any]:
        row = stored_data.inference_ended(data, by=acting(request), at=asked_at(request))
        return dict(ContentShown(row).data)


class OwnDataParameters(PageParameters, OfMember):
    """Which page of whose data."""


class ListOwnData(Operation):
    """What is stored for the member, newest first, also what is destroyed by now."""

    scope = "account:read"

    @extend_schema(parameters=[OwnDataParameters], responses=page_of(ContentShown))
    def get(self, request: Request) -> Response:
        asked = parameters(request, OwnDataParameters)
        rows = stored_of_member(member_of(request, asked).pk)
        return Response(page(rows, lambda row: ContentShown(row).data, **paging(asked)))


class ReadOwnData(Operation):
    """The content of one item, for the member's own key, while it is kept and not blocked; each reading is recorded."""

    scope = "account:read"
    refuses = (409,)

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, description="The bytes.")}
    )
    def get(self, request: Request, data: str) -> HttpResponse:
        parameters(request, NoParameters)
        own = key_of(request).member
        if own is None:
            raise NotFound
        address = request.META.get("REMOTE_ADDR", "")
        row = blocking.read_own(data, member_id=own.pk, by=own.user, at=asked_at(request), ip=address)
        with row.file.open("rb") as file:
            content = file.read()
        headers = {"Content-Disposition": content_disposition_header(True, row.name or row.public_id) or "attachment"}
        return HttpResponse(content, content_type="application/octet-stream", headers=headers)
