"""Notes of releases, for everybody (rift/8.3)."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contracts.models import Release

A_PAGE = 10


@require_safe
def release_list(request: HttpRequest) -> HttpResponse:
    """What each version brought, and what it means for those who use it."""
    page = Paginator(Release.objects.order_by("-released_on", "-id"), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "contracts/releases.html", {"page": page})
