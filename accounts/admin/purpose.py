"""What staff look at personal data for: asked once, remembered for the session's next hour, written into the log."""

from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from upstage_console.kernel import clock

PURPOSE, UNTIL = "purpose_of_views", "purpose_of_views_until"
SAFE = ("GET", "HEAD")


class PurposeForm(forms.Form):
    """The purpose in the person's own words: a task's number, a question of the member, a check."""

    purpose = forms.CharField(
        label=_("What do you look at it for?"), min_length=4, max_length=200,
        widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True}),
        help_text=_("It stands in the log beside your name, and members see it without your name."),
    )  # fmt: skip
    next = forms.CharField(widget=forms.HiddenInput, required=False)


def remembered(request: HttpRequest, at: datetime) -> str:
    """What the person said within the last hour, or nothing."""
    until = parse_datetime(request.session.get(UNTIL, ""))
    purpose: str = request.session.get(PURPOSE, "")
    return purpose if until is not None and at < until else ""


def remember(request: HttpRequest, purpose: str, at: datetime) -> None:
    """Keep what the person said for as long as the setting says."""
    request.session[PURPOSE] = purpose
    request.session[UNTIL] = (at + timedelta(minutes=settings.STAFF_PURPOSE_MINUTES)).isoformat()


def question(request: HttpRequest) -> HttpResponse | None:
    """The page that asks, in place of the one that was wanted; None where that may be shown."""
    is_asked = settings.STAFF_PURPOSE_MINUTES > 0 and request.method in SAFE
    if not is_asked or remembered(request, clock.now()):
        return None
    return _page(request, PurposeForm(initial={"next": request.get_full_path()}))


def answered(request: HttpRequest) -> HttpResponse:
    """Keep the answer and go on to the page that was wanted."""
    form = PurposeForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form if request.method == "POST" else PurposeForm())
    remember(request, form.cleaned_data["purpose"], clock.now())
    wanted = form.cleaned_data["next"]
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if is_ours and wanted else reverse("admin:index"))


def _page(request: HttpRequest, form: PurposeForm) -> HttpResponse:
    context = admin.site.each_context(request) | {
        "form": form,
        "title": _("Personal data"),
        "minutes": settings.STAFF_PURPOSE_MINUTES,
    }
    return TemplateResponse(request, "admin/purpose.html", context)
