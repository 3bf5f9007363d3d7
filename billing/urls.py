from django.urls import path

from billing.views import cards, invoices, overview, prices, purchases, usage

urlpatterns = [
    path("overview/", overview.overview, name="overview"),
    path("usage/", usage.usage_page, name="usage"),
    path("credits/buy/", purchases.amount, name="credits-buy"),
    path("credits/buy/confirm/", purchases.confirm, name="credits-confirm"),
    path("credits/purchases/<str:purchase_id>/", purchases.purchase, name="purchase"),
    path("card/", cards.card, name="card"),
    path("invoices/", invoices.invoice_list, name="invoices"),
    path("invoices/<str:number>.pdf", invoices.invoice_pdf, name="invoice-pdf"),
    path("invoices/<str:number>/pay/", invoices.invoice_pay, name="invoice-pay"),
    path("invoices/<str:number>/", invoices.invoice_page, name="invoice"),
    path("services/", prices.services, name="services"),
]
