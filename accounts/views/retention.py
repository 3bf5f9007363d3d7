"""How long what is kept, for everybody; and, for a member, who of us looked at their data (upstage/21)."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Member
from accounts.queries.retention import views_of_member
from accounts.queries.schedule import schedule_at
from accounts.rules.retention import schedule
from accounts.views.account_area import add_section
from accounts.views.member_pages import member_page
from upstage_console.kernel import clock

A_PAGE = 30

add_section(55, "data-views", gettext_lazy("Who looked"))


@require_safe
def retention_schedule(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/retention.html", {"rows": schedule_at(clock.now())})


@require_safe
@member_page
def data_views(request: HttpRequest, member: Member) -> HttpResponse:
    page = Paginator(views_of_member(member.pk), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/data_views.html", {"page": page, "kept": schedule()["views"]})
