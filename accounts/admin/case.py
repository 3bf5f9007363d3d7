"""A member's case file: what accounts know. Credits, billing and contracts add their own parts to `member`."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Language, MemberKind, MemberStatus
from accounts.models import Consent, Member, Notice
from accounts.queries import missing_consents, standing
from upstage_console.kernel.admin import CaseParts, Fact, Happening, Panel, label_of
from upstage_console.kernel.admin.cells import local
from upstage_console.kernel.models import AuditEvent, Transition

member = CaseParts()
TOLD_ELSEWHERE = {"terms.agreed", "terms.rejected"}
"""Actions whose story another source of the timeline tells better."""


def headline(row: Member, at: datetime) -> str:
    """The state of a membership in one sentence."""
    status = MemberStatus(row.status)
    if status is MemberStatus.ACTIVE:
        may_use = standing(row, at=at).may_use
        return (
            _("An active member who may use every service.") if may_use else _("An active member under restrictions.")
        )
    sentences = {
        MemberStatus.APPLIED: _("An applicant who has not verified the e-mail address yet."),
        MemberStatus.HELD: _("An applicant who waits for our answer."),
        MemberStatus.REJECTED: _("An applicant whom we refused."),
        MemberStatus.WITHDRAWN: _("A member who left."),
        MemberStatus.DISQUALIFIED: _("A member who lost the membership."),
        MemberStatus.ERASED: _("A former member whose data is erased."),
    }
    return sentences[status]


@member.panel(10)
def facts(row: Member, at: datetime) -> Panel:
    """Who the member is."""
    is_firm = row.kind == MemberKind.FIRM
    known = [
        Fact(_("Status"), row.get_status_display()),
        Fact(_("Kind"), row.get_kind_display()),
        Fact(_("E-mail address"), row.user.email),
        Fact(_("Phone"), row.phone or "–"),
        Fact(_("Business registration number"), row.business_number or "–")
        if is_firm
        else Fact(_("Born on"), row.born_on or "–"),
        Fact(_("Country and currency"), f"{row.country} · {row.currency}"),
        Fact(_("Language"), Language(row.language).label),
        Fact(_("Applied at"), row.applied_at),
        Fact(_("Accepted at"), row.accepted_at or "–"),
        Fact(_("Public id"), row.public_id),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@member.panel(50)
def keys(row: Member, at: datetime) -> Panel:
    """The keys, live ones first."""
    found = sorted(row.api_keys.all(), key=lambda key: key.revoked_at is not None)
    shown = [{"key": key, "url": reverse("admin:accounts_apikey_change", args=[key.pk])} for key in found[:10]]
    url = f"{reverse('admin:accounts_apikey_changelist')}?member__id__exact={row.pk}"
    return Panel(_("API keys"), "admin/case/keys.html", {"keys": shown, "at": at, "count": len(found)}, url)


@member.panel(60)
def consents(row: Member, at: datetime) -> Panel:
    """What was agreed to, and what is missing."""
    found = row.consents.select_related("version__document").order_by("-id")[:10]
    return Panel(
        _("Consents"), "admin/case/consents.html", {"consents": found, "missing": missing_consents(row.pk, at)}
    )


@member.source
def deeds(row: Member, before: datetime, length: int) -> Iterable[Happening]:
    """What was done, with the move of the state it made."""
    events = AuditEvent.objects.filter(about=row.public_id, at__lt=before).exclude(action__in=TOLD_ELSEWHERE)
    moves = {move.at: move for move in Transition.objects.filter(subject=row.public_id, at__lt=before)}
    for event in events.select_related("actor").order_by("-id")[:length]:
        move = moves.get(event.at) if event.subject == row.public_id else None
        yield Happening(
            at=event.at, what=label_of(event.action), kind="deed", by=_name(event.actor), clauses=event.clauses,
            detail=" · ".join(text for text in (_told(move), event.reason, *_changes(event)) if text),
        )  # fmt: skip


@member.source
def letters(row: Member, before: datetime, length: int) -> Iterable[Happening]:
    """What the member was told."""
    for notice in Notice.objects.filter(member=row, at__lt=before).order_by("-id")[:length]:
        url = reverse("admin:accounts_notice_change", args=[notice.pk])
        yield Happening(
            at=notice.at, what=local(notice, "subject"), kind="letter", clauses=notice.clauses, url=url,
            detail=_("Read") if notice.read_at else _("Not read yet"),
        )  # fmt: skip


@member.source
def agreements(row: Member, before: datetime, length: int) -> Iterable[Happening]:
    """What the member agreed to, or refused."""
    found = Consent.objects.filter(member=row, at__lt=before).select_related("version__document").order_by("-id")
    for consent in found[:length]:
        yield Happening(
            at=consent.at, what=f"{consent.version.document} · {consent.get_mode_display()}", kind="consent",
            detail=consent.version.label, clauses=["upstage/3.1"],
        )  # fmt: skip


def _name(actor: object | None) -> str:
    return str(actor) if actor else _("the system")


def _told(move: Transition | None) -> str:
    if move is None:
        return ""
    return f"{MemberStatus(move.from_state).label} → {MemberStatus(move.to_state).label}"


def _changes(event: AuditEvent) -> list[str]:
    return [str(value) for value in event.facts.values()] if event.action == "member.changed" else []
