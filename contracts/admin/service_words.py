"""What the deeds and tasks of service levels and support are called."""

from django.utils.translation import gettext_lazy as _

from contracts.enums import Metric
from contracts.services import case_clocks, case_messages, reports, service_credits
from upstage_console.kernel.admin import Kind, call_actions, call_kinds

call_actions(
    {
        "maintenance.announced": _("Maintenance announced"),
        "maintenance.called_off": _("Maintenance called off"),
        "outage.recorded": _("Outage recorded"),
        "outage.withdrawn": _("Outage withdrawn"),
        "release.published": _("Release published"),
        "service_credit.applied": _("Service credit put on an invoice"),
        "service_credit.approved": _("Service credit approved"),
        "service_credit.claimed": _("Service credit claimed"),
        "service_credit.dropped": _("Service credit dropped"),
        "service_credit.lapsed": _("Service credit lapsed"),
        "service_credit.proposed": _("Service credit proposed"),
        "service_level.agreed": _("Service level entered"),
        "service_level_report.approved": _("Service level report approved"),
        "service_level_report.measured": _("Month measured"),
        "support.agreed": _("Support entered"),
        "support.days_excepted": _("Support opened otherwise on some days"),
        "support_case.recounted": _("Clock of a support case counted anew"),
        "support_case.answered": _("Support case answered"),
        "support_case.assigned": _("Somebody put in charge of a support case"),
        "support_case.breached": _("Target of a support case missed"),
        "support_case.message": _("Message added to a support case"),
        "support_case.opened": _("Support case opened"),
        "support_case.paused": _("Support case waits for the customer"),
        "support_case.reopened": _("Support case opened again"),
        "support_case.resolved": _("Support case resolved"),
        "support_case.resumed": _("Support case taken up again"),
        "support_case.waived": _("Missed target waived"),
    }
)
call_kinds(
    {
        reports.TASK: Kind(_("Service level report to approve"), verb=_("Approve"), closes_itself=True),
        service_credits.TASK: Kind(_("Service credit to decide"), verb=_("Decide"), closes_itself=True),
        case_clocks.TASKS[Metric.RESPONSE]: Kind(_("Support case to answer"), verb=_("Answer"), closes_itself=True),
        case_messages.TASK: Kind(_("Message in a support case to answer"), verb=_("Answer"), closes_itself=True),
        case_clocks.TASKS[Metric.RESOLUTION]: Kind(_("Support case to fix"), verb=_("Resolve"), closes_itself=True),
    }
)
