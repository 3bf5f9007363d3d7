"""What staff do with deliverables, on the contract's page and on each one's own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.admin import working_forms as forms
from contracts.admin.contract_billing import OfConcluded
from contracts.admin.contract_parts import TOGETHER
from contracts.admin.contracts import why_of
from contracts.admin.customers import day
from contracts.enums import DeliveryStatus
from contracts.models import Contract, Deliverable, Delivery
from contracts.queries.deliverables import latest_of, standing_of
from contracts.services import deliverables
from contracts.services.deliverables import Handed, Work
from upstage_console.kernel.admin import Done, Row, Text, Verb
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import AlreadyDone, NotFound, Refusal

MAY_HAND_OVER = "contracts.hand_over_deliverable"
MAY_DECIDE = "contracts.decide_deliverable"


def _period(made: Delivery) -> list[Row]:
    silence = _("accepts") if made.silence_accepts else _("means nothing")
    return [
        Row(_("To be inspected until"), after=day(made.inspect_by)), Row(_("Silence"), after=silence),
        Row(_("Why"), after=why_of(made.why)),
    ]  # fmt: skip


class Expect(OfConcluded):
    name, label, icon = "expect", gettext_lazy("Write a deliverable down"), "inventory"
    permission, form = MAY_HAND_OVER, forms.ExpectForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("Its milestone waits for it; with a day it becomes a task.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        work = Work(given["name"], given["milestone"], given["due_on"])
        made = deliverables.expect(row.public_id, work, reason=given["reason"], by=by, at=at)
        return Done(_("It is written down."), result=made)


class Deliver(OfConcluded):
    name, label, icon = "deliver", gettext_lazy("Hand a deliverable over"), "outbox"
    permission, form = MAY_HAND_OVER, forms.DeliverForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _(
            "The days to inspect it run as was agreed (5.2); the customer is told until when, and what silence means."
        )

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        handed = Handed(Work(given["name"], given["milestone"]), given["how"])
        made = deliverables.deliver(row.public_id, handed, reason=given["reason"], by=by, at=at)
        return Done(_("It is handed over."), result=made)

    def rows(self, row: Contract, done: Done, *, at: datetime) -> list[Row]:
        return _period(done.result)


TOGETHER.verbs += [Expect, Deliver]


class HandOver(Verb):
    name, label, icon = "hand-over", gettext_lazy("Hand it over"), "outbox"
    permission, form = MAY_HAND_OVER, forms.HandOverForm

    def refusal(self, row: Deliverable, *, at: datetime) -> Refusal | None:
        last = latest_of(row)
        is_accepted = last is not None and standing_of(last, on=kst_date(at)) == DeliveryStatus.ACCEPTED
        return AlreadyDone() if is_accepted else None

    def sentence(self, row: Deliverable, *, at: datetime) -> Text:
        return _("A new hand-over starts a new period; one that is under inspection is replaced.")

    def run(self, row: Deliverable, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        handed = Handed(Work(row.name), given["how"])
        made = deliverables.deliver(row.contract.public_id, handed, reason=given["reason"], by=by, at=at)
        return Done(_("It is handed over."), result=made)

    def rows(self, row: Deliverable, done: Done, *, at: datetime) -> list[Row]:
        return _period(done.result)


class OfInspected(Verb):
    """A verb of a hand-over that nobody decided on."""

    permission = MAY_DECIDE

    def refusal(self, row: Deliverable, *, at: datetime) -> Refusal | None:
        last = latest_of(row)
        if last is None:
            return NotFound()
        return None if standing_of(last, on=kst_date(at)) == DeliveryStatus.DELIVERED else AlreadyDone()

    def last_of(self, row: Deliverable) -> str:
        """The hand-over that is decided on."""
        last = latest_of(row)
        if last is None:
            raise NotFound
        return last.public_id


class Accept(OfInspected):
    name, label, tone, icon = "accept", gettext_lazy("The customer accepted it"), "primary", "check"
    form = forms.ProofForm

    def sentence(self, row: Deliverable, *, at: datetime) -> Text:
        if row.fee is None:
            return _("It is accepted for good; the customer is told what was written down.")
        return _("With the last deliverable of “%(milestone)s” its fixed price is billed; the customer is told.") % {
            "milestone": row.fee.milestone
        }

    def run(self, row: Deliverable, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = deliverables.accept(self.last_of(row), reason=given["reason"], by=by, at=at)
        return Done(_("It is accepted."), result=done)


class Reject(OfInspected):
    name, label, tone, icon = "reject", gettext_lazy("The customer sent it back"), "danger", "undo"
    form = forms.RejectForm

    def sentence(self, row: Deliverable, *, at: datetime) -> Text:
        return _("It is to be put right and handed over again, which starts a new period.")

    def run(self, row: Deliverable, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = deliverables.reject(self.last_of(row), reason=given["reason"], by=by, at=at)
        return Done(_("It is sent back."), result=done)


VERBS: list[type[Verb]] = [HandOver, Accept, Reject]
