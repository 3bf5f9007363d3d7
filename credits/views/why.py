"""The member's own “Why?”: the balance at any instant, with its arithmetic, its lots and every entry that led there."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Member
from accounts.views.member_pages import member_page
from credits.forms import field_of, instant_of, shortcuts
from credits.queries.explaining import LotLine, entries_explained, explain
from upstage_console.kernel import clock

A_PAGE = 15


@require_safe
@member_page
def why_page(request: HttpRequest, member: Member) -> HttpResponse:
    now = clock.now()
    at = instant_of(request.GET.get("at", ""), now)
    found = explain(member, at, now=now)
    shown = {
        "member": member, "found": found, "live": _lines(found.live), "gone": _lines(found.gone),
        "holds": found.state.holds, "at_field": field_of(at), "shortcuts": shortcuts(now),
        "asked_at": request.GET.get("at", ""),
        "page": Paginator(entries_explained(member, at), A_PAGE).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(request, "credits/why.html", shown)


def _lines(lots: list[LotLine]) -> list[dict[str, object]]:
    return [{"line": one, "url": reverse("lot", args=[one.of.lot.public_id])} for one in lots]
