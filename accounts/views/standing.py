"""Standing: what is restricted, why and until when, what lifts it; every measure with its reasons; objecting."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import ObjectionStatus, RestrictionKind, SanctionKind, SanctionStatus
from accounts.forms import ObjectionForm
from accounts.models import Member, Objection, Restriction, Sanction
from accounts.queries import how_counted, sanction_of_member, sanctions_of_member, standing
from accounts.queries.standing import HOW_TO_LIFT
from accounts.services import objections, statements
from accounts.views.account_area import add_section
from accounts.views.member_pages import member_page, open_afterwards
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.pages import refusals_on

add_section(50, "standing", gettext_lazy("Standing"))

WHERE_TO_GO = {
    RestrictionKind.UNPAID: ("invoices", gettext_lazy("See what is due")),
    RestrictionKind.DORMANT: ("confirm-identity", gettext_lazy("Confirm that it is you")),
    RestrictionKind.LOCKED: ("theft", gettext_lazy("See what comes next")),
    RestrictionKind.INFORMATION: ("information", gettext_lazy("Give the information")),
    RestrictionKind.PAID_ENDED: ("account-terms", gettext_lazy("Read the terms")),
}
TONES = {SanctionStatus.IN_FORCE: "danger", SanctionStatus.OVERTURNED: "good", SanctionStatus.LIFTED: "good"}
OUTCOMES = {ObjectionStatus.SUBMITTED: "accent", ObjectionStatus.UPHELD: "good", ObjectionStatus.REJECTED: "danger"}
LANGUAGES = (("ko", "한국어"), ("en", "English"))


@dataclass(frozen=True)
class Limited:
    """A restriction with what takes it off again, and where to do that."""

    row: Restriction
    how_to_lift: Any
    url: str
    deed: Any

    @classmethod
    def of(cls, row: Restriction) -> "Limited":
        kind = RestrictionKind(row.kind)
        if row.sanction is not None:
            return cls(row, HOW_TO_LIFT[kind], reverse("sanction", args=[row.sanction.public_id]), _("Read and object"))
        name, deed = WHERE_TO_GO[kind]
        return cls(row, HOW_TO_LIFT[kind], reverse(name), deed)


@require_safe
@member_page
@open_afterwards
def standing_page(request: HttpRequest, member: Member) -> HttpResponse:
    found = standing(member, at=clock.now())
    measures = list(sanctions_of_member(member.pk))
    shown = {
        "standing": found,
        "limits": [Limited.of(row) for row in found.restrictions],
        "measures": [{"row": row, **_state(row)} for row in measures],
    }
    return render(request, "accounts/standing.html", shown)


@require_http_methods(["GET", "POST"])
@member_page
@open_afterwards
def sanction_page(request: HttpRequest, member: Member, sanction_id: str) -> HttpResponse:
    at = clock.now()
    sanction = sanction_of_member(member.pk, sanction_id)
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            text = form.cleaned_data["text"]
            objections.object(member_id=member.pk, sanction_id=sanction_id, text=text, by=request.user, at=at)
            messages.success(request, _("We have received it. Somebody who did not decide the measure looks at it."))
            return redirect("sanction", sanction_id)
    return render(request, "accounts/sanction.html", _sanction_shown(sanction, at) | {"form": form})


@require_POST
@member_page
@open_afterwards
def objection_take_back(request: HttpRequest, member: Member, sanction_id: str) -> HttpResponse:
    objection = _objection(sanction_of_member(member.pk, sanction_id))
    given = objection.public_id if objection else ""
    objections.take_back(member_id=member.pk, objection_id=given, by=request.user, at=clock.now())
    messages.success(request, _("Your objection is taken back."))
    return redirect("sanction", sanction_id)


def _sanction_shown(sanction: Sanction, at: datetime) -> dict[str, Any]:
    objection, until = _objection(sanction), sanction.object_until
    sides = [(code, name, statements.told(sanction.statement, code, at)) for code, name in LANGUAGES]
    return {
        "sanction": sanction,
        "sides": sides,
        "objection": objection,
        "is_loss": sanction.kind == SanctionKind.LOSS,
        "can_object": objection is None and (until is None or kst_date(at) <= until),
        "counted": how_counted(sanction),
        **_state(sanction),
    }


def _state(sanction: Sanction) -> dict[str, str]:
    objection = _objection(sanction)
    tone = TONES.get(SanctionStatus(sanction.status), "")
    if sanction.kind == SanctionKind.WARNING and tone == "danger":
        tone = "warn"
    return {"tone": tone, "objection_tone": OUTCOMES.get(ObjectionStatus(objection.status), "") if objection else ""}


def _objection(sanction: Sanction) -> Objection | None:
    found: Objection | None = getattr(sanction, "objection", None)
    return found
