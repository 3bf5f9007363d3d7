"""What a version's page in the back office shows: of a draft what it still needs, of a published one who said what."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Notice, Version
from accounts.queries.amendments import answers_by_mode, days_of_notice, earliest_day, is_amendment, version_before
from accounts.queries.texts import comparison, text_of
from accounts.rules.amendments import notice_clauses
from accounts.services import telling
from accounts.services.amendments import missing_in
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date

STATES = {"same": (_("as before"), ""), "changed": (_("changed"), "warn"), "added": (_("new"), "good")}


def state_of(version: Version, at: datetime) -> tuple[str | Promise, str]:
    """The state of a version in a word, with the tone it is shown in."""
    if version.published_at is None:
        return _("draft"), "warn"
    if version.effective_on > kst_date(at):
        return _("announced"), "good"
    return _("in effect since its day"), ""


def version_context(request: HttpRequest, version: Version) -> dict[str, Any]:
    """What the page shows above the fields."""
    at = clock.now()
    if version.published_at is None:
        may_write = request.user.has_perm("accounts.change_version")
        return {"draft": _draft(version, at), "articles": _articles(version), "may_write": may_write}
    return {"announced": _announced(version)}


def _draft(version: Version, at: datetime) -> dict[str, Any]:
    today = kst_date(at)
    earliest = earliest_day(version, announced=today)
    return {
        "today": today,
        "days": days_of_notice(version),
        "earliest": earliest,
        "is_amendment": is_amendment(version),
        "is_too_early": version.effective_on < earliest,
        "clauses": notice_clauses(version.document.code),
        "missing": missing_in(version),
        "told": telling.compose(version, at=at),
    }


def _articles(version: Version) -> list[dict[str, Any]]:
    """The articles of a draft with what became of each, and those that are gone."""
    before = version_before(version)
    if before is None:
        kinds = {article.code: "added" for article in text_of(version).articles}
        gone = []
    else:
        found, _has_text = comparison(before, version)
        kinds = {one.after.code: one.kind for one in found if one.after}
        gone = [one.before for one in found if one.before and one.after is None]
    rows = [
        {"article": article, "state": STATES[kinds.get(article.code, "same")],
         "url": reverse("admin:accounts_version_article", args=[version.pk, article.code])}
        for article in version.articles.order_by("position")
    ]  # fmt: skip
    return [*rows, *({"article": one, "state": (_("removed"), "danger"), "url": ""} for one in gone)]


def _announced(version: Version) -> dict[str, Any]:
    notices = Notice.objects.filter(key=telling.key_of(version))
    return {
        "told": notices.count(),
        "bounced": notices.filter(bounced_at__isnull=False).count(),
        "said": [(mode.label, count) for mode, count in answers_by_mode(version).items()],
        "told_at": version.told_at,
        "deemed_at": version.deemed_at,
        "before": version_before(version),
    }
