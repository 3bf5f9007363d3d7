"""What the deeds and tasks around credits are called."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.admin import Kind, call_actions, call_kinds

call_actions(
    {
        "credits.grant": _("Credits granted"),
        "credits.bonus": _("Bonus credits granted"),
        "credits.purchase": _("Credits bought"),
        "books.broken": _("The books do not add up"),
    }
)
call_kinds({"books": Kind(_("Books that do not add up"))})
