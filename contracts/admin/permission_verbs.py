"""What staff do about resale, assignment and references."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.admin import working_forms as forms
from contracts.admin.contract_billing import OfConcluded
from contracts.admin.contract_parts import TOGETHER, TROUBLE
from contracts.admin.customers import day
from contracts.enums import APPROVAL_MOVES, REFERENCE_MOVES, ApprovalKind, ApprovalStatus, ReferenceStatus
from contracts.models import Contract, PriorApproval, ReferencePermission
from contracts.services import prior_approvals, references
from contracts.services.prior_approvals import Asked
from contracts.services.references import Wish
from upstage_console.kernel.admin import (
    Done,
    PlainVerb,
    Row,
    Text,
    Verb,
    no_move,
)
from upstage_console.kernel.errors import AlreadyDone, Refusal

MAY_REQUEST = "contracts.request_priorapproval"
MAY_DECIDE = "contracts.decide_priorapproval"
MAY_ASK = "contracts.ask_referencepermission"
MAY_ANSWER = "contracts.answer_referencepermission"


# On the contract's page


class RequestApproval(OfConcluded):
    name, label, icon = "request-approval", gettext_lazy("Resale or assignment is asked for"), "handshake"
    permission, form = MAY_REQUEST, forms.ApprovalForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("Nothing is approved by asking (10.2, 19); it becomes a task to decide on.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        names = ("to", "service", "purpose", "from_on", "until_on")
        asked = Asked(ApprovalKind(given["kind"]), **{name: given[name] for name in names})
        made = prior_approvals.request(row.public_id, asked, reason=given["reason"], by=by, at=at)
        return Done(_("The request is written down."), result=made)


class DemandForUnapproved(OfConcluded):
    name, label, icon = "unapproved", gettext_lazy("Given to a third party without approval"), "report"
    permission, form = "contracts.demand_cure", forms.UnapprovedForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("A demand to cure is written down and told to the customer (10.2, 15.2); its time runs from receipt.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        found = Asked(ApprovalKind(given["kind"]), given["to"], given["service"])
        made = prior_approvals.demand_cure(
            row.public_id, found, on=given["on"], facts=given["facts"], reason=given["reason"], by=by, at=at
        )  # fmt: skip
        return Done(_("The demand is written down."), result=made)


class Assign(OfConcluded):
    name, label, icon = "assign", gettext_lazy("It was assigned or pledged"), "swap_horiz"
    permission, form = MAY_DECIDE, forms.AssignForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("Only as was consented to in writing (19). The contract keeps its parties; what follows is a task.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = prior_approvals.assign(
            row.public_id, given["to"], kind=ApprovalKind(given["kind"]), reason=given["reason"], by=by, at=at
        )  # fmt: skip
        return Done(_("It is written down."), result=done)


class AskReference(OfConcluded):
    name, label, icon = "ask-reference", gettext_lazy("Ask for a reference"), "star"
    permission, form = MAY_ASK, forms.ReferenceForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("The customer is asked for its consent (14.1); before that nothing of it is shown.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        wish = Wish(given["kind"], given["scope"], given["until_on"])
        made = references.ask(row.public_id, wish, reason=given["reason"], by=by, at=at)
        return Done(_("The customer is asked."), result=made)


TOGETHER.verbs += [RequestApproval, Assign, AskReference]
TROUBLE.verbs.append(DemandForUnapproved)


# On the page of an approval


class OfApproval(Verb):
    permission = MAY_DECIDE
    to: ApprovalStatus

    def refusal(self, row: PriorApproval, *, at: datetime) -> Refusal | None:
        return no_move(row.status, self.to, APPROVAL_MOVES)


class Approve(OfApproval):
    name, label, tone, icon = "approve", gettext_lazy("Approve in writing"), "primary", "check"
    to, form = ApprovalStatus.APPROVED, forms.ApproveForm

    def initial(self, row: PriorApproval, *, at: datetime) -> Mapping[str, Any]:
        return {"until_on": row.until_on}

    def sentence(self, row: PriorApproval, *, at: datetime) -> Text:
        return _("It covers the firm, the service and the time that are named, and nothing else; the letter says so.")

    def run(self, row: PriorApproval, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = prior_approvals.approve(
            row.public_id, until_on=given["until_on"], reason=given["reason"], by=by, at=at
        )  # fmt: skip
        return Done(_("It is approved."), result=done)

    def rows(self, row: PriorApproval, done: Done, *, at: datetime) -> list[Row]:
        made: PriorApproval = done.result
        return [Row(_("Approved for"), after=f"{day(made.starts_on)} – {day(made.ends_on)}")]


class RefuseApproval(OfApproval, PlainVerb):
    name, label, tone, icon = "refuse", gettext_lazy("Refuse"), "danger", "block"
    to, form = ApprovalStatus.REFUSED, forms.AnswerForm
    says = gettext_lazy("The customer is told why.")
    after = gettext_lazy("It is refused.")
    service = staticmethod(prior_approvals.refuse)


class WithdrawRequest(OfApproval, PlainVerb):
    name, label = "withdraw", gettext_lazy("The customer no longer asks")
    permission, to = MAY_REQUEST, ApprovalStatus.WITHDRAWN
    says = gettext_lazy("Nothing is approved.")
    after = gettext_lazy("It is written down.")
    service = staticmethod(prior_approvals.withdraw)


class EndApproval(OfApproval, PlainVerb):
    name, label, tone, icon = "end", gettext_lazy("End it early"), "danger", "event_busy"
    to, form = ApprovalStatus.ENDED, forms.AnswerForm
    says = gettext_lazy("It covers today for the last time; the customer is told why.")
    after = gettext_lazy("It ends with today.")
    service = staticmethod(prior_approvals.end)

    def refusal(self, row: PriorApproval, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.carried_out_on else super().refusal(row, at=at)


APPROVAL_VERBS: list[type[Verb]] = [Approve, RefuseApproval, WithdrawRequest, EndApproval]


# On the page of a reference


class OfReference(Verb):
    permission = MAY_ANSWER
    to: ReferenceStatus

    def refusal(self, row: ReferencePermission, *, at: datetime) -> Refusal | None:
        return no_move(row.status, self.to, REFERENCE_MOVES)


class Grant(OfReference):
    name, label, tone, icon = "grant", gettext_lazy("The customer consented"), "primary", "check"
    to, form = ReferenceStatus.GRANTED, forms.ProofForm

    def sentence(self, row: ReferencePermission, *, at: datetime) -> Text:
        return _("It may be shown until its end; afterwards taking it down is a task. The customer is told.")

    def run(self, row: ReferencePermission, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = references.grant(row.public_id, answer=given["reason"], by=by, at=at)
        return Done(_("The consent is written down."), result=done)


class Decline(OfReference):
    name, label, tone = "decline", gettext_lazy("The customer declined"), "danger"
    to = ReferenceStatus.DECLINED

    def sentence(self, row: ReferencePermission, *, at: datetime) -> Text:
        return _("Nothing is shown.")

    def run(self, row: ReferencePermission, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = references.decline(row.public_id, answer=given["reason"], by=by, at=at)
        return Done(_("It is written down."), result=done)


class DropReference(OfReference, PlainVerb):
    name, label = "drop", gettext_lazy("No longer ask")
    permission, to = MAY_ASK, ReferenceStatus.DROPPED
    says = gettext_lazy("Nothing is shown.")
    after = gettext_lazy("It is written down.")
    service = staticmethod(references.drop)


class WithdrawConsent(OfReference, PlainVerb):
    name, label, tone, icon = "withdraw", gettext_lazy("The customer withdrew its consent"), "danger", "undo"
    to = ReferenceStatus.WITHDRAWN
    says = gettext_lazy("From now on nothing is shown; taking it down is due soon. The customer is told.")
    after = gettext_lazy("The consent is withdrawn.")
    service = staticmethod(references.withdraw)


REFERENCE_VERBS: list[type[Verb]] = [Grant, Decline, DropReference, WithdrawConsent]
