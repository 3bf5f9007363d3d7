"""Versions of the APIs: brought out, changed, ended with the notice they need (upstage/12-2)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import AnnouncementKind, ApiAudience, MemberStatus
from accounts.models import ApiVersion, Member
from accounts.queries import api_versions as versions
from accounts.rules import api_versions as rules
from accounts.services import announcements
from accounts.services.announcements import Post
from accounts.services.broadcasts import tell_all
from accounts.services.notices import Text, compose
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, day_start, kst_date, window_before
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone

CHANGED = ("upstage/12-2.1", "upstage/12-2.2", "upstage/12-2.3")
BETA = ("upstage/12-2.3", "upstage/12-2.6")
ENDED = ("upstage/12-2.4", "upstage/12-2.5")
YEARS_OF_USE = 1
"""Whose key was used within this time counts as using the API."""


@transaction.atomic
def record(*, service: str, version: str, by: Any, at: datetime, is_beta: bool = False, reason: str = "") -> ApiVersion:
    """List a version that is there already, without telling anybody; refuses with `already_done`."""
    return _new(service, version, is_beta=is_beta, old_until=None, by=by, at=at, reason=reason)


@enforces("upstage/12-2.1")
@transaction.atomic
def change(
    *,
    service: str,
    version: str,
    by: Any,
    at: datetime,
    is_beta: bool = False,
    audience: ApiAudience = ApiAudience.ALL,
    reason: str = "",
) -> ApiVersion:
    """Bring out a version: the specification before it stays to the end of the 30th day (upstage/12-2.2).

    Told on the notice board and, unless it is a beta (12-2.6), to `audience`. Refuses with `already_done`.
    """
    until = rules.old_until(kst_date(at), is_beta=is_beta)
    row = _new(service, version, is_beta=is_beta, old_until=until, by=by, at=at, reason=reason)
    text = _changed(row)
    clauses = CHANGED if until else BETA
    _post(row, text, clauses, by=by, at=at)
    if until:
        _tell(row, text, clauses, audience, key=f"api-changed:{row.public_id}", at=at)
        _ask_to_keep(row, until, at)
    return row


@enforces("upstage/12-2.4")
@transaction.atomic
def end(
    *,
    service: str,
    version: str,
    ends_on: date,
    by: Any,
    at: datetime,
    successor: str = "",
    audience: ApiAudience = ApiAudience.ALL,
    reason: str = "",
) -> ApiVersion:
    """Announce the end of a version; `ends_on` is the first day (KST) without it.

    Refuses with `unknown_api_version`, `already_done` where its end is announced, `notice_too_short` (with the earliest
    day) and `invalid_dates`. Betas need no notice (upstage/12-2.6).
    """
    row: ApiVersion = ApiVersion.objects.locked().get(pk=versions.version_of(service, version).pk)
    if row.ends_on is not None:
        raise AlreadyDone(clauses=ENDED)
    rules.require_notice(kst_date(at), ends_on, is_beta=row.is_beta)
    row.ends_on, row.end_announced_at, row.successor = ends_on, at, successor.strip()
    row.save(update_fields=["ends_on", "end_announced_at", "successor"])
    facts = {"service": service, "version": version, "ends_on": ends_on}
    audit.record("api_version.ended", row, by=by, at=at, reason=reason, clauses=ENDED, facts=facts)
    text = _ended(row)
    _post(row, text, ENDED, by=by, at=at)
    _tell(row, text, ENDED, audience, key=f"api-ends:{row.public_id}", at=at)
    _ask_to_switch_off(row, at)
    _learn(row)
    return row


def _new(
    service: str, version: str, *, is_beta: bool, old_until: date | None, by: Any, at: datetime, reason: str
) -> ApiVersion:
    begun = {"is_beta": is_beta, "since": at, "old_until": old_until}
    row, is_new = ApiVersion.objects.get_or_create(service=service, version=version, defaults=begun)
    if not is_new:
        raise AlreadyDone
    facts = {"service": service, "version": version, "beta": is_beta}
    audit.record("api_version.began", row, by=by, at=at, reason=reason, clauses=["upstage/12-2.3"], facts=facts)
    return row


def _changed(row: ApiVersion) -> Text:
    facts = {"service": row.service, "version": row.version, "until": row.old_until}
    if row.old_until is None:
        return compose(
            _("%(service)s API: beta version %(version)s"),
            _("The beta version %(version)s of the %(service)s API is here. Betas may change or stop without notice."),
            **facts,
        )
    return compose(
        _("%(service)s API: version %(version)s"),
        _(
            "Version %(version)s of the %(service)s API is here. The specification before it goes on answering to the "
            "end of %(until)s (KST), so that you can change over in that time."
        ),
        **facts,
    )


def _ended(row: ApiVersion) -> Text:
    facts = {"service": row.service, "version": row.version, "ends_on": row.ends_on, "successor": row.successor}
    body = _(
        "Version %(version)s of the %(service)s API ends on %(ends_on)s at 00:00 (KST); then it answers no more. "
        "When a service has no API left, the input and output stored for it are deleted, save what a law keeps."
    )
    followed = _(
        "Version %(version)s of the %(service)s API ends on %(ends_on)s at 00:00 (KST); then it answers no more. "
        "It is followed by %(successor)s. When a service has no API left, the input and output stored for it are "
        "deleted, save what a law keeps."
    )
    subject = _("%(service)s API: version %(version)s ends on %(ends_on)s")
    return compose(subject, followed if row.successor else body, **facts)


def _post(row: ApiVersion, text: Text, clauses: tuple[str, ...], *, by: Any, at: datetime) -> None:
    post = Post(
        kind=AnnouncementKind.API_VERSION,
        title_ko=text.subject_ko,
        title_en=text.subject_en,
        body_ko=text.body_ko,
        body_en=text.body_en,
        clauses=clauses,
        api_version=row,
        services=[row.service],
    )
    announcements.publish(post, by=by, at=at)


def _tell(
    row: ApiVersion, text: Text, clauses: tuple[str, ...], audience: ApiAudience, *, key: str, at: datetime
) -> None:
    members = Member.objects.filter(status=MemberStatus.ACTIVE)
    if audience == ApiAudience.USERS:
        first, _last = window_before(kst_date(at), years=YEARS_OF_USE)
        members = members.filter(api_keys__last_used_at__gte=day_start(first)).distinct()
    tell_all(members, about="api_version", text=text, key=key, clauses=clauses, at=at)


def _ask_to_keep(row: ApiVersion, until: date, at: datetime) -> None:
    due.open_item(
        "old_specification",
        row,
        title_ko=f"이전 API 스펙을 내려도 되는 날: {row}",
        title_en=f"The specification before {row} may be taken down",
        clause="upstage/12-2.2",
        due_at=day_end(until),
        warn_at=day_end(until),
        at=at,
    )


def _ask_to_switch_off(row: ApiVersion, at: datetime) -> None:
    """The console's own API ends by itself; that of another service is switched off by people."""
    if row.service == versions.CONSOLE or row.ends_on is None:
        return
    due.open_item(
        "api_version_end",
        row,
        title_ko=f"API 버전 종료: {row}",
        title_en=f"Switch off {row}",
        clause="upstage/12-2.4",
        due_at=day_end(row.ends_on),
        warn_at=max(at, day_start(row.ends_on)),
        at=at,
    )


def _learn(row: ApiVersion) -> None:
    """This process reads the console's own end anew: at once, and once the announcement stands."""
    if row.service == versions.CONSOLE:
        versions.known.forget()
        transaction.on_commit(versions.known.forget)
