"""What the deeds and tasks of suspensions are called."""

from django.utils.translation import gettext_lazy as _

from contracts.services import suspending
from upstage_console.kernel.admin import Kind, call_actions, call_kinds

call_actions(
    {
        "contract.resumed": _("Service runs again"),
        "contract.suspended": _("Service stopped"),
        "contract.suspension_announced": _("Notice of a suspension given"),
        "contract.suspension_dropped": _("Notice of a suspension left"),
    }
)
call_kinds({suspending.TASK: Kind(_("Service that may be limited"), verb=_("Decide"))})
