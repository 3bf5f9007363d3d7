"""The notice board, the state of the services and the versions of the APIs, for everybody (upstage/4.3, 12, 12-2)."""

from itertools import groupby
from operator import attrgetter

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.enums import AnnouncementKind
from accounts.queries import api_versions, board
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date

A_PAGE = 20


@require_safe
def post_list(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    kind = kind if kind in AnnouncementKind.values else ""
    page = Paginator(board.posts(kind), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "board/posts.html", {"page": page, "kinds": AnnouncementKind.choices, "chosen": kind})


@require_safe
def post(request: HttpRequest, post_id: str) -> HttpResponse:
    return render(request, "board/post.html", {"post": board.post(post_id), "at": clock.now()})


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    page = Paginator(board.past_interruptions(at), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "board/status.html", {"now": board.status_at(at), "page": page, "at": at})


@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Every version of every API, by service."""
    rows = groupby(api_versions.all_versions(), key=attrgetter("service"))
    services = [(service, list(of_it)) for service, of_it in rows]
    return render(request, "board/versions.html", {"services": services, "today": kst_date(clock.now())})
