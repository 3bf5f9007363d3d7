"""The inbox: what the member was told, newest first."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Member
from accounts.queries import notices_of_member
from accounts.services.notices import mark_read
from accounts.views.member_pages import member_page, open_afterwards
from upstage_console.kernel import clock

A_PAGE = 20


@require_safe
@member_page
@open_afterwards
def notice_list(request: HttpRequest, member: Member) -> HttpResponse:
    page = Paginator(notices_of_member(member.pk), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/notices.html", {"page": page})


@require_POST
@member_page
@open_afterwards
def notices_read(request: HttpRequest, member: Member) -> HttpResponse:
    mark_read(member, at=clock.now())
    return redirect("notices")
