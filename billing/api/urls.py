from django.urls import path

from billing.api.access import CheckAccess
from billing.api.catalogue import ListPrices, ListServices
from billing.api.charges import MakeCharge
from billing.api.holds import CaptureHold, ListHolds, PlaceHold, ReleaseHold, ShowHold
from billing.api.invoices import InvoiceFile, ListInvoices, ShowInvoice
from billing.api.limits import SetLimits, ShowLimits
from billing.api.objections import ObjectToCharge, ObjectToInvoice
from billing.api.purchases import BuyCredits
from billing.api.recharging import CancelPlan, SetPlan, ShowPlan
from billing.api.refunds import AskForRefund, QuoteRefund, ShowRefund
from billing.api.tiers import ListTiers
from billing.api.topping import SetTopUp, ShowTopUp, StopTopUp
from billing.api.trials import AgreeToPay, DoNotPay, ListTrials
from billing.api.usage import ShowUsage
from billing.api.usage_corrections import CorrectUsage
from billing.api.usage_events import TakeUsageEvents
from upstage_console.kernel.api.methods import by_method

urlpatterns = [
    path("access", CheckAccess.as_view(), name="api-access"),
    path("usage-events", TakeUsageEvents.as_view(), name="api-usage-events"),
    path("usage-corrections", CorrectUsage.as_view(), name="api-usage-corrections"),
    path("charges", MakeCharge.as_view(), name="api-charges"),
    path("charges/<str:charge>/objections", ObjectToCharge.as_view(), name="api-charge-objections"),
    path("holds", by_method(GET=ListHolds, POST=PlaceHold), name="api-holds"),
    path("holds/<str:hold>", ShowHold.as_view(), name="api-hold"),
    path("holds/<str:hold>/capture", CaptureHold.as_view(), name="api-hold-capture"),
    path("holds/<str:hold>/release", ReleaseHold.as_view(), name="api-hold-release"),
    path("credits/purchases", BuyCredits.as_view(), name="api-purchases"),
    path("recharge-plan", by_method(GET=ShowPlan, PUT=SetPlan, DELETE=CancelPlan), name="api-recharge-plan"),
    path("top-up", by_method(GET=ShowTopUp, PUT=SetTopUp, DELETE=StopTopUp), name="api-top-up"),
    path("trials", ListTrials.as_view(), name="api-trials"),
    path("trials/<str:trial>/paid-use", by_method(PUT=AgreeToPay, DELETE=DoNotPay), name="api-trial-paid-use"),
    path("usage", ShowUsage.as_view(), name="api-usage"),
    path("limits", by_method(GET=ShowLimits, PUT=SetLimits), name="api-limits"),
    path("invoices", ListInvoices.as_view(), name="api-invoices"),
    path("invoices/<str:number>.pdf", InvoiceFile.as_view(), name="api-invoice-file"),
    path("invoices/<str:number>/objections", ObjectToInvoice.as_view(), name="api-invoice-objections"),
    path("refunds", AskForRefund.as_view(), name="api-refunds"),
    path("refunds/quote", QuoteRefund.as_view(), name="api-refund-quote"),
    path("refunds/<str:refund>", ShowRefund.as_view(), name="api-refund"),
    path("invoices/<str:number>", ShowInvoice.as_view(), name="api-invoice"),
    path("services", ListServices.as_view(), name="api-services"),
    path("prices", ListPrices.as_view(), name="api-prices"),
    path("tiers", ListTiers.as_view(), name="api-tiers"),
]
