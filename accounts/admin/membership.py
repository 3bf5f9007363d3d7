"""Verbs on a member's case file: taking the membership away, and asking for information that is missing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.admin import case as member_file
from accounts.admin.measures import MeasureForm
from accounts.enums import MEMBER_MOVES, MemberStatus
from accounts.errors import NotActive
from accounts.models import Member
from accounts.rules.membership import GROUNDS_OF_REFUSAL
from accounts.services import disqualification, information
from accounts.services.statements import Finding
from upstage_console.kernel.admin import Done, ReasonForm, Row, Text, Verb, no_move
from upstage_console.kernel.admin.cells import local
from upstage_console.kernel.errors import AlreadyDone, Refusal

LOSS = "upstage/3.3."


class LossForm(MeasureForm):
    """A ground of 3.3, and what the statement of reasons needs."""

    grounds = tuple(f"{LOSS}{item}" for item in GROUNDS_OF_REFUSAL)
    days = None  # type: ignore[assignment]


class Disqualify(Verb):
    name, label, tone = "disqualify", gettext_lazy("Take the membership away"), "danger"
    permission = "accounts.impose_sanction"
    form = LossForm

    def refusal(self, row: Member, *, at: datetime) -> Refusal | None:
        return no_move(row.status, MemberStatus.DISQUALIFIED, MEMBER_MOVES)

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _(
            "The membership ends with the notice. Credits freeze, keys close, and for two years nobody can register"
            " with this e-mail address, phone or business number. The member may submit one statement, which somebody"
            " else decides."
        )

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        finding = Finding(
            given["facts_ko"], given["facts_en"], given["source"], given["found_automatically"], given["is_unlawful"]
        )
        item = int(given["ground"].removeprefix(LOSS))
        loss = disqualification.disqualify(row.pk, ground=item, finding=finding, by=by, at=at)
        return Done(_("The membership is taken away, and the member is told why."), result=loss)

    def rows(self, row: Member, done: Done, *, at: datetime) -> list[Row]:
        loss = done.result
        return [
            Row(_("Measure"), after=local(loss.statement, "measure")),
            Row(_("Scope"), after=local(loss.statement, "scope")),
            Row(_("Last day of the statement"), after=str(loss.object_until)),
            Row(_("Data kept, and barred, until"), after=str(loss.kept_until)),
            Row(_("Barred by"), after=", ".join(bar.get_kind_display() for bar in loss.bars.all())),
        ]


class InformationForm(ReasonForm):
    fields_missing = forms.MultipleChoiceField(
        label=gettext_lazy("What is missing"), widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        missing = information.missing_of(self.row)
        named = [(name, Member._meta.get_field(name).verbose_name) for name in missing]  # type: ignore[union-attr]
        self.fields["fields_missing"].choices = named  # type: ignore[attr-defined]
        self.fields["fields_missing"].initial = missing


class AskInformation(Verb):
    name, label = "information", gettext_lazy("Ask for missing information")
    permission = "accounts.change_member"
    form = InformationForm

    def refusal(self, row: Member, *, at: datetime) -> Refusal | None:
        if row.status != MemberStatus.ACTIVE:
            return NotActive(facts={"status": row.get_status_display()})
        nothing = not information.missing_of(row) or information.open_question(row.pk, at=at) is not None
        return AlreadyDone() if nothing else None

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _("Paid services are closed until the member gives it; logging in and free services stay open.")

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        asked = information.ask(row.pk, fields=given["fields_missing"], reason=given["reason"], by=by, at=at)
        return Done(_("The member is asked for it."), result=asked)

    def rows(self, row: Member, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("Closed"), after=done.result.get_scope_display()), Row(_("Why"), after=local(done.result, "why"))]


member_file.member.verbs += [Disqualify, AskInformation]
