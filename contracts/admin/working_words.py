"""What the deeds and tasks of working together are called: deliverables, meetings, permissions, disclosures."""

from django.utils.translation import gettext_lazy as _

from contracts.services import change_wishes, deliverable_tasks, disclosures, minutes, prior_approvals, references
from upstage_console.kernel.admin import Kind, call_actions, call_kinds

call_actions(
    {
        "change_wish.asked": _("Change order asked for"),
        "change_wish.declined": _("Request for a change order declined"),
        "change_wish.offered": _("Request for a change order answered"),
        "change_wish.withdrawn": _("Request for a change order withdrawn"),
        "deliverable.accepted": _("Deliverable accepted"),
        "deliverable.expected": _("Deliverable written down"),
        "deliverable.file_added": _("File added to a delivery"),
        "deliverable.handed_over": _("Deliverable handed over"),
        "deliverable.rejected": _("Deliverable sent back"),
        "disclosure.approved": _("Disclosure to an authority approved"),
        "disclosure.bar_extended": _("Notice of a disclosure delayed further"),
        "disclosure.dropped": _("Demand of an authority dropped"),
        "disclosure.proposed": _("Demand of an authority written down"),
        "disclosure.refused": _("Demand of an authority refused"),
        "disclosure.released": _("Data given to an authority"),
        "disclosure.told": _("Customer told of a disclosure"),
        "meeting.called_off": _("Meeting called off"),
        "meeting.minutes_confirmed": _("Minutes confirmed"),
        "meeting.minutes_objected": _("Minutes objected to"),
        "meeting.minutes_written": _("Minutes written"),
        "meeting.planned": _("Meeting planned"),
        "meeting.put_off": _("Meeting put off"),
        "prior_approval.approved": _("Approved in writing"),
        "prior_approval.carried_out": _("Assignment or pledge carried out"),
        "prior_approval.ended": _("Approval ended early"),
        "prior_approval.refused": _("Approval refused"),
        "prior_approval.requested": _("Approval asked for"),
        "prior_approval.withdrawn": _("Request for approval withdrawn"),
        "reference.asked": _("Consent to a reference asked for"),
        "reference.declined": _("Reference declined"),
        "reference.dropped": _("Reference no longer asked for"),
        "reference.granted": _("Consent to a reference given"),
        "reference.withdrawn": _("Consent to a reference withdrawn"),
        "succession.announced": _("Succession of the company announced"),
    }
)
call_kinds(
    {
        change_wishes.TASK: Kind(_("Change that a customer asks for"), verb=_("Answer"), closes_itself=True),
        deliverable_tasks.TO_DELIVER: Kind(_("Deliverable to hand over"), verb=_("Hand over"), closes_itself=True),
        deliverable_tasks.INSPECTION: Kind(_("Inspection by the customer"), closes_itself=True),
        deliverable_tasks.REWORK: Kind(_("Deliverable to put right"), verb=_("Hand over"), closes_itself=True),
        prior_approvals.TASK: Kind(_("Approval to decide on"), verb=_("Decide"), closes_itself=True),
        prior_approvals.ASSIGNED: Kind(_("Assignment to follow up")),
        disclosures.TASK: Kind(_("Demand of an authority to decide on"), verb=_("Decide"), closes_itself=True),
        disclosures.RELEASE: Kind(_("Data to give to an authority"), closes_itself=True),
        disclosures.NOTICE: Kind(_("Delayed notice to a customer"), verb=_("Tell"), closes_itself=True),
        minutes.TASK: Kind(_("Minutes to confirm"), closes_itself=True),
        minutes.OBJECTION: Kind(_("Minutes to write anew"), verb=_("Write"), closes_itself=True),
        minutes.ACTION: Kind(_("Decided in a meeting")),
        references.TASK: Kind(_("Reference to take down")),
    }
)
