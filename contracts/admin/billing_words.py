"""What the deeds and tasks of billing, users and ends of contracts are called."""

from django.utils.translation import gettext_lazy as _

from contracts.services import (
    awards,
    breaches,
    crediting,
    delinquencies,
    ending,
    invoicing,
    paying,
    payouts,
    seats,
)
from upstage_console.kernel.admin import Kind, call_actions, call_kinds

call_actions(
    {
        "award.approved": _("Compensation approved"),
        "award.dropped": _("Compensation left"),
        "award.proposed": _("Compensation proposed"),
        "billing_run.asked": _("Billing run asked for"),
        "billing_run.done": _("Billing run done"),
        "billing_run.dropped": _("Billing run left"),
        "billing_run.gone_on": _("Billing run gone on with"),
        "billing_run.started": _("Billing run started"),
        "breach.cured": _("Breach cured"),
        "breach.demanded": _("Cure of a breach demanded"),
        "breach.proved": _("Proof of the receipt of a demand filed"),
        "breach.received": _("Receipt of a demand written down"),
        "contract.change_offered": _("Change order offered"),
        "contract.delinquency_annulled": _("Delinquency annulled"),
        "contract.delinquent": _("Invoice unpaid at the end of its due day"),
        "contract.invoiced": _("Contract billed"),
        "contract.milestone_accepted": _("Milestone accepted"),
        "contract.promoted": _("Promotion given"),
        "contract.terminated": _("Contract terminated"),
        "contract.termination_proposed": _("Termination proposed"),
        "contract.termination_taken_on": _("Notice of termination taken on"),
        "firm_credit.issued": _("Credit note of a firm issued"),
        "firm_credit_proposal.approved": _("Credit note of a firm approved"),
        "firm_credit_proposal.dropped": _("Credit note of a firm dropped"),
        "firm_credit_proposal.proposed": _("Credit note of a firm proposed"),
        "firm_invoice.answered": _("Dispute about an invoice answered"),
        "firm_invoice.disputed": _("Invoice disputed"),
        "firm_invoice.issued": _("Invoice of a firm issued"),
        "firm_invoice.paid": _("Payment of a firm recorded"),
        "firm_invoice.received": _("Receipt of an invoice written down"),
        "firm_payout.sent": _("Transfer to a firm written down"),
        "seat.accepted": _("Password chosen by who was invited"),
        "seat.added": _("Seat given"),
        "seat.administrator_requested": _("Administrator asked for"),
        "seat.invited_again": _("Invitation sent again"),
        "seat.removed": _("Seat taken back"),
        "seat.role_changed": _("Role of a seat changed"),
    }
)
call_kinds(
    {
        invoicing.TASK: Kind(_("Invoice of a contract to issue"), verb=_("Issue"), closes_itself=True),
        paying.DISPUTE_TASK: Kind(_("Dispute about an invoice"), verb=_("Answer"), closes_itself=True),
        delinquencies.TASK: Kind(_("Contract that may be terminated"), verb=_("Decide")),
        breaches.TASK: Kind(_("End of the time to cure")),
        ending.TASK: Kind(_("Termination to approve"), verb=_("Decide"), closes_itself=True),
        awards.TASK: Kind(_("Compensation to decide"), verb=_("Decide"), closes_itself=True),
        seats.ASKED_FOR: Kind(_("Administrator to issue"), verb=_("Issue"), closes_itself=True),
        payouts.TASK: Kind(_("Transfer to a customer"), verb=_("It was transferred"), closes_itself=True),
        crediting.TOPIC.name: Kind(_("Credit note of a firm to decide"), verb=_("Decide"), closes_itself=True),
    }
)
