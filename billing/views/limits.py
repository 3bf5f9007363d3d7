"""A member's own limits: where the month stands, and when to be told or stopped."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods

from accounts.models import Member
from accounts.views.account_area import add_section
from accounts.views.member_pages import member_page
from billing.forms.limits import OwnLimitsForm
from billing.queries.limits import Spending, spending
from billing.rules.limits import Limits
from billing.services import limits
from credits import queries as credits
from upstage_console.kernel import clock
from upstage_console.kernel.pages import refusals_on

add_section(45, "own-limits", gettext_lazy("Limits and alerts"))


@require_http_methods(["GET", "POST"])
@member_page
def own_limits(request: HttpRequest, member: Member) -> HttpResponse:
    at = clock.now()
    now = spending(member.pk, at)
    form = OwnLimitsForm(request.POST or None, currency=member.currency, initial=_shown(now.limits))
    if form.is_valid():
        with refusals_on(form):
            limits.set_limits(member_id=member.pk, limits=Limits(**form.cleaned_data), by=request.user, at=at)
            messages.success(request, _("Your limits hold from now on."))
            return redirect("own-limits")
    shown = {"form": form, "member": member, "now": now, "available": credits.balance(member.pk, at).available}
    return render(request, "billing/limits.html", shown | _bar(now))


def _shown(now: Limits) -> dict[str, Any]:
    """The amounts as the form takes them, without idle zeros."""
    amounts = {"soft": now.soft, "hard": now.hard, "low_balance": now.low_balance}
    return {name: f"{amount.normalize():f}" for name, amount in amounts.items() if amount is not None}


def _bar(now: Spending) -> dict[str, Any]:
    """The month as a strip up to the hard limit: used, promised away, left."""
    if now.limits.hard is None:
        return {"shares": []}
    parts = [(_("Used"), now.spent, 1), (_("Held"), now.held, 3), (pgettext("credits", "Left"), now.left or 0, 0)]
    return {"shares": [{"label": label, "value": value, "tone": tone} for label, value, tone in parts if value]}
