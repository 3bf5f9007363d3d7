"""Withdrawals and requests to come back: the lists, their steps and answers, and what stands on the case file."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import case as member_file
from accounts.admin.rows import PersonalDataAdmin
from accounts.enums import REJOIN_MOVES, DepartureStatus, RejoinStatus
from accounts.models import Departure, Member, RejoinRequest
from accounts.queries.leaving import last_departure
from accounts.services import leaving, rejoining
from upstage_console.kernel.admin import (
    CaseFileAdmin,
    CaseParts,
    Done,
    Fact,
    Happening,
    Kind,
    Panel,
    Row,
    Text,
    Verb,
    call_actions,
    call_kinds,
    cells,
    no_move,
)
from upstage_console.kernel.admin.words import label_of
from upstage_console.kernel.errors import AlreadyDone, Refusal
from upstage_console.kernel.models import AuditEvent

call_actions(
    {
        "member.withdrawn": gettext_lazy("Left"),
        "member.disqualified": gettext_lazy("Membership taken away"),
        "member.reinstated": gettext_lazy("Membership given back"),
        "member.information_given": gettext_lazy("Gave missing information"),
        "departure.requested": gettext_lazy("Asked to leave"),
        "departure.resumed": gettext_lazy("Withdrawal taken up again"),
        "rejoin.requested": gettext_lazy("Asked to come back"),
        "rejoin.approved": gettext_lazy("Came back"),
        "rejoin.declined": gettext_lazy("Request to come back declined"),
        "data.marked": gettext_lazy("Stored data marked for destruction"),
        "key.reopened": gettext_lazy("API key open again"),
    }
)
call_kinds(
    {
        "rejoin": Kind(gettext_lazy("Request to come back"), verb=gettext_lazy("Answer"), closes_itself=True),
        "information": Kind(gettext_lazy("Missing information"), verb=gettext_lazy("Look again"), closes_itself=True),
    }
)

STEPS = {
    "keys": gettext_lazy("API keys closed"),
    "agreements": gettext_lazy("Agreement on paid services ended"),
    "data": gettext_lazy("Stored data marked for destruction"),
    "sessions": gettext_lazy("Logged out everywhere"),
    "complete": gettext_lazy("Membership ended, notice sent"),
}
TONES = {
    DepartureStatus.COMPLETED: "good", DepartureStatus.ERRORED: "danger",
    RejoinStatus.REQUESTED: "warn", RejoinStatus.APPROVED: "good",
}  # fmt: skip
departure, rejoin = CaseParts(), CaseParts()


class Resume(Verb):
    name, label, tone = "resume", gettext_lazy("Take up again"), "primary"
    permission = "accounts.resume_departure"

    def refusal(self, row: Departure, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.status == DepartureStatus.COMPLETED else None

    def sentence(self, row: Departure, *, at: datetime) -> Text:
        return _("The steps go on where the error stopped them; what is done is not done again.")

    def run(self, row: Departure, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = leaving.resume(row.pk, by=by, at=at, reason=given["reason"])
        if done.status == DepartureStatus.COMPLETED:
            return Done(_("The withdrawal is complete."), result=done)
        return Done(_("A step failed again; its error stands on the page."), result=done)

    def rows(self, row: Departure, done: Done, *, at: datetime) -> list[Row]:
        return [Row(str(STEPS.get(step.name, step.name)), after=_state_of(step)) for step in done.result.steps.all()]


def _state_of(step: Any) -> str:
    return _("done") if step.done_at else step.error or _("not yet")


class AnswerRequest(Verb):
    """A verb that answers a request to come back."""

    permission = "accounts.answer_rejoinrequest"
    to: RejoinStatus

    def refusal(self, row: RejoinRequest, *, at: datetime) -> Refusal | None:
        return no_move(row.status, self.to, REJOIN_MOVES)


class Approve(AnswerRequest):
    name, label, tone, to = "approve", gettext_lazy("Approve"), "primary", RejoinStatus.APPROVED

    def sentence(self, row: RejoinRequest, *, at: datetime) -> Text:
        return _("The membership is active again, and every credit has the last day it had. Keys do not come back.")

    def run(self, row: RejoinRequest, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        member = rejoining.approve(row.departure.member_id, by=by, at=at, answer=given["reason"])
        return Done(_("%(name)s is a member again.") % {"name": member.name}, result=member)


class Decline(AnswerRequest):
    name, label, tone, to = "decline", gettext_lazy("Decline"), "danger", RejoinStatus.DECLINED

    def sentence(self, row: RejoinRequest, *, at: datetime) -> Text:
        return _("The reason is told as you write it. The credits are void once the 30 days are over.")

    def run(self, row: RejoinRequest, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        member = rejoining.decline(row.departure.member_id, by=by, at=at, answer=given["reason"])
        return Done(_("The request of %(name)s is declined.") % {"name": member.name}, result=member)


@admin.register(Departure)
class DepartureAdmin(PersonalDataAdmin, CaseFileAdmin):
    work = "members"
    parts = departure
    list_display = ("requested_at", "member", "shown_status", "completed_at", "kept_until", "credits_voided_at")
    list_display_links = ("requested_at",)
    list_filter = ("status", "requested_at", "kept_until")
    list_select_related = ("member",)
    search_fields = ("member__name", "member__user__email")
    ordering = ("completed_at", "-id")
    verbs = (Resume,)

    def member_of(self, row: Departure) -> Member:
        return row.member

    def headline(self, row: Departure, at: datetime) -> str:
        """Whose withdrawal, and how far it has come."""
        return _("%(name)s leaves: %(status)s.") % {"name": row.member.name, "status": row.get_status_display()}

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Departure) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(DepartureStatus(row.status), ""))


@departure.panel(10)
def steps(row: Departure, at: datetime) -> Panel:
    """Every step, with the error that stopped it."""
    known = [Fact(STEPS.get(step.name, step.name), step.done_at or _state_of(step)) for step in row.steps.all()]
    return Panel(_("Steps"), "admin/case/facts.html", {"facts": known})


@departure.panel(20)
def departure_facts(row: Departure, at: datetime) -> Panel:
    """The days that count."""
    known = [
        Fact(_("Member"), row.member, reverse("admin:accounts_member_change", args=[row.member_id])),
        Fact(_("Asked to leave"), row.requested_at),
        Fact(_("Reason"), row.reason or "–"),
        Fact(_("Credits kept until"), row.kept_until or "–"),
        Fact(_("Credits void since"), row.credits_voided_at or "–"),
    ]
    return Panel(_("Withdrawal"), "admin/case/facts.html", {"facts": known})


@admin.register(RejoinRequest)
class RejoinRequestAdmin(PersonalDataAdmin, CaseFileAdmin):
    work = "members"
    parts = rejoin
    list_display = ("requested_at", "shown_member", "shown_status", "answered_at", "answered_by")
    list_display_links = ("requested_at",)
    list_filter = ("status", "requested_at")
    list_select_related = ("departure__member", "answered_by")
    search_fields = ("departure__member__name", "departure__member__user__email")
    ordering = ("answered_at", "requested_at")
    verbs = (Approve, Decline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RejoinRequest]:
        rows: QuerySet[RejoinRequest] = super().get_queryset(request).select_related("departure__member")
        return rows

    def member_of(self, row: RejoinRequest) -> Member:
        return row.departure.member

    def headline(self, row: RejoinRequest, at: datetime) -> str:
        """Who asks, and how it stands."""
        facts = {"name": row.departure.member.name, "status": row.get_status_display()}
        return _("%(name)s asks to come back: %(status)s.") % facts

    @admin.display(description=gettext_lazy("member"), ordering="departure__member__name")
    def shown_member(self, row: RejoinRequest) -> str:
        return str(row.departure.member)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: RejoinRequest) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(RejoinStatus(row.status), ""))


@rejoin.panel(10)
def request_facts(row: RejoinRequest, at: datetime) -> Panel:
    """Who asks, since when, and what was answered."""
    member = row.departure.member
    known = [
        Fact(_("Member"), member, reverse("admin:accounts_member_change", args=[member.pk])),
        Fact(_("Left"), row.departure.completed_at),
        Fact(_("Could ask until"), row.departure.kept_until),
        Fact(_("Asked"), row.requested_at),
        Fact(_("Answer"), row.answer or "–"),
    ]
    return Panel(_("Request to come back"), "admin/case/facts.html", {"facts": known})


@departure.source
def departure_deeds(row: Departure, before: datetime, length: int) -> Iterable[Happening]:
    """What was done to it."""
    return _told(row.public_id, before, length)


@rejoin.source
def rejoin_deeds(row: RejoinRequest, before: datetime, length: int) -> Iterable[Happening]:
    """What was done to it."""
    return _told(row.public_id, before, length)


def _told(subject: str, before: datetime, length: int) -> Iterable[Happening]:
    events = AuditEvent.objects.filter(subject=subject, at__lt=before).select_related("actor").order_by("-id")
    for event in events[:length]:
        by = str(event.actor) if event.actor else _("the system")
        yield Happening(
            at=event.at, what=label_of(event.action), kind="deed", by=by, detail=event.reason, clauses=event.clauses
        )


@member_file.member.panel(18)
def left(row: Member, at: datetime) -> Panel | None:
    """The last withdrawal, and the request to come back."""
    last = last_departure(row.pk) or row.departures.first()
    if last is None:
        return None
    asked = getattr(last, "rejoin_request", None)
    known = [
        Fact(_("Status"), last.get_status_display()),
        Fact(_("Left"), last.completed_at or "–"),
        Fact(_("Credits kept until"), last.kept_until or "–"),
        Fact(_("Credits void since"), last.credits_voided_at or "–"),
    ]
    if asked is not None:
        url = reverse("admin:accounts_rejoinrequest_change", args=[asked.pk])
        known.append(Fact(_("Request to come back"), asked.get_status_display(), url))
    url = reverse("admin:accounts_departure_change", args=[last.pk])
    return Panel(_("Withdrawal"), "admin/case/facts.html", {"facts": known}, url)
