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
        "promotion.drafted": _("Promotion drafted"),
        "promotion.changed": _("Draft of a promotion changed"),
        "promotion.opened": _("Promotion opened"),
        "promotion.ended": _("Promotion ended early"),
        "promotion.dropped": _("Draft of a promotion dropped"),
        "promotion.joined": _("Joined a promotion"),
        "promotion.handout_begun": _("Promotion being given to members"),
        "promotion.handout_stopped": _("Handout of a promotion stopped"),
        "promotion.handout_done": _("Promotion given to members"),
        "credits.released": _("Hold released"),
        "books.broken": _("The books do not add up"),
    }
)
call_kinds({"books": Kind(_("Books that do not add up"))})
