"""Sending advertising: only to who agreed, at an hour they agreed to, marked and with a way out (upstage/13).

What a member is sent is decided twice: when the campaign reaches the member, and when the message leaves; so a refusal
works at once, also on what already waits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.enums import CAMPAIGN_MOVES, CampaignStatus, Channel
from accounts.errors import ChannelUnavailable, NightTime, NoMarketingConsent
from accounts.gateways import Parcel, carrier_of
from accounts.models import Advertisement, Campaign, Member
from accounts.queries.advertising import agreed_members, newest_answer
from accounts.rules import advertising as rules
from accounts.services import marketing
from accounts.services.members import require_active
from upstage_console.kernel import audit, outbox
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import Invalid, Refusal
from upstage_console.kernel.transitions import move

TOPIC: Final = "advertising"
MEMBERS_AT_A_TIME: Final = 1000


@dataclass(frozen=True)
class Advert:
    """What is advertised, in both languages; “(광고)” is put before the subject by itself."""

    subject_ko: str
    subject_en: str
    body_ko: str
    body_en: str
    channel: str = Channel.EMAIL


@enforces("upstage/13")
def require_may_send(member: Member, channel: str, *, at: datetime) -> None:
    """Refuse `not_active`, `no_marketing_consent` or, between 21:00 and 08:00 Korean time, `night_time`."""
    answer = newest_answer(member.pk)
    if answer is None or not rules.is_agreed(answer, at=at):
        raise NoMarketingConsent
    require_active(member)
    if not rules.may_send_now(answer, channel, at=at):
        raise NightTime(facts={"time": f"{at.astimezone(KST):%H:%M}"})


@transaction.atomic
def begin(advert: Advert, *, reason: str, by: Any, at: datetime) -> Campaign:
    """Begin to send an advertisement to everybody who agreed; the job goes through them in batches.

    Refuses `channel_unavailable` where nothing carries the channel, and `invalid` without a text in both languages.
    """
    if not carrier_of(advert.channel).is_connected:
        raise ChannelUnavailable(facts={"channel": Channel(advert.channel).label})
    row = _create(advert, by=by, at=at)
    audit.record("advertising.begun", row, by=by, at=at, reason=reason, clauses=marketing.CLAUSES)
    return row


def _create(advert: Advert, *, by: Any, at: datetime) -> Campaign:
    texts = {name: value for name, value in vars(advert).items() if name != "channel"}
    if not all(text.strip() for text in texts.values()):
        raise Invalid
    return Campaign.objects.create(channel=advert.channel, sent_by=by, begun_at=at, **texts)


@enforces("upstage/13")
@transaction.atomic
def send_to(member_id: int, advert: Advert, *, by: Any, at: datetime) -> Advertisement:
    """Send an advertisement to one member; refuses as `require_may_send`."""
    member = Member.objects.filter(pk=member_id).locked().get()
    require_may_send(member, advert.channel, at=at)
    campaign = _create(advert, by=by, at=at)
    move(campaign, CampaignStatus.SENT, allowed=CAMPAIGN_MOVES, by=by, at=at, ended_at=at)
    row = Advertisement.objects.create(campaign=campaign, member=member, at=at)
    outbox.put(TOPIC, row.public_id, {"advertisement": row.public_id}, at=at)
    audit.record("advertising.sent", row, by=by, at=at, about=member, clauses=marketing.CLAUSES)
    return row


@transaction.atomic
def stop(campaign_id: str, *, reason: str, by: Any, at: datetime) -> Campaign:
    """Offer it to nobody more; refuses `already_done` and, once all is sent, `not_allowed`."""
    row: Campaign = Campaign.objects.get_public(campaign_id)
    move(row, CampaignStatus.STOPPED, allowed=CAMPAIGN_MOVES, by=by, at=at, reason=reason, ended_at=at)
    audit.record("advertising.stopped", row, by=by, at=at, reason=reason, clauses=marketing.CLAUSES)
    return row


@enforces("upstage/13")
def send_campaigns(*, at: datetime) -> int:
    """Go on with every campaign that is being sent, a batch of members at a time; returns how many it was sent to."""
    sending = Campaign.objects.filter(status=CampaignStatus.SENDING).order_by("pk").values_list("pk", flat=True)
    sent = 0
    for campaign_id in list(sending):
        while (batch := _send_batch(campaign_id, at)) is not None:
            sent += batch
    return sent


@transaction.atomic
def _send_batch(campaign_id: int, at: datetime) -> int | None:
    """One batch, with how far the campaign has come, in one transaction; None at its end."""
    row = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.SENDING).locked().first()
    if row is None or _waits_for_morning(row, at):
        return None
    members = list(agreed_members(at=at).filter(pk__gt=row.reached)[:MEMBERS_AT_A_TIME])
    if not members:
        move(row, CampaignStatus.SENT, allowed=CAMPAIGN_MOVES, by=None, at=at, ended_at=at)
        return None
    written = [Advertisement(campaign=row, member=one, at=at) for one in members]
    Advertisement.objects.bulk_create(written)
    outbox.put_all(TOPIC, [(one.public_id, {"advertisement": one.public_id}) for one in written], at=at)
    row.reached = members[-1].pk
    row.save(update_fields=["reached"])
    return len(written)


def _waits_for_morning(row: Campaign, at: datetime) -> bool:
    """Where the night is forbidden to some, everybody gets it by day."""
    return row.channel != Channel.EMAIL and rules.is_night(at)


# Leaving


def deliver(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Send one advertisement, unless the member has refused since, or the night has begun."""
    rows = Advertisement.objects.select_related("campaign", "member__user")
    row: Advertisement = rows.get_public(payload["advertisement"])
    if row.sent_at is not None:
        return
    try:
        require_may_send(row.member, row.campaign.channel, at=at)
    except Refusal as refusal:
        Advertisement.objects.filter(pk=row.pk).update(withheld=refusal.code)
        return
    carrier_of(row.campaign.channel).send(parcel_of(row.campaign, row.member, row.member.language, row.public_id))
    Advertisement.objects.filter(pk=row.pk).update(sent_at=at, withheld="")


def parcel_of(campaign: Campaign, member: Member, language: str, name: str) -> Parcel:
    """An advertisement as one member gets it, in a language."""
    opt_out = f"{settings.SITE_URL}{reverse('opt-out', args=[marketing.opt_out_token(member)])}"
    subject = f"{rules.LABEL} {getattr(campaign, f'subject_{language}')}"
    shown = {
        "subject": subject,
        "body": getattr(campaign, f"body_{language}"),
        "member": member,
        "opt_out": opt_out,
        "company": settings.COMPANY,
        "sender": settings.DEFAULT_FROM_EMAIL,
        "site": settings.SITE_URL,
    }
    with translation.override(language):
        text = render_to_string("emails/advertisement.txt", shown)
        html = render_to_string("emails/advertisement.html", shown)
    return Parcel(member.user.email, member.phone, subject, text, html, opt_out, f"<{name}@upstage-console>")
