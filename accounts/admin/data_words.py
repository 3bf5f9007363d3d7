"""What the deeds and tasks around members' data and advertising are called."""

from django.utils.translation import gettext_lazy as _

from accounts.services.destruction import TASK
from upstage_console.kernel.admin import Kind, call_actions, call_kinds

call_actions(
    {
        "data.stored": _("Content stored"),
        "data.inference_ended": _("Inference ended"),
        "data.blocked": _("Access to an item blocked"),
        "data.unblocked": _("Access to an item open again"),
        "data.removed": _("Item deleted"),
        "data.downloaded": _("Item downloaded"),
        "export.asked": _("Own data asked for"),
        "export.ready": _("Own data ready"),
        "export.downloaded": _("Own data downloaded"),
        "marketing.agreed": _("Agreed to advertising"),
        "marketing.refused": _("Refused advertising"),
        "advertising.begun": _("Advertising begun"),
        "advertising.sent": _("Advertisement sent"),
        "advertising.stopped": _("Advertising stopped"),
    }
)
call_kinds({TASK: Kind(_("File that could not be destroyed"), closes_itself=True)})
