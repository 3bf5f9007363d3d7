"""What the deeds of billing are called."""

from django.utils.translation import gettext_lazy as _

from billing.services import (
    claims,
    compensating,
    credit_backs,
    credit_proposals,
    disputes,
    inbox,
    liability,
    waiving,
)
from billing.services.archiving import TASK
from billing.services.recharge_plans import TASK as RECHARGE_CHANGE
from upstage_console.kernel.admin import Kind, call_actions, call_kinds

call_actions(
    {
        "agreement.concluded": _("Agreement on paid services concluded"),
        "agreement.ended": _("Agreement on paid services ended"),
        "compensation.approved": _("Compensation confirmed"),
        "compensation.dropped": _("Compensation not confirmed"),
        "compensation.proposed": _("Compensation recorded"),
        "card_setup.begun": _("Registration of a card begun"),
        "dispute.answer_proposed": _("Answer to a lost payment proposed"),
        "dispute.answered": _("Lost payment answered"),
        "dispute.opened": _("Payment disputed"),
        "dispute.won_after_all": _("Disputed payment won after all"),
        "credit_note.issued": _("Credit note issued"),
        "credit_proposal.approved": _("Credit note approved"),
        "credit_proposal.dropped": _("Credit note not issued"),
        "credit_proposal.proposed": _("Credit note proposed"),
        "invoice.issued": _("Invoice issued"),
        "late_fee_waiver.approved": _("Late fee waived"),
        "late_fee_waiver.dropped": _("Late fee not waived"),
        "late_fee_waiver.proposed": _("Waiver of a late fee proposed"),
        "liability_claim.approved": _("Compensation decided"),
        "liability_claim.dropped": _("Claim against the company left"),
        "liability_claim.proposed": _("Claim against the company worked out"),
        "limits.set": _("Own limits set"),
        "member_claim.approved": _("Claim against the member approved"),
        "member_claim.dropped": _("Claim against the member left"),
        "member_claim.evidence_added": _("Evidence of a claim added"),
        "member_claim.evidence_opened": _("Evidence of a claim opened"),
        "member_claim.proposed": _("Claim against the member proposed"),
        "meter.added": _("Meter added"),
        "month.closed": _("Month closed"),
        "payment.created": _("Payment begun"),
        "payment_method.registered": _("Payment method registered"),
        "payment_method.removed": _("Payment method removed"),
        "price.set": _("Price set"),
        "purchase.created": _("Purchase begun"),
        "repayment.created": _("Repayment begun"),
        "recharge.cancelled": _("Auto-recharge cancelled"),
        "recharge.change_applied": _("Change of an auto-recharge approved"),
        "recharge.change_refused": _("Change of an auto-recharge not approved"),
        "recharge.changed": _("Auto-recharge changed"),
        "recharge.cycle_begun": _("Cycle of an auto-recharge begun"),
        "recharge.ended": _("Auto-recharge ended with the membership"),
        "recharge.paused": _("Auto-recharge paused"),
        "recharge.resumed": _("Auto-recharge taken up again"),
        "recharge.set": _("Auto-recharge switched on"),
        "tiers.drafted": _("Table of bonus tiers drafted"),
        "tiers.dropped": _("Table of bonus tiers dropped"),
        "tiers.published": _("Table of bonus tiers published"),
        "usage.archived": _("Month of usage archived"),
        "usage.corrected": _("Use corrected"),
        "usage.correction_dropped": _("Correction of a use dropped"),
        "usage.correction_proposed": _("Correction of a use proposed"),
        "usage.imported": _("Usage imported"),
        "usage_archive.destroyed": _("Archived usage destroyed"),
        "usage_archive.downloaded": _("Archived usage downloaded"),
    }
)
call_kinds(
    {
        TASK: Kind(_("Month of usage that could not be archived"), closes_itself=True),
        claims.TOPIC.name: Kind(_("Claim against a member to decide"), verb=_("Decide"), closes_itself=True),
        disputes.TASK: Kind(_("Disputed payment to answer"), closes_itself=True),
        disputes.LOSS: Kind(_("Payment that the bank took back"), closes_itself=True),
        inbox.TASK: Kind(_("Gateway that says otherwise")),
        compensating.TOPIC.name: Kind(_("Compensation to confirm"), verb=_("Decide"), closes_itself=True),
        credit_backs.BY_HAND: Kind(_("Money to pay back another way")),
        credit_proposals.TOPIC.name: Kind(_("Credit note to decide"), verb=_("Decide"), closes_itself=True),
        liability.TOPIC.name: Kind(_("Claim against the company to decide"), verb=_("Decide"), closes_itself=True),
        RECHARGE_CHANGE: Kind(_("Change of an auto-recharge"), verb=_("Decide"), closes_itself=True),
        waiving.TOPIC.name: Kind(_("Late fee to waive or not"), verb=_("Decide"), closes_itself=True),
    }
)
