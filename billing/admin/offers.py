"""What is offered beside the price list: free trials, promotions on prices, base exchange rates."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from billing.admin.proposals import day
from billing.models import ExchangeRate, PricePromotion, PromotionJoined, Service, Trial, TrialOffer
from billing.rules import trials as rules
from billing.services import exchange, price_promotions, trials
from upstage_console.kernel.admin import (
    Done,
    ReadOnlyAdmin,
    ReadOnlyRows,
    ReasonForm,
    Row,
    ServiceActionAdmin,
    Text,
    Verb,
)
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.money import CURRENCIES


class OfferForm(ReasonForm):
    service = forms.ModelChoiceField(
        label=gettext_lazy("Service"), queryset=Service.objects.all(), widget=UnfoldAdminSelectWidget
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days"), min_value=0, max_value=rules.MOST_DAYS, widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy("0: no free trial can be begun any more."),
    )  # fmt: skip
    effective_on = forms.DateField(label=gettext_lazy("Effective on"), widget=UnfoldAdminDateWidget)


class OfferTrial(Verb):
    name, label, tone = "offer-trial", gettext_lazy("Offer a free trial"), "primary"
    permission = "billing.add_trialoffer"
    form = OfferForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("Members can try the service free once, for so many days. Trials that have begun are not changed.")

    def initial(self, row: None, *, at: datetime) -> Mapping[str, Any]:
        return {"days": 14, "effective_on": kst_date(at)}

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        chosen = {name: given[name] for name in ("days", "effective_on", "reason")}
        made = trials.offer(service_id=given["service"].pk, **chosen, by=by, at=at)
        return Done(_("The offer is set."), result=made)

    def rows(self, row: None, done: Done, *, at: datetime) -> list[Row]:
        offer: TrialOffer = done.result
        earlier = TrialOffer.objects.filter(service=offer.service, pk__lt=offer.pk).first()
        label = f"{offer.service} · {day(offer.effective_on)}"
        return [Row(label, before=str(earlier.days) if earlier else "", after=str(offer.days))]


@admin.register(TrialOffer)
class TrialOfferAdmin(ServiceActionAdmin):
    list_display = ("service", "days", "effective_on", "set_at", "set_by", "reason")
    list_filter = ("service",)
    list_select_related = ("service", "set_by")
    list_verbs = (OfferTrial,)


@admin.register(Trial)
class TrialAdmin(ReadOnlyAdmin):
    list_display = ("public_id", "member", "service", "starts_at", "ends_on", "agreed_at", "paid_at")
    list_filter = ("service", "ends_on")
    list_select_related = ("member", "service")
    search_fields = ("member__user__email", "member__name")


class PromotionForm(ReasonForm):
    code = forms.SlugField(label=gettext_lazy("Code"), max_length=40, widget=UnfoldAdminTextInputWidget)
    name_ko = forms.CharField(label=gettext_lazy("Name (Korean)"), max_length=80, widget=UnfoldAdminTextInputWidget)
    name_en = forms.CharField(label=gettext_lazy("Name (English)"), max_length=80, widget=UnfoldAdminTextInputWidget)
    terms_ko = forms.CharField(label=gettext_lazy("Terms (Korean)"), widget=UnfoldAdminTextareaWidget)
    terms_en = forms.CharField(label=gettext_lazy("Terms (English)"), widget=UnfoldAdminTextareaWidget)
    percent = forms.IntegerField(
        label=gettext_lazy("Percent off"), min_value=1, max_value=100, widget=UnfoldAdminIntegerFieldWidget
    )
    services = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Services"), queryset=Service.objects.filter(is_listed=True),
        widget=UnfoldAdminSelectMultipleWidget,
    )  # fmt: skip
    starts_on = forms.DateField(label=gettext_lazy("Starts on"), widget=UnfoldAdminDateWidget)
    ends_on = forms.DateField(label=gettext_lazy("Ends on"), widget=UnfoldAdminDateWidget)


class PublishPromotion(Verb):
    name, label, tone = "publish", gettext_lazy("Publish a promotion"), "primary"
    permission = "billing.add_pricepromotion"
    form = PromotionForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("Who joins pays less for what is used from then on to the last day. It cannot be changed afterwards.")

    def initial(self, row: None, *, at: datetime) -> Mapping[str, Any]:
        today = kst_date(at)
        return {"starts_on": today, "ends_on": today + timedelta(days=30), "percent": 10}

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        names = ("code", "name_ko", "name_en", "terms_ko", "terms_en", "percent", "starts_on", "ends_on")
        services = [service.pk for service in given["services"]]
        offered = price_promotions.Offered(**{name: given[name] for name in names}, services=services)
        made = price_promotions.publish(offered, by=by, at=at, reason=given["reason"])
        return Done(_("The promotion is published."), result=made)

    def rows(self, row: None, done: Done, *, at: datetime) -> list[Row]:
        made: PricePromotion = done.result
        span = f"{day(made.starts_on)} – {day(made.ends_on)}"
        services = ", ".join(str(service) for service in made.services.order_by("code"))
        return [Row(f"{made} · {services}", after=f"−{made.percent}% · {span}")]


class JoinedRows(ReadOnlyRows):
    model = PromotionJoined
    fields = ("member", "joined_at")


@admin.register(PricePromotion)
class PricePromotionAdmin(ServiceActionAdmin):
    list_display = ("code", "name_ko", "percent", "starts_on", "ends_on", "published_by")
    list_select_related = ("published_by",)
    search_fields = ("code", "name_ko", "name_en")
    inlines = (JoinedRows,)
    list_verbs = (PublishPromotion,)


class RateForm(ReasonForm):
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), choices=[(code, code) for code in CURRENCIES if code != exchange.BASE],
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    rate = forms.DecimalField(
        label=gettext_lazy("Won for one unit"), min_value=0, max_digits=14, decimal_places=4,
        widget=UnfoldAdminDecimalFieldWidget,
    )  # fmt: skip
    effective_on = forms.DateField(label=gettext_lazy("Effective on"), widget=UnfoldAdminDateWidget)


class SetRate(Verb):
    name, label, tone = "set-rate", gettext_lazy("Set a base exchange rate"), "primary"
    permission = "billing.add_exchangerate"
    form = RateForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("The rate is published with its day. No price changes by it: new prices are set by themselves.")

    def initial(self, row: None, *, at: datetime) -> Mapping[str, Any]:
        return {"effective_on": kst_date(at) + timedelta(days=1)}

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        chosen = {name: given[name] for name in ("currency", "rate", "effective_on", "reason")}
        return Done(_("The rate is set."), result=exchange.set_rate(**chosen, by=by, at=at))

    def rows(self, row: None, done: Done, *, at: datetime) -> list[Row]:
        made: ExchangeRate = done.result
        earlier = ExchangeRate.objects.filter(currency=made.currency, effective_on__lt=made.effective_on)
        before = earlier.order_by("-effective_on").first()
        label = f"{made.currency} · {day(made.effective_on)}"
        return [Row(label, before=str(before) if before else "", after=str(made))]


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ServiceActionAdmin):
    list_display = ("currency", "rate", "effective_on", "set_at", "set_by", "reason")
    list_filter = ("currency",)
    list_select_related = ("set_by",)
    list_verbs = (SetRate,)
