"""What the deeds and tasks of suspensions, changes of functions, proofs, third parties and secrets are called."""

from django.utils.translation import gettext_lazy as _

from contracts.services import confidential, proofs, suspending
from upstage_console.kernel.admin import Kind, call_actions, call_kinds

call_actions(
    {
        "proof.asked": _("Proof asked for"),
        "proof.handed_in": _("Proof handed in"),
        "proof.waived": _("Proof waived"),
        "third_party.changed": _("Change by a third party told"),
        "third_party.ended": _("Third party no longer used"),
        "third_party.listed": _("Third party listed"),
        "confidential.access_given": _("Access to confidential information given"),
        "confidential.access_taken": _("Access to confidential information taken back"),
        "confidential.destroyed": _("Confidential information destroyed"),
        "confidential.kept": _("File of confidential information kept"),
        "confidential.marked": _("Information marked as confidential"),
        "confidential.opened": _("Confidential information opened"),
        "confidential.returned": _("Confidential information returned"),
        "function_change.announced": _("Change of a function announced"),
        "function_change.called_off": _("Change of a function called off"),
        "contract.resumed": _("Service runs again"),
        "contract.suspended": _("Service stopped"),
        "contract.suspension_announced": _("Notice of a suspension given"),
        "contract.suspension_dropped": _("Notice of a suspension left"),
    }
)
call_kinds(
    {
        suspending.TASK: Kind(_("Service that may be limited"), verb=_("Decide")),
        confidential.TASK: Kind(_("Confidential information to return or destroy"), closes_itself=True),
        proofs.TASK: Kind(_("Proof that a firm hands in"), closes_itself=True),
    }
)
