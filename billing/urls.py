from django.urls import path

from billing.views import cards, expiries, invoices, leaving, limits, overview, prices, purchases, usage, usage_files

urlpatterns = [
    path("overview/", overview.overview, name="overview"),
    path("usage/", usage.usage_page, name="usage"),
    path("usage/calls/", usage.calls_page, name="usage-calls"),
    path("usage/charges/", usage.charges_page, name="usage-charges"),
    path("usage/usage.csv", usage_files.sums_file, name="usage-file"),
    path("usage/calls.csv", usage_files.calls_file, name="usage-calls-file"),
    path("credits/expiries/", expiries.coming_expiries, name="expiries"),
    path("credits/buy/", purchases.amount, name="credits-buy"),
    path("credits/buy/confirm/", purchases.confirm, name="credits-confirm"),
    path("credits/purchases/<str:purchase_id>/", purchases.purchase, name="purchase"),
    path("card/", cards.card, name="card"),
    path("account/limits/", limits.own_limits, name="own-limits"),
    path("account/leave/", leaving.lost, name="leave"),
    path("account/leave/refund/", leaving.refundable, name="leave-refund"),
    path("account/leave/confirm/", leaving.confirm, name="leave-confirm"),
    path("left/", leaving.left, name="left"),
    path("left/refund/", leaving.left_refund, name="left-refund"),
    path("invoices/", invoices.invoice_list, name="invoices"),
    path("invoices/<str:number>.pdf", invoices.invoice_pdf, name="invoice-pdf"),
    path("invoices/<str:number>/pay/", invoices.invoice_pay, name="invoice-pay"),
    path("invoices/<str:number>/", invoices.invoice_page, name="invoice"),
    path("services/", prices.services, name="services"),
]
