"""What staff do with demands of authorities: written down by one, decided by another, then given out and told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from contracts.admin.customers import parts as customer_parts
from contracts.admin.disclosure_forms import BarForm, DemandForm, HandedForm
from contracts.enums import DISCLOSURE_MOVES, DisclosureStatus
from contracts.errors import NoticeBarred, NoticeMissing
from contracts.models import Customer, Disclosure, DisclosureItem
from contracts.rules import disclosures as rules
from contracts.services import disclosures
from upstage_console.kernel.admin import Done, Row, Text, Verb, no_move
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import AlreadyDone, NotAllowed, Refusal

MAY_PROPOSE = "contracts.propose_disclosure"
MAY_APPROVE = "contracts.approve_disclosure"


class WriteDown(Verb):
    name, label, icon = "disclosure", gettext_lazy("An authority demands data"), "policy"
    permission, form = MAY_PROPOSE, DemandForm

    def sentence(self, row: Customer, *, at: datetime) -> Text:
        return _(
            "Written down with the least that would be given (11.3); a second person decides. Nothing is sent yet."
        )

    def run(self, row: Customer, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = disclosures.propose(row.public_id, DemandForm.asked(given), reason=given["reason"], by=by, at=at)
        return Done(_("The demand is written down."), result=made)

    def rows(self, row: Customer, done: Done, *, at: datetime) -> list[Row]:
        made: Disclosure = done.result
        return [
            Row(one.get_data_display(), after=f"{_answer(one)}: {one.extent or one.why}") for one in made.items.all()
        ]


def _answer(row: DisclosureItem) -> str:
    return pgettext("disclosure", "given") if row.is_given else _("withheld")


customer_parts.verbs.append(WriteDown)


class OfDemand(Verb):
    """A verb that moves a demand on."""

    permission = MAY_PROPOSE
    to: DisclosureStatus

    def refusal(self, row: Disclosure, *, at: datetime) -> Refusal | None:
        return no_move(row.status, self.to, DISCLOSURE_MOVES)


class Approve(OfDemand):
    name, label, tone, icon = "approve", gettext_lazy("Approve as the second person"), "primary", "check"
    permission, to = MAY_APPROVE, DisclosureStatus.APPROVED

    def sentence(self, row: Disclosure, *, at: datetime) -> Text:
        if row.barred_until is None:
            return _("The customer is told now; then the data may be given out.")
        return _("The data may be given out; telling the customer becomes a task for when the law allows it.")

    def run(self, row: Disclosure, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = disclosures.approve(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("It is approved."), result=done)


class Refuse(OfDemand):
    name, label, tone, icon = "refuse", gettext_lazy("Refuse as the second person"), "danger", "block"
    permission, to = MAY_APPROVE, DisclosureStatus.REFUSED

    def sentence(self, row: Disclosure, *, at: datetime) -> Text:
        return _("Nothing is given.")

    def run(self, row: Disclosure, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = disclosures.refuse(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("It is refused."), result=done)


class Release(OfDemand):
    name, label, tone, icon = "release", gettext_lazy("It was given out"), "primary", "outbox"
    to, form = DisclosureStatus.RELEASED, HandedForm

    def refusal(self, row: Disclosure, *, at: datetime) -> Refusal | None:
        may = rules.may_release(is_told=row.told_at is not None, barred_until=row.barred_until, on=kst_date(at))
        return super().refusal(row, at=at) or (None if may else NoticeMissing())

    def sentence(self, row: Disclosure, *, at: datetime) -> Text:
        return _("Only what was approved, and nothing else; write down how, so that it can be proved.")

    def run(self, row: Disclosure, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = disclosures.release(row.public_id, given["handed"], reason=given["reason"], by=by, at=at)
        return Done(_("It is written down."), result=done)


class Drop(OfDemand):
    name, label, icon = "drop", gettext_lazy("It is no longer demanded"), "close"
    to = DisclosureStatus.DROPPED

    def sentence(self, row: Disclosure, *, at: datetime) -> Text:
        return _("Nothing is given. A customer who may not be told yet is told later all the same.")

    def run(self, row: Disclosure, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = disclosures.drop(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("It is written down."), result=done)


class OfNotice(Verb):
    """A verb about a notice that the law keeps back."""

    permission = MAY_PROPOSE

    def refusal(self, row: Disclosure, *, at: datetime) -> Refusal | None:
        if row.told_at is not None:
            return AlreadyDone()
        return NotAllowed() if row.barred_until is None else None


class Tell(OfNotice):
    name, label, tone, icon = "tell", gettext_lazy("Tell the customer"), "primary", "mail"

    def refusal(self, row: Disclosure, *, at: datetime) -> Refusal | None:
        if row.decided_at is None or row.status == DisclosureStatus.REFUSED:
            return NotAllowed()
        may = rules.may_tell(row.barred_until, on=kst_date(at))
        return super().refusal(row, at=at) or (None if may else NoticeBarred(facts={"until": row.barred_until}))

    def sentence(self, row: Disclosure, *, at: datetime) -> Text:
        return _("The customer hears who demanded what on which basis, and what was given.")

    def run(self, row: Disclosure, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = disclosures.tell(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The customer is told."), result=done)


class ExtendBar(OfNotice):
    name, label, icon, form = "extend-bar", gettext_lazy("The notice is delayed further"), "event_repeat", BarForm

    def initial(self, row: Disclosure, *, at: datetime) -> Mapping[str, Any]:
        return {"bar_basis": row.bar_basis}

    def sentence(self, row: Disclosure, *, at: datetime) -> Text:
        return _("Only where the law says so; the task moves to the new day.")

    def run(self, row: Disclosure, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        bar = BarForm.bar(given)
        assert bar is not None  # noqa: S101 – the form asks for both
        done = disclosures.extend_bar(row.public_id, bar, reason=given["reason"], by=by, at=at)
        return Done(_("The notice waits longer."), result=done)


VERBS: list[type[Verb]] = [Approve, Refuse, Release, Tell, ExtendBar, Drop]
