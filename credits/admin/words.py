"""What the deeds and tasks around credits are called."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.admin import Kind, call_actions, call_kinds

call_actions(
    {
        "credits.grant": _("Credits granted"),
        "credits.bonus": _("Bonus credits granted"),
        "credits.purchase": _("Credits bought"),
        "credits.correction": _("Charge corrected"),
        "credits.taken_back": _("Credits taken back"),
        "credits.refund": _("Credits refunded"),
        "credits.bonus_end": _("Bonus credits ended"),
        "books.broken": _("The books do not add up"),
    }
)
call_kinds({"books": Kind(_("Books that do not add up"))})
