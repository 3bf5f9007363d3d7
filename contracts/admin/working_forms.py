"""What staff are asked about working together: deliverables, meetings, permissions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.admin.board_forms import moment
from contracts.admin.billing_forms import choice_field, day_field
from contracts.admin.document_forms import UploadForm
from contracts.admin.service_fields import area, line
from contracts.enums import OF_CONTRACT, ApprovalKind, FeeKind, MeetingKind, ReferenceKind, Side
from contracts.queries.deliverables import expected_of
from contracts.services.minutes import Decision, Written
from upstage_console.kernel.admin import ReasonForm

NONE = ("", gettext_lazy("none"))


# Deliverables


class WorkForm(ReasonForm):
    """A deliverable and its milestone."""

    name = line(gettext_lazy("Deliverable"), help_text=gettext_lazy("As the statement of work calls it."))
    milestone = forms.ChoiceField(
        label=gettext_lazy("Milestone"), required=False, widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("Accepted, and billed, once all its deliverables are."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fees = self.row.fees.filter(kind=FeeKind.PROJECT, acceptance__isnull=True).exclude(milestone="")
        names = fees.order_by("position").values_list("milestone", flat=True)
        self.fields["milestone"].choices = [NONE, *((name, name) for name in names)]  # type: ignore[attr-defined]
        if expected := expected_of(self.row):
            known = ", ".join(one.name for one in expected)
            self.fields["name"].help_text = _("Still to come: %(names)s.") % {"names": known}


class ExpectForm(WorkForm):
    due_on = day_field(gettext_lazy("Due on"), required=False)


class HandOverForm(ReasonForm):
    how = line(
        gettext_lazy("How, and where it is"), 500, required=False,
        help_text=gettext_lazy("For example a link or the number of a parcel; files are added afterwards."),
    )  # fmt: skip


class DeliverForm(WorkForm, HandOverForm):
    field_order = ["name", "milestone", "how"]


class RejectForm(ReasonForm):
    reason = area(gettext_lazy("What is wrong, in the customer's words"), 2000)


class FileForm(UploadForm):
    """A file that belongs to a hand-over."""


# Meetings


class MeetingForm(ReasonForm):
    kind = choice_field(gettext_lazy("Kind"), MeetingKind.choices)
    title = line(gettext_lazy("Title"), 120)
    held_at = moment(pgettext_lazy("meeting", "Held at"))
    place = line(pgettext_lazy("meeting", "Place"), required=False)
    needs = area(gettext_lazy("What the customer provides beforehand"), 1000, rows=2, required=False)


class PutOffForm(ReasonForm):
    held_at = moment(pgettext_lazy("meeting", "Held at"))


class MinutesForm(ReasonForm):
    attendees = line(gettext_lazy("Attendees"), 500)
    text = area(gettext_lazy("What was said"), 20_000, rows=8)
    decisions = area(
        gettext_lazy("Decisions"), 5000, rows=4, required=False,
        help_text=gettext_lazy("One a line: what | company or customer | day, such as: a trial | company | 2027-03-31"),
    )  # fmt: skip

    def clean_decisions(self) -> list[Decision]:
        return [_decision(one) for one in self.cleaned_data["decisions"].splitlines() if one.strip()]

    @staticmethod
    def asked(given: Mapping[str, Any]) -> Written:
        """What a filled form says."""
        return Written(given["attendees"], given["text"], given["decisions"])


def _decision(written: str) -> Decision:
    what, *rest = (part.strip() for part in written.split("|"))
    try:
        side = Side(rest[0])
        due_on = date.fromisoformat(rest[1]) if len(rest) > 1 and rest[1] else None
    except (ValueError, IndexError) as error:
        raise ValidationError(_("This is no decision: “%(line)s”."), params={"line": written}) from error
    if not what or len(rest) > 2:
        raise ValidationError(_("This is no decision: “%(line)s”."), params={"line": written})
    return Decision(what, side, due_on)


# Permissions


class ApprovalForm(ReasonForm):
    kind = choice_field(gettext_lazy("What for"), ApprovalKind.choices)
    to = line(gettext_lazy("Third party"), 120)
    service = line(
        gettext_lazy("Service"), 120, required=False,
        help_text=gettext_lazy("Not for an assignment or a pledge, which are about the contract."),
    )  # fmt: skip
    purpose = area(gettext_lazy("Purpose"), 2000, rows=2, required=False)
    from_on = day_field(gettext_lazy("From"), required=False, help_text=gettext_lazy("Empty: from the approval."))
    until_on = day_field(gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty: to the contract's end."))


class ApproveForm(ReasonForm):
    until_on = day_field(
        gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty: as asked. It may be shorter.")
    )
    reason = area(gettext_lazy("Conditions"), 2000, rows=3, help_text=gettext_lazy("The customer reads them."))


class AnswerForm(ReasonForm):
    reason = area(gettext_lazy("Reasons"), 2000, rows=3, help_text=gettext_lazy("The customer reads them."))


class UnapprovedForm(ReasonForm):
    kind = choice_field(
        gettext_lazy("What was done"), [one for one in ApprovalKind.choices if one[0] not in OF_CONTRACT]
    )
    to = line(gettext_lazy("Third party"), 120)
    service = line(gettext_lazy("Service"), 120)
    on = day_field(gettext_lazy("Found on"))
    facts = area(gettext_lazy("Facts and evidence"), 1500)


class AssignForm(ReasonForm):
    kind = choice_field(gettext_lazy("What was done"), [one for one in ApprovalKind.choices if one[0] in OF_CONTRACT])
    to = line(gettext_lazy("Third party"), 120)


class ReferenceForm(ReasonForm):
    kind = choice_field(gettext_lazy("What"), ReferenceKind.choices)
    scope = area(gettext_lazy("Where and what for"), 1000, rows=3)
    until_on = day_field(gettext_lazy("Until"))


class ProofForm(ReasonForm):
    reason = area(
        gettext_lazy("How the customer said so, and what proves it"), 1000, rows=3,
        help_text=gettext_lazy("For example the mail of a day. The customer is told what was written down."),
    )  # fmt: skip
