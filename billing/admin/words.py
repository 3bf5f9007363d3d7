"""What the deeds of billing are called."""

from django.utils.translation import gettext_lazy as _

from billing.services.archiving import TASK
from upstage_console.kernel.admin import Kind, call_actions, call_kinds

call_actions(
    {
        "agreement.concluded": _("Agreement on paid services concluded"),
        "agreement.ended": _("Agreement on paid services ended"),
        "invoice.issued": _("Invoice issued"),
        "limits.set": _("Own limits set"),
        "meter.added": _("Meter added"),
        "month.closed": _("Month closed"),
        "payment.created": _("Payment begun"),
        "payment_method.registered": _("Payment method registered"),
        "payment_method.removed": _("Payment method removed"),
        "price.set": _("Price set"),
        "purchase.created": _("Purchase begun"),
        "repayment.created": _("Repayment begun"),
        "usage.archived": _("Month of usage archived"),
        "usage.corrected": _("Use corrected"),
        "usage.correction_dropped": _("Correction of a use dropped"),
        "usage.correction_proposed": _("Correction of a use proposed"),
        "usage.imported": _("Usage imported"),
        "usage_archive.destroyed": _("Archived usage destroyed"),
        "usage_archive.downloaded": _("Archived usage downloaded"),
    }
)
call_kinds({TASK: Kind(_("Month of usage that could not be archived"), closes_itself=True)})
