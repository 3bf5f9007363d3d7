"""Asking the gateway what became of money, and what staff say about a payment that the bank took back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from billing.enums import DisputeStatus, LossAnswer
from billing.errors import NoAnswerProposed, NotLost, OwedAgain
from billing.models import Dispute, Payment, Repayment
from billing.services import chargebacks, disputes, inbox, payments, repayments, sandbox_bank
from upstage_console.kernel.admin import Done, Effect, NoReasonForm, ReasonForm, Row, Text, Verb
from upstage_console.kernel.errors import AlreadyDone, Refusal


class Asking(Verb):
    """Asks the gateway, so there is no rehearsal: what it will say is not known before."""

    form, icon = NoReasonForm, "sync"

    def rehearse(self, row: Any, *, given: Mapping[str, Any], by: Any, at: datetime) -> Effect:
        refusal = self.refusal(row, at=at)
        if refusal is not None:
            return Effect(refusal=refusal, clauses=refusal.clauses)
        return Effect(rows=[Row(_("Gateway"), after=_("is asked now; what it says for certain is written down"))])


class LookUp(Asking):
    name, label, tone = "look-up", gettext_lazy("Ask the gateway"), "primary"
    permission = "billing.look_up_payment"

    def refusal(self, row: Payment | Repayment, *, at: datetime) -> Refusal | None:
        return None if row.status in payments.OPEN else AlreadyDone()

    def sentence(self, row: Payment | Repayment, *, at: datetime) -> Text:
        return _(
            "The gateway is asked what became of it. Where it never heard of it, it is asked once more under the same "
            "key: nobody is charged or paid twice."
        )

    def run(self, row: Payment | Repayment, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        service = payments if isinstance(row, Payment) else repayments
        found = service.look_up(row.public_id, by=by, at=at)
        return Done(_("The gateway says: %(state)s.") % {"state": found.get_status_display()}, result=found)


class LookUpAll(Asking):
    """On the list: every payment and repayment whose outcome is unknown."""

    name, label = "look-up-all", gettext_lazy("Ask about all that are open")
    permission = "billing.look_up_payment"

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("The gateways are asked what became of every payment and repayment that is open.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        settled = payments.reconcile(at=at) + repayments.reconcile(at=at)
        return Done(_("%(number)s were settled.") % {"number": f"{settled:,}"})


class ApplyWaiting(Asking):
    """On the inbox: what was kept and not applied, and what the sandbox still has to tell."""

    name, label = "apply-waiting", gettext_lazy("Apply what is waiting")
    permission = "billing.apply_gatewayevent"

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("Events that were kept and not applied are applied, each once. The minutely job does the same.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        told = sandbox_bank.deliver(at=at)
        return Done(_("%(number)s were applied.") % {"number": f"{told + inbox.handle_waiting(at=at):,}"})


class LossForm(ReasonForm):
    how = forms.ChoiceField(
        label=gettext_lazy("What is done"), choices=LossAnswer.choices, widget=UnfoldAdminSelectWidget
    )


class OfALoss(Verb):
    """Possible while the bank has taken the money back, and nobody has answered that for good."""

    def refusal(self, row: Dispute, *, at: datetime) -> Refusal | None:
        if row.answered_at is not None:
            return AlreadyDone()
        if row.status != DisputeStatus.LOST:
            return NotLost()
        return None if chargebacks.missing(row) else OwedAgain()


class AnswerLoss(OfALoss):
    name, label, tone = "answer", gettext_lazy("Say what is done"), "primary"
    permission, form = "billing.answer_dispute", LossForm

    def sentence(self, row: Dispute, *, at: datetime) -> Text:
        return _("Proposed, and done once a second person approves it. Name the claim, where the member is to pay.")

    def run(self, row: Dispute, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        how = LossAnswer(given["how"])
        done = disputes.answer(row.public_id, how=how, reason=given["reason"], by=by, at=at)
        return Done(_("Proposed; a second person has to approve it."), result=done)

    def rows(self, row: Dispute, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("What is done"), before=row.get_answer_display(), after=done.result.get_answer_display())]


class ApproveLoss(OfALoss):
    name, label = "approve", gettext_lazy("Approve what is done")
    permission = "billing.approve_dispute"

    def refusal(self, row: Dispute, *, at: datetime) -> Refusal | None:
        if not row.answer and row.status == DisputeStatus.LOST:
            return NoAnswerProposed()
        return super().refusal(row, at=at)

    def sentence(self, row: Dispute, *, at: datetime) -> Text:
        return _("%(answer)s; the task is closed.") % {"answer": row.get_answer_display().capitalize()}

    def run(self, row: Dispute, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        disputes.approve(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("Approved and done."))
