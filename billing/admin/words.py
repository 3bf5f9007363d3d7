"""What the deeds of billing are called."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.admin import call_actions

call_actions(
    {
        "agreement.concluded": _("Agreement on paid services concluded"),
        "agreement.ended": _("Agreement on paid services ended"),
        "invoice.issued": _("Invoice issued"),
        "meter.added": _("Meter added"),
        "month.closed": _("Month closed"),
        "payment.created": _("Payment begun"),
        "payment_method.registered": _("Payment method registered"),
        "payment_method.removed": _("Payment method removed"),
        "price.set": _("Price set"),
        "purchase.created": _("Purchase begun"),
        "usage.imported": _("Usage imported"),
    }
)
