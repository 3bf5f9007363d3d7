"""Advertising at the desk: who agreed, and sending to all of them (upstage/13)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts.admin import case
from accounts.admin.rows import OfMembersAdmin
from accounts.enums import CAMPAIGN_MOVES, CampaignStatus, Channel
from accounts.models import Campaign, MarketingConsent, Member
from accounts.queries.advertising import agreed_members, answers_of_member
from accounts.rules.advertising import LABEL, is_agreed, reconfirm_by
from accounts.services import campaigns
from accounts.services.campaigns import Advert
from accounts.services.marketing import state_of
from upstage_console.kernel.admin import (
    Done,
    Fact,
    Panel,
    ReasonForm,
    Row,
    ServiceActionAdmin,
    Text,
    Verb,
    cells,
    no_move,
)
from upstage_console.kernel.errors import Refusal

TONES = {CampaignStatus.SENDING: "accent", CampaignStatus.SENT: "good", CampaignStatus.STOPPED: "danger"}


def _line(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=150, widget=UnfoldAdminTextInputWidget)


def _text(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=5000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}))


class AdvertForm(ReasonForm):
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), choices=Channel, initial=Channel.EMAIL, widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("No gateway for text messages is connected: only e-mail can be sent."),
    )  # fmt: skip
    subject_ko = _line(gettext_lazy("Subject (Korean)"))
    subject_en = _line(gettext_lazy("Subject (English)"))
    body_ko = _text(gettext_lazy("Text (Korean)"))
    body_en = _text(gettext_lazy("Text (English)"))


class SendAdvertising(Verb):
    name, label, tone = "send", gettext_lazy("Send advertising"), "primary"
    permission = "accounts.send_campaign"
    form = AdvertForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _(
            "It goes to every active member whose consent holds when it leaves, in batches. Each message is marked "
            "“(광고)”, names the sender, and has a link to refuse without logging in."
        )

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        names = ("subject_ko", "subject_en", "body_ko", "body_en")
        advert = Advert(**{name: given[name] for name in names}, channel=given["channel"])
        campaign = campaigns.begin(advert, reason=given["reason"], by=by, at=at)
        return Done(_("The advertisement is being sent."), result=campaign)

    def rows(self, row: None, done: Done, *, at: datetime) -> list[Row]:
        campaign: Campaign = done.result
        return [
            Row(_("Members who agreed"), str(agreed_members(at=at).count())),
            Row(_("Subject (Korean)"), f"{LABEL} {campaign.subject_ko}"),
            Row(_("Text (Korean)"), campaign.body_ko),
            Row(_("Subject (English)"), f"{LABEL} {campaign.subject_en}"),
            Row(_("Text (English)"), campaign.body_en),
        ]


class Stop(Verb):
    name, label, tone = "stop", gettext_lazy("Stop sending"), "danger"
    permission = "accounts.send_campaign"

    def refusal(self, row: Campaign, *, at: datetime) -> Refusal | None:
        return no_move(row.status, CampaignStatus.STOPPED, CAMPAIGN_MOVES)

    def sentence(self, row: Campaign, *, at: datetime) -> Text:
        return _("It is offered to nobody more. What has been sent stays sent.")

    def run(self, row: Campaign, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        campaign = campaigns.stop(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The advertisement is stopped."), result=campaign)


@admin.register(Campaign)
class CampaignAdmin(ServiceActionAdmin):
    list_display = ("shown_subject", "channel", "shown_status", "begun_at", "ended_at", "sent_by")
    list_display_links = ("shown_subject",)
    list_select_related = ("sent_by",)
    list_filter = ("status", "channel")
    search_fields = ("subject_ko", "subject_en")
    search_help_text = gettext_lazy("Words of the subject")
    ordering = ("-id",)
    fields = ("public_id", "channel", "shown_status", "subject_ko", "subject_en", "body_ko", "body_en", "sent_by",
              "begun_at", "ended_at", "shown_sent", "shown_withheld")  # fmt: skip
    readonly_fields = ("public_id", "shown_status", "shown_sent", "shown_withheld")
    list_verbs = (SendAdvertising,)
    verbs = (Stop,)

    @admin.display(description=gettext_lazy("subject"), ordering="subject_ko")
    def shown_subject(self, row: Campaign) -> str:
        return cells.local(row, "subject")

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Campaign) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(CampaignStatus(row.status), ""))

    @admin.display(description=gettext_lazy("sent to"))
    def shown_sent(self, row: Campaign) -> int:
        return row.advertisements.filter(sent_at__isnull=False).count()

    @admin.display(description=gettext_lazy("withheld, as consent ended or the night began"))
    def shown_withheld(self, row: Campaign) -> int:
        return row.advertisements.exclude(withheld="").count()


@admin.register(MarketingConsent)
class MarketingConsentAdmin(OfMembersAdmin):
    list_display = ("member", "given", "night", "is_reconfirmation", "at", "until")
    list_filter = ("given", "night", "at")
    fields = ("member", "given", "night", "is_reconfirmation", "at", "until")
    readonly_fields = ("until",)
    ordering = ("-id",)

    @admin.display(description=gettext_lazy("reconfirm by"))
    def until(self, row: MarketingConsent) -> Any:
        return reconfirm_by(row.at) if row.given else "–"


@case.member.panel(65)
def advertising(row: Member, at: datetime) -> Panel:
    """Whether advertising may be sent, and since when."""
    newest, holding = answers_of_member(row.pk).first(), state_of(row.pk, at=at)
    if newest is None:
        known = [Fact(_("Advertising"), _("never agreed"))]
    elif holding is not None and is_agreed(holding, at=at):
        night = _("also at night") if holding.night else _("by day")
        known = [Fact(_("Advertising"), f"{_('Agreed')} · {night}"), Fact(_("Agreed at"), holding.at)]
        known.append(Fact(_("Reconfirm by"), reconfirm_by(holding.at)))
    else:
        state = _("not reconfirmed in time") if newest.given else _("refused")
        known = [
            Fact(_("Advertising"), state),
            Fact(_("Since"), reconfirm_by(newest.at) if newest.given else newest.at),
        ]
    url = f"{reverse('admin:accounts_marketingconsent_changelist')}?member__id__exact={row.pk}"
    return Panel(_("Advertising"), "admin/case/facts.html", {"facts": known}, url)
