"""Free trials and promotions on prices: what is offered, begin, agree, take back, join (upstage/17.2, 17.3, 18.5)."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Member
from accounts.views.account_area import add_section
from accounts.views.member_pages import member_page, open_afterwards
from billing.forms.trials import JoinPromotionForm, StartTrialForm, TrialForm
from billing.models import PricePromotion, PromotionJoined, Service, Trial
from billing.queries import trials as queries
from billing.rules import trials as rules
from billing.services import price_promotions
from billing.services import trials as services
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.pages import refusals_on

add_section(46, "trials", gettext_lazy("Free trials"))


@require_safe
@member_page
@open_afterwards
def trials(request: HttpRequest, member: Member) -> HttpResponse:
    """The member's trials, what else can be tried, and the promotions that can be joined or were."""
    at = clock.now()
    mine = queries.trials_of_member(member.pk, at=at)
    shown = {"trials": mine, "offers": queries.open_to(member.pk, kst_date(at)), "member": member}
    return render(
        request, "billing/trials.html", shown | {"promotions": queries.promotions_of(member.pk, kst_date(at))}
    )


@require_http_methods(["GET", "POST"])
@member_page
def start(request: HttpRequest, member: Member, service: str) -> HttpResponse:
    """Begin a trial, after what becomes of it was shown."""
    at, found = clock.now(), _service(service)
    days = queries.days_offered(found, kst_date(at))
    period = rules.period(at, days)
    starts = rules.starts(period.ends_on, kst_date(at))
    form = StartTrialForm(request.POST if request.method == "POST" else None, starts=starts)
    if form.is_valid():
        with refusals_on(form):
            agrees, paid_from = form.cleaned_data["agrees"], form.cleaned_data["paid_from"]
            services.start(
                member_id=member.pk, service_id=found.pk, agrees=agrees, paid_from=paid_from, by=request.user, at=at
            )
            messages.success(request, _("Your free trial has begun."))
            return redirect("trials")
    shown = {
        "form": form, "service": found, "days": days, "period": period, "member": member,
        "may_agree": kst_date(at) >= rules.may_agree_from(period.ends_on),
        "may_agree_from": rules.may_agree_from(period.ends_on),
        "terms": queries.what_it_will_cost(found, member.currency, period.paid_from, period.ends_on),
        "before": Trial.objects.filter(member=member, service=found).first(),
    }  # fmt: skip
    return render(request, "billing/trial_start.html", shown)


def _service(code: str) -> Service:
    found: Service | None = Service.objects.filter(code=code, is_listed=True).first()
    if found is None:
        raise NotFound
    return found


@require_http_methods(["GET", "POST"])
@member_page
def trial(request: HttpRequest, member: Member, trial_id: str) -> HttpResponse:
    """One trial: agree to paid use after it, or take that back."""
    at = clock.now()
    row: Trial = Trial.objects.filter(member=member).select_related("service").get_public(trial_id)
    shown = queries.TrialShown(row, at)
    form = TrialForm(request.POST or None, starts=shown.starts, chosen=shown.paid_from if row.paid_at else None)
    if form.is_valid():
        with refusals_on(form):
            _decide(form, trial_id, member, request.user, at)
            messages.success(request, _("It is noted."))
            return redirect("trial", trial_id=trial_id)
    terms = queries.what_it_will_cost(row.service, member.currency, shown.starts.first, row.ends_on)
    return render(request, "billing/trial.html", {"form": form, "trial": shown, "terms": terms, "member": member})


def _decide(form: TrialForm, trial_id: str, member: Member, by: Any, at: datetime) -> None:
    """What the pressed button asks for."""
    if form.cleaned_data["action"] == "take-back":
        services.take_back(trial_id=trial_id, member_id=member.pk, by=by, at=at)
    else:
        paid_from = form.cleaned_data["paid_from"]
        services.agree(trial_id=trial_id, member_id=member.pk, paid_from=paid_from, by=by, at=at)


@require_http_methods(["GET", "POST"])
def promotion(request: HttpRequest, promotion: str) -> HttpResponseBase:
    """A promotion with its terms, for everybody; members join it."""
    found: PricePromotion | None = PricePromotion.objects.filter(code=promotion).first()
    if found is None:
        raise NotFound
    if request.method == "POST":
        return _join(request, promotion=found.code)
    return _promotion(request, found, JoinPromotionForm())


@member_page
def _join(request: HttpRequest, member: Member, promotion: str) -> HttpResponse:
    found = PricePromotion.objects.get(code=promotion)
    form = JoinPromotionForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            at = clock.now()
            price_promotions.join(promotion_id=found.public_id, member_id=member.pk, by=request.user, at=at)
            messages.success(request, _("You have joined. It counts for what you use from now on."))
            return redirect("price-promotion", promotion=found.code)
    return _promotion(request, found, form)


def _promotion(request: HttpRequest, found: PricePromotion, form: JoinPromotionForm) -> HttpResponse:
    member = getattr(request.user, "member", None)
    joined = PromotionJoined.objects.filter(promotion=found, member=member).first() if member else None
    shown = {
        "promotion": found, "form": form, "joined": joined, "services": found.services.order_by("position"),
        "is_over": clock.today() > found.ends_on, "is_member": member is not None,
    }  # fmt: skip
    return render(request, "billing/price_promotion.html", shown)
