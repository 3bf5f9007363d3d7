"""The refund policy, open to everybody: the version in force, the ones before, what is to come (upstage/20.5)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing.queries import refund_policies
from upstage_console.kernel import clock


@require_safe
def refund_policy(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    shown = {
        "current": refund_policies.in_force(today).version, "versions": refund_policies.posted(), "today": today,
    }  # fmt: skip
    return render(request, "billing/refund_policy.html", shown)
