"""Composing a measure: on a member's case file and on a case of the staff; the preview shows the mail as it is sent."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanWidget,
)

from accounts.admin import case as member_file
from accounts.enums import LADDER, CaseStatus, SanctionKind, Source
from accounts.errors import NobodyKnown, NotActive
from accounts.models import Case, Member, Sanction
from accounts.queries import clauses
from accounts.rules.sanctions import LADDER_GROUNDS, MOST_DAYS, STOP_GROUNDS
from accounts.rules.statements import LONGEST_FACTS, cited
from accounts.services import cases, sanctions
from accounts.services.sanctions import Measure
from accounts.services.statements import Finding
from upstage_console.kernel import clock
from upstage_console.kernel.admin import Done, NoReasonForm, Row, Text, Verb
from upstage_console.kernel.admin.cells import local
from upstage_console.kernel.errors import AlreadyDone, Refusal


def ground_choices(grounds: Iterable[str], at: datetime) -> list[tuple[str, str]]:
    """Each ground as it is cited, with what its clause says."""
    shown = clauses(grounds, at)
    return [(code, _ground(code, shown.get(code))) for code in grounds]


def _ground(code: str, shown: Any) -> str:
    digest = local(shown, "digest") if shown else ""
    return f"{local(Cited(code), 'clause')} – {digest}" if digest else local(Cited(code), "clause")


class Cited:
    """A clause as both languages cite it."""

    def __init__(self, code: str) -> None:
        words = cited(code)
        self.clause_ko, self.clause_en = words.ko, words.en


class MeasureForm(NoReasonForm):
    """What every statement of reasons needs."""

    grounds: tuple[str, ...] = STOP_GROUNDS

    ground = forms.ChoiceField(label=gettext_lazy("Ground"), widget=UnfoldAdminSelectWidget)
    days = forms.IntegerField(
        label=gettext_lazy("Days"), min_value=1, max_value=MOST_DAYS, widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy("It ends by itself with the last of them, counted from tomorrow."),
    )  # fmt: skip
    facts_ko = forms.CharField(
        label=gettext_lazy("Facts (Korean)"), max_length=LONGEST_FACTS,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "lang": "ko"}),
        help_text=gettext_lazy("What happened, when, and by what it can be recognised. The member reads this."),
    )  # fmt: skip
    facts_en = forms.CharField(
        label=gettext_lazy("Facts (English)"), max_length=LONGEST_FACTS,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "lang": "en"}),
    )  # fmt: skip
    source = forms.ChoiceField(
        label=gettext_lazy("How it was found"), choices=Source, widget=UnfoldAdminSelectWidget
    )  # fmt: skip
    found_automatically = forms.BooleanField(
        label=gettext_lazy("First found by automated means"), required=False, widget=UnfoldBooleanWidget
    )
    is_unlawful = forms.BooleanField(
        label=gettext_lazy("Also against the law"), required=False, widget=UnfoldBooleanWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = ground_choices(self.grounds, self.at or clock.now())
        self.fields["ground"].choices = choices  # type: ignore[attr-defined]


class SanctionForm(MeasureForm):
    """A stage of the ladder."""

    grounds = LADDER_GROUNDS

    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"), choices=[(kind, kind.label) for kind in LADDER],
        widget=UnfoldAdminRadioSelectWidget,
    )  # fmt: skip
    days = forms.IntegerField(
        label=gettext_lazy("Days"), min_value=1, max_value=MOST_DAYS, required=False,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy("Of a temporary suspension; it ends by itself with the last of them."),
    )  # fmt: skip
    skip_reason = forms.CharField(
        label=gettext_lazy("Why a stage is skipped"), max_length=500, required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=gettext_lazy("Only where the stage before is left out; a second person then has to approve it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["stage", "ground", "days", "facts_ko", "facts_en", "source"])


class MeasureVerb(Verb):
    """A measure against the member of the row, which is a member or a case about one."""

    permission = "accounts.impose_sanction"
    tone = "danger"

    def refusal(self, row: Member | Case, *, at: datetime) -> Refusal | None:
        member = self.member_of(row)
        if isinstance(row, Case) and row.status != CaseStatus.OPEN:
            return AlreadyDone()
        if member is None:
            return NobodyKnown()
        return None if member.status == "active" else NotActive(facts={"status": member.get_status_display()})

    def member_of(self, row: Member | Case) -> Member | None:
        """Whom the measure is against."""
        return cases.accused(row) if isinstance(row, Case) else row

    def initial(self, row: Member | Case, *, at: datetime) -> Mapping[str, Any]:
        reported = row.reports.last() if isinstance(row, Case) else None
        return {"ground": reported.ground, "source": Source.REPORT} if reported else {}

    def run(self, row: Member | Case, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        member, wanted = self.member_of(row), self.measure(given, row)
        if member is None:
            raise NobodyKnown
        if wanted.skip_reason and sanctions.left_out(member, wanted.kind) is not None:
            proposed = sanctions.propose(member.pk, wanted, by=by, at=at)
            return Done(_("It waits for the approval of a second person."), result=proposed)
        sanction = sanctions.impose(member.pk, wanted, by=by, at=at)
        return Done(_("The measure holds, and the member is told why."), result=sanction)

    def measure(self, given: Mapping[str, Any], row: Member | Case) -> Measure:
        """What the form asks for."""
        finding = Finding(
            given["facts_ko"], given["facts_en"], given["source"], given["found_automatically"], given["is_unlawful"]
        )
        return Measure(
            SanctionKind(given.get("stage") or SanctionKind.STOP), given["ground"], finding, days=given["days"],
            skip_reason=given.get("skip_reason", ""), case=row if isinstance(row, Case) else None,
        )  # fmt: skip

    def rows(self, row: Member | Case, done: Done, *, at: datetime) -> list[Row]:
        sanction: Sanction = done.result
        statement = getattr(sanction, "statement", None)
        if statement is None:
            return [Row(_("Measure"), after=_("waits for a second person; the member is not told yet"))]
        return [Row(_("Measure"), after=local(statement, "measure")), Row(_("Scope"), after=local(statement, "scope"))]


class TakeStage(MeasureVerb):
    name, label = "sanction", gettext_lazy("Sanction")
    form = SanctionForm

    def sentence(self, row: Member | Case, *, at: datetime) -> Text:
        return _(
            "Sanctions go in stages: warning, temporary suspension, permanent termination. The member receives the"
            " whole statement of reasons, and can object."
        )

    def initial(self, row: Member | Case, *, at: datetime) -> Mapping[str, Any]:
        member = self.member_of(row)
        taken = [kind for kind in LADDER if member and sanctions.left_out(member, kind) is None]
        return {"stage": taken[-1] if taken else SanctionKind.WARNING, **super().initial(row, at=at)}


class StopUse(MeasureVerb):
    name, label = "stop", gettext_lazy("Suspend without prior notice")
    form = MeasureForm

    def sentence(self, row: Member | Case, *, at: datetime) -> Text:
        return _(
            "Use stops at once, on a ground of Article 11, and the member is told why, until when, and how to object."
        )


member_file.member.verbs += [TakeStage, StopUse]
