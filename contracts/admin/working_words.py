"""What the deeds and tasks of working together are called: deliverables, meetings, permissions, disclosures."""

from django.utils.translation import gettext_lazy as _

from contracts.services import deliverable_tasks
from upstage_console.kernel.admin import Kind, call_actions, call_kinds

call_actions(
    {
        "deliverable.accepted": _("Deliverable accepted"),
        "deliverable.expected": _("Deliverable written down"),
        "deliverable.file_added": _("File added to a delivery"),
        "deliverable.handed_over": _("Deliverable handed over"),
        "deliverable.rejected": _("Deliverable sent back"),
    }
)
call_kinds(
    {
        deliverable_tasks.TO_DELIVER: Kind(_("Deliverable to hand over"), verb=_("Hand over"), closes_itself=True),
        deliverable_tasks.INSPECTION: Kind(_("Inspection by the customer"), closes_itself=True),
        deliverable_tasks.REWORK: Kind(_("Deliverable to put right"), verb=_("Hand over"), closes_itself=True),
    }
)
