"""The page of somebody who lost the membership: why, and the one statement against it, in time (upstage/3.4)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.enums import MemberStatus
from accounts.forms import StatementForm
from accounts.models import Member
from accounts.queries.leaving import loss_of
from accounts.services import objections, statements
from accounts.views.member_pages import member_page, open_afterwards
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.pages import refusals_on
from upstage_console.kernel.wording import tongue


@require_http_methods(["GET", "POST"])
@member_page
@open_afterwards
def appeal(request: HttpRequest, member: Member) -> HttpResponse:
    """The statement of reasons, and the form while it can be answered."""
    at, loss = clock.now(), loss_of(member.pk)
    if member.status != MemberStatus.DISQUALIFIED:
        return redirect("overview")
    if loss is None:  # lost before losses were measures with a statement; the page of standing says what there is
        return redirect("standing")
    form = StatementForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            text = form.cleaned_data["text"]
            objections.object(member_id=member.pk, sanction_id=loss.public_id, text=text, by=request.user, at=at)
            messages.success(request, _("Your statement has arrived. Somebody else decides it and writes to you."))
            return redirect("appeal")
    until, language = loss.object_until, tongue(get_language())
    shown = {
        "form": form,
        "member": member,
        "loss": loss,
        "ground": statements.ground_shown(loss.ground, language, at),
        "source": statements.source_shown(loss.statement, language),
        "submitted": getattr(loss, "objection", None),
        "is_open": until is None or kst_date(at) <= until,
    }
    return render(request, "accounts/appeal.html", shown)
