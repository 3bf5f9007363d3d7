"""Leaving, coming back and losing the membership: what the deeds and tasks are called."""

from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.admin import Kind, call_actions, call_kinds

call_actions(
    {
        "member.withdrawn": _("Left"),
        "member.disqualified": _("Membership taken away"),
        "member.reinstated": _("Membership given back"),
        "departure.requested": _("Asked to leave"),
        "departure.resumed": _("Withdrawal taken up again"),
        "rejoin.requested": _("Asked to come back"),
        "rejoin.approved": _("Came back"),
        "rejoin.declined": _("Request to come back declined"),
        "data.marked": _("Stored data marked for destruction"),
        "key.reopened": _("API key open again"),
    }
)
call_kinds({"rejoin": Kind(_("Request to come back"), verb=_("Answer"), closes_itself=True)})
