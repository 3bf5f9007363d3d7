from billing.models.archives import UsageArchive
from billing.models.catalogue import Meter, Price, Service
from billing.models.invoices import BillingMonth, Invoice, InvoiceLine, InvoicePayment, InvoiceSeries
from billing.models.limits import OwnLimits
from billing.models.payments import Payment, PaymentAgreement, PaymentMethod, SandboxCharge
from billing.models.purchases import Purchase
from billing.models.usage import Charge, UsageBatch, UsageDay, UsageEvent, UsageImport

__all__ = [
    "BillingMonth",
    "Charge",
    "Invoice",
    "InvoiceLine",
    "InvoicePayment",
    "InvoiceSeries",
    "Meter",
    "OwnLimits",
    "Payment",
    "PaymentAgreement",
    "PaymentMethod",
    "Price",
    "Purchase",
    "SandboxCharge",
    "Service",
    "UsageArchive",
    "UsageBatch",
    "UsageDay",
    "UsageEvent",
    "UsageImport",
]
