"""Support cases of a contract: listed, opened, answered (rift/8.1, 9.1)."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.api.callers import acting, contract_of
from contracts.enums import CaseAbout, CaseEventKind, CaseStatus, ClockVerdict, Metric, Severity
from contracts.forms.support import LONGEST_TEXT
from contracts.queries import case_pages as queries
from contracts.queries.case_pages import CaseShown
from contracts.queries.people import Access
from contracts.services import cases
from contracts.services.cases import Asked, Said
from upstage_console.kernel.api.fields import Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.pages import PageParameters, page, page_of, paging
from upstage_console.kernel.api.reading import NoParameters, StrictSerializer, parameters, read
from upstage_console.kernel.api.repeats import once


class CaseParameters(PageParameters):
    """Which cases."""

    status = serializers.ChoiceField(CaseStatus.choices, required=False)


ABOUT = "While the service is suspended, only an invoice or the suspension."


class CaseAsked(StrictSerializer):
    """What a case is about."""

    severity = serializers.ChoiceField(Severity.choices)
    about = serializers.ChoiceField(CaseAbout.choices, default=CaseAbout.SERVICE, help_text=ABOUT)
    subject = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=LONGEST_TEXT)


class MessageAsked(StrictSerializer):
    """What to say."""

    text = serializers.CharField(max_length=LONGEST_TEXT)


class CaseClockShown(serializers.Serializer[Any]):
    """One of the two clocks; it counts only minutes of the support calendar, and none while the customer is asked."""

    metric = serializers.ChoiceField(Metric.choices, source="row.metric")
    verdict = serializers.ChoiceField(ClockVerdict.choices)
    target_minutes = serializers.IntegerField(source="row.target_minutes")
    due_at = Instant(source="row.due_at", allow_null=True, help_text="Null while it stands still.")
    stopped_at = Instant(source="row.stopped_at", allow_null=True)
    missed_at = Instant(source="row.breached_at", allow_null=True)


class SupportCaseShown(serializers.Serializer[CaseShown]):
    """A case with its clocks."""

    id = serializers.CharField(source="row.public_id")
    severity = serializers.ChoiceField(Severity.choices, source="row.severity")
    about = serializers.ChoiceField(CaseAbout.choices, source="row.about")
    status = serializers.ChoiceField(CaseStatus.choices, source="row.status")
    subject = serializers.CharField(source="row.subject")
    opened_at = Instant(source="row.opened_at")
    resolved_at = Instant(source="row.resolved_at", allow_null=True)
    clocks = CaseClockShown(many=True)


class CaseEventShown(serializers.Serializer[Any]):
    """Something that was said or done."""

    kind = serializers.ChoiceField(CaseEventKind.choices)
    at = Instant()
    is_of_customer = serializers.BooleanField(help_text="Else it is of the company.")
    text = serializers.CharField(allow_blank=True)


class CaseWithEvents(SupportCaseShown):
    """A case with its conversation."""

    events = serializers.SerializerMethodField()

    @extend_schema_field(CaseEventShown(many=True))
    def get_events(self, case: CaseShown) -> list[Any]:
        return [CaseEventShown(event).data for event in case.events]


ASKED = {"severity": "critical", "subject": "No outgoing calls", "text": "Since 14:00, for every agent."}
OPENED = {
    "id": "case_019aa5b0c3d77a52a3ccd3fbc1f0a1c2", "severity": "critical", "about": "service", "status": "open",
    "subject": ASKED["subject"], "opened_at": "2026-11-20T05:30:00Z", "resolved_at": None,
    "clocks": [
        {"metric": "response", "verdict": "running", "target_minutes": 45, "due_at": "2026-11-20T06:15:00Z",
         "stopped_at": None, "missed_at": None},
    ],
    "events": [{"kind": "open", "at": "2026-11-20T05:30:00Z", "is_of_customer": True, "text": ASKED["text"]}],
}  # fmt: skip


class ListCases(Operation):
    """The cases of a contract, the newest first."""

    scope = "contracts:read"

    @extend_schema(parameters=[CaseParameters], responses=page_of(SupportCaseShown))
    def get(self, request: Request, contract: str) -> Response:
        asked = parameters(request, CaseParameters)
        access = contract_of(request, contract)
        rows = queries.cases_of(access.contract).order_by()
        if "status" in asked:
            rows = rows.filter(status=asked["status"])
        show = lambda row: SupportCaseShown(queries.listed(row, at=access.at)).data  # noqa: E731
        return Response(page(rows, show, **paging(asked)))


class OpenCase(Operation):
    """Open a case: both clocks begin now.

    Refuses `nothing_agreed` where the contract has no targets for it, and `service_suspended` while the service stands
    still, save about the suspension itself and about invoices.
    """

    scope = "contracts:write"
    refuses = (403, 404, 409, 422)

    @extend_schema(
        request=CaseAsked,
        responses={201: CaseWithEvents},
        examples=[
            OpenApiExample("asked", value=ASKED, request_only=True),
            OpenApiExample("opened", value=OPENED, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request, contract: str) -> Response:
        parameters(request, NoParameters)
        asked = read(request, CaseAsked)
        return once(request, lambda: (201, _open(request, contract, asked)))


class ShowCase(Operation):
    """A case with what was said and done."""

    scope = "contracts:read"

    @extend_schema(responses=CaseWithEvents)
    def get(self, request: Request, contract: str, case: str) -> Response:
        parameters(request, NoParameters)
        return Response(_shown(contract_of(request, contract), case))


class WriteInCase(Operation):
    """Say something in a case.

    It ends a pause; in a case that was resolved it says that it was not, and opens it again.
    """

    scope = "contracts:write"
    refuses = (403, 404, 409, 422)

    @extend_schema(request=MessageAsked, responses={201: CaseWithEvents})
    def post(self, request: Request, contract: str, case: str) -> Response:
        parameters(request, NoParameters)
        text = read(request, MessageAsked)["text"]
        return once(request, lambda: (201, _write(request, contract, case, text)))


def _open(request: Request, contract: str, asked: dict[str, Any]) -> Any:
    access = contract_of(request, contract)
    access.require_may_act()
    given = Asked(Severity(asked["severity"]), asked["subject"], asked["text"], CaseAbout(asked["about"]))
    made = cases.open_case(contract, given, by=acting(access), at=asked_at(request))
    return _shown(access, made.public_id)


def _write(request: Request, contract: str, case: str, text: str) -> Any:
    access = contract_of(request, contract)
    access.require_may_act()
    found = queries.case_of(access.contract, case, at=access.at)
    said = Said(text, is_of_customer=True)
    cases.say(found.row.public_id, said, by=acting(access), at=asked_at(request))
    return _shown(access, case)


def _shown(access: Access, case: str) -> Any:
    return CaseWithEvents(queries.case_of(access.contract, case, at=access.at)).data
