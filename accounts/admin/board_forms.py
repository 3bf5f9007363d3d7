"""What staff fill in to write posts, to announce maintenance and to report outages."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from accounts.enums import AnnouncementKind, ApiAudience
from accounts.queries import clauses
from accounts.rules.interruptions import GROUNDS, MAINTENANCE
from accounts.services.announcements import Post
from accounts.services.interruptions import Interruption
from accounts.services.notices import Text
from upstage_console.kernel import clock
from upstage_console.kernel.admin import ReasonForm
from upstage_console.kernel.admin.cells import local
from upstage_console.kernel.clock import KST

WRITTEN = (AnnouncementKind.NEWS, AnnouncementKind.TERMS, AnnouncementKind.API_VERSION)
"""Kinds that are written freely; interruptions have verbs of their own, which ask for their ground."""
ROWS = 8


def line(label: Any, **more: Any) -> forms.CharField:
    """One line of text."""
    return forms.CharField(label=label, widget=UnfoldAdminTextInputWidget(), **{"max_length": 200, **more})


def text(label: Any) -> forms.CharField:
    """A longer text."""
    return forms.CharField(label=label, max_length=20_000, widget=UnfoldAdminTextareaWidget(attrs={"rows": ROWS}))


def moment(label: Any, **more: Any) -> forms.DateTimeField:
    """An instant in Korean time, to the minute."""
    attrs = {"type": "datetime-local", "class": " ".join(INPUT_CLASSES)}
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs=attrs)
    return forms.DateTimeField(label=label, widget=widget, help_text=_("Korean time"), **more)


class TellForm(ReasonForm):
    """Whether members are written to as well."""

    tell_members = forms.BooleanField(
        label=_("Also tell every active member, with a notice and by mail"), required=False,
        widget=UnfoldBooleanWidget(),
    )  # fmt: skip


class PostForm(ReasonForm):
    """A post in both languages."""

    title_ko, title_en = line(_("Title (Korean)")), line(_("Title (English)"))
    body_ko, body_en = text(_("Text (Korean)")), text(_("Text (English)"))

    def said(self) -> Text:
        """Title and text in both languages."""
        given = self.cleaned_data
        return Text(given["title_ko"], given["title_en"], given["body_ko"], given["body_en"])


class DraftForm(PostForm):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(kind.value, kind.label) for kind in WRITTEN], initial=AnnouncementKind.NEWS,
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    field_order = ["kind", "title_ko", "title_en", "body_ko", "body_en"]  # noqa: RUF012


def post_of(given: dict[str, Any]) -> Post:
    """The post a filled-in draft describes."""
    texts = {name: given[name] for name in ("title_ko", "title_en", "body_ko", "body_en")}
    return Post(kind=AnnouncementKind(given["kind"]), clauses=["upstage/8.4"], **texts)


def grounds() -> list[tuple[int, str]]:
    """The items of upstage/12.1 in words, as forms offer them."""
    codes = {ground: f"upstage/12.1.{ground}" for ground in GROUNDS}
    said = clauses(codes.values(), at=clock.now())
    return [
        (ground, f"{ground}. {local(said[code], 'digest')}" if code in said else code) for ground, code in codes.items()
    ]


class InterruptionForm(PostForm, TellForm):
    """Maintenance or an outage."""

    ground = forms.TypedChoiceField(
        label=_("Ground (Article 12, paragraph 1)"), coerce=int, choices=grounds, widget=UnfoldAdminSelectWidget
    )
    services = line(_("Services"), required=False, help_text=_("Codes, separated by commas; empty: all services."))
    starts_at = moment(_("From"))


class MaintenanceForm(InterruptionForm):
    ends_at = moment(_("To"))
    field_order = ["title_ko", "title_en", "body_ko", "body_en", "starts_at", "ends_at", "services", "ground"]  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].initial = MAINTENANCE


class OutageForm(InterruptionForm):
    ends_at = moment(_("To"), required=False)
    field_order = MaintenanceForm.field_order


def interruption_of(given: dict[str, Any]) -> Interruption:
    """What a filled-in form says is interrupted."""
    said = Text(given["title_ko"], given["title_en"], given["body_ko"], given["body_en"])
    services = [code.strip() for code in given["services"].split(",") if code.strip()]
    return Interruption(said, given["ground"], given["starts_at"], given["ends_at"], services)


class EndForm(ReasonForm):
    ended_at = moment(_("Over since"))


class MoveEndForm(ReasonForm):
    ends_at = moment(_("New end"))


class AdditionForm(ReasonForm):
    text_ko, text_en = text(_("Addition (Korean)")), text(_("Addition (English)"))


class AudienceForm(ReasonForm):
    """Who is written to about a version of an API."""

    audience = forms.ChoiceField(
        label=_("Who is written to"), choices=ApiAudience, initial=ApiAudience.ALL, widget=UnfoldAdminSelectWidget,
        help_text=_("The notice board tells everybody."),
    )  # fmt: skip


CODE = r"^[a-z0-9][a-z0-9_.-]*$"


def code(label: Any, **more: Any) -> forms.RegexField:
    """The code of a service or of a version."""
    return forms.RegexField(CODE, label=label, widget=UnfoldAdminTextInputWidget(), **{"max_length": 32, **more})


class ListForm(ReasonForm):
    """A version of an API."""

    service = code(_("Service"), max_length=40, help_text=_("Its code; `console` is the console's own API."))
    version = code(_("Version"))
    is_beta = forms.BooleanField(label=_("Beta"), required=False, widget=UnfoldBooleanWidget())


class ChangeForm(ListForm, AudienceForm):
    field_order = ["service", "version", "is_beta", "audience"]  # noqa: RUF012


class EndVersionForm(AudienceForm):
    ends_on = forms.DateField(
        label=_("First day without it"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": " ".join(INPUT_CLASSES)}),
    )
    successor = line(_("What follows it"), required=False, help_text=_("Shown where the version was asked for."))
    field_order = ["ends_on", "successor", "audience"]  # noqa: RUF012


def to_the_minute(at: datetime) -> datetime:
    """An instant as forms say it."""
    return at.astimezone(KST).replace(second=0, microsecond=0)
