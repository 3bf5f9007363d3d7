"""What staff do with meetings and minutes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from contracts.admin import working_forms as forms
from contracts.admin.contract_billing import OfConcluded
from contracts.admin.contract_parts import TOGETHER
from contracts.enums import MEETING_MOVES, MeetingStatus, MinutesStatus, Side
from contracts.errors import MinutesFinal, NotHeld
from contracts.models import Contract, Meeting, Minutes
from contracts.queries.meetings import awaits, current_of
from contracts.rules.meetings import AMENDS_NOTHING
from contracts.services import meetings, minutes
from contracts.services.meetings import Plan
from contracts.services.minutes import Decision
from upstage_console.kernel.admin import Done, Text, Verb, no_move
from upstage_console.kernel.errors import AlreadyDone, NotFound, Refusal
from upstage_console.kernel.wording import tongue

MAY = "contracts.hold_meeting"


class PlanMeeting(OfConcluded):
    name, label, icon = "plan-meeting", gettext_lazy("Plan or write down a meeting"), "groups"
    permission, form = MAY, forms.MeetingForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("Of a meeting to come the customer is told, with what it provides beforehand (9.2).")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        names = ("kind", "title", "held_at", "place", "needs")
        made = meetings.plan(
            row.public_id, Plan(**{name: given[name] for name in names}), reason=given["reason"], by=by, at=at
        )
        return Done(_("The meeting is written down."), result=made)


TOGETHER.verbs.append(PlanMeeting)


class OfPlanned(Verb):
    """A verb of a meeting to come."""

    permission = MAY

    def refusal(self, row: Meeting, *, at: datetime) -> Refusal | None:
        return no_move(row.status, MeetingStatus.CALLED_OFF, MEETING_MOVES)


class PutOff(OfPlanned):
    name, label, icon, form = "put-off", gettext_lazy("Put it off"), "event_repeat", forms.PutOffForm

    def initial(self, row: Meeting, *, at: datetime) -> Mapping[str, Any]:
        return {"held_at": row.held_at}

    def sentence(self, row: Meeting, *, at: datetime) -> Text:
        return _("The customer is told the new time.")

    def run(self, row: Meeting, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = meetings.put_off(row.public_id, given["held_at"], reason=given["reason"], by=by, at=at)
        return Done(_("It is put off."), result=done)


class CallOff(OfPlanned):
    name, label, tone, icon = "call-off", gettext_lazy("Call it off"), "danger", "event_busy"

    def sentence(self, row: Meeting, *, at: datetime) -> Text:
        return _("The customer is told, with the reason.")

    def run(self, row: Meeting, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = meetings.call_off(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("It is called off."), result=done)


class Write(Verb):
    name, label, tone, icon = "write", gettext_lazy("Write minutes"), "primary", "edit_note"
    permission, form = MAY, forms.MinutesForm

    def refusal(self, row: Meeting, *, at: datetime) -> Refusal | None:
        if row.status == MeetingStatus.CALLED_OFF or row.held_at > at:
            return NotHeld(facts={"meeting": row.title})
        last = current_of(row)
        is_final = last is not None and last.status == MinutesStatus.CONFIRMED
        return MinutesFinal(facts={"meeting": row.title}) if is_final else None

    def initial(self, row: Meeting, *, at: datetime) -> Mapping[str, Any]:
        last = current_of(row)
        if last is None:
            return {}
        written = "\n".join(map(_line, last.decisions))
        return {"attendees": last.attendees, "text": last.text, "decisions": written}

    def sentence(self, row: Meeting, *, at: datetime) -> Text:
        said = _("Writing them confirms them for the company; the customer is asked to confirm, and silence does not.")
        return f"{said} {AMENDS_NOTHING.text(tongue(get_language()))}"

    def run(self, row: Meeting, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = minutes.write(row.public_id, forms.MinutesForm.asked(given), reason=given["reason"], by=by, at=at)
        return Done(_("The minutes are written."), result=made)


def _line(stored: Mapping[str, Any]) -> str:
    one = Decision(stored["what"], Side(stored["side"]))
    return " | ".join(filter(None, [one.what, one.side, stored["due_on"]]))


class OfWaiting(Verb):
    """A verb of minutes that wait for one side."""

    permission = MAY
    side: Side

    def refusal(self, row: Meeting, *, at: datetime) -> Refusal | None:
        last = current_of(row)
        if last is None:
            return NotFound()
        return None if awaits(last) == self.side else AlreadyDone()

    def last_of(self, row: Meeting) -> Minutes:
        """The version that waits."""
        last = current_of(row)
        if last is None:
            raise NotFound
        return last


class Confirm(OfWaiting):
    name, label, tone, icon = "confirm", gettext_lazy("Confirm for the company"), "primary", "check"
    side = Side.COMPANY

    def sentence(self, row: Meeting, *, at: datetime) -> Text:
        return _("The customer wrote this version; with both sides it is final.")

    def run(self, row: Meeting, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = minutes.confirm(self.last_of(row).public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The minutes are final."), result=done)


class Object(OfWaiting):
    name, label, tone, icon = "object", gettext_lazy("Object for the company"), "danger", "rate_review"
    side, form = Side.COMPANY, forms.AnswerForm

    def sentence(self, row: Meeting, *, at: datetime) -> Text:
        return _("A new version has to be written; the customer is told why.")

    def run(self, row: Meeting, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = minutes.object_to(self.last_of(row).public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The objection is written down."), result=done)


class ConfirmForCustomer(OfWaiting):
    name, label, icon = "customer-confirmed", gettext_lazy("The customer confirmed elsewhere"), "mark_email_read"
    side, form = Side.CUSTOMER, forms.ProofForm

    def sentence(self, row: Meeting, *, at: datetime) -> Text:
        return _("With both sides this version is final; the customer is told what was written down.")

    def run(self, row: Meeting, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = minutes.confirm(
            self.last_of(row).public_id, for_customer=True, reason=given["reason"], by=by, at=at
        )  # fmt: skip
        return Done(_("The minutes are final."), result=done)


class ObjectForCustomer(OfWaiting):
    name, label, icon = "customer-objected", gettext_lazy("The customer objected elsewhere"), "unsubscribe"
    side, form = Side.CUSTOMER, forms.ProofForm

    def sentence(self, row: Meeting, *, at: datetime) -> Text:
        return _("A new version has to be written; it becomes a task.")

    def run(self, row: Meeting, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = minutes.object_to(
            self.last_of(row).public_id, for_customer=True, reason=given["reason"], by=by, at=at
        )  # fmt: skip
        return Done(_("The objection is written down."), result=done)


VERBS: list[type[Verb]] = [Write, Confirm, Object, ConfirmForCustomer, ObjectForCustomer, PutOff, CallOff]
