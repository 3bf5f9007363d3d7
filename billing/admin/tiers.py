"""Tables of bonus tiers in the back office: drafted, looked at beside the one in force, published, never changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from billing.admin.tier_forms import TierTableForm, asked, written
from billing.enums import TABLE_MOVES, PurchaseMode, TableStatus
from billing.models import Tier, TierTable
from billing.queries import recharging
from billing.queries import tiers as queries
from billing.rules.bonus import TierLine, bonus, reached
from billing.services import tiers
from upstage_console.kernel.admin import Done, ReadOnlyRows, Row, ServiceActionAdmin, Text, Verb, cells, no_move
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.figures import grouped
from upstage_console.kernel.wording import money, tongue

TONES = {TableStatus.DRAFT: "", TableStatus.PUBLISHED: "good", TableStatus.DROPPED: "danger"}
Key = tuple[str, str, Decimal]


def effect(table: TierTable, *, at: datetime) -> list[Row]:
    """What the table changes against the one that holds on the day before it, and for the plans that run."""
    before = _by_key(queries.lines_on(table.effective_on - timedelta(days=1)))
    after = _by_key(map(queries.line_of, table.tiers.all()))
    rows = [
        Row(_name(line), _said(after.get(key)), before=_said(before.get(key)))
        for key, line in sorted({**before, **after}.items())
    ]
    return [*rows, _plans(before.values(), after.values())]


def _by_key(lines: Iterable[TierLine]) -> dict[Key, TierLine]:
    return {(line.currency, line.mode, line.minimum): line for line in lines}


def _name(line: TierLine) -> str:
    amount = money(line.minimum, line.currency, tongue(get_language()))
    return f"{PurchaseMode(line.mode).label} · {amount}"


def _said(line: TierLine | None) -> str:
    if line is None:
        return "–"
    days = f" · {_('%(days)s days') % {'days': line.valid_days}}" if line.valid_days else ""
    return f"{grouped(line.percent)} %{days}"


def _plans(before: Iterable[TierLine], after: Iterable[TierLine]) -> Row:
    """How many of the auto-recharges that run get more, and less, with the new table."""
    more = less = 0
    was, will = list(before), list(after)
    for one in recharging.running_options():
        then, now = (bonus(one.amount, reached(lines, one.amount, one.mode, one.currency)) for lines in (will, was))
        more, less = more + one.plans * (then > now), less + one.plans * (then < now)
    counted = {"more": f"{more:,}", "less": f"{less:,}"}
    return Row(_("Auto-recharges"), _("%(more)s get more, %(less)s get less") % counted)


class DraftTable(Verb):
    name, label, tone, icon = "draft", gettext_lazy("Draft a table"), "primary", "table_edit"
    permission, form = "billing.publish_tiers", TierTableForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("Nobody sees a draft. Once it is published it replaces the whole table from its day on.")

    def initial(self, row: None, *, at: datetime) -> Mapping[str, Any]:
        tomorrow = kst_date(at) + timedelta(days=1)
        return {"effective_on": tomorrow, "lines": written(queries.lines_on(kst_date(at)))}

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("The table is drafted."), result=tiers.draft(**asked(given), by=by, at=at))

    def rows(self, row: None, done: Done, *, at: datetime) -> list[Row]:
        return effect(done.result, at=at)


class OfTable(Verb):
    permission = "billing.publish_tiers"
    to: TableStatus

    def refusal(self, row: TierTable, *, at: datetime) -> Refusal | None:
        return no_move(row.status, self.to, TABLE_MOVES)


class RewriteTable(OfTable):
    name, label, icon, form = "rewrite", gettext_lazy("Write the draft anew"), "edit", TierTableForm
    to = TableStatus.DROPPED

    def sentence(self, row: TierTable, *, at: datetime) -> Text:
        return _("The draft is dropped, and a new one takes its place.")

    def initial(self, row: TierTable, *, at: datetime) -> Mapping[str, Any]:
        return {"effective_on": row.effective_on, "lines": written(map(queries.line_of, row.tiers.all()))}

    def run(self, row: TierTable, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = tiers.redraft(row.public_id, **asked(given), by=by, at=at)
        return Done(_("The table is drafted anew."), result=made)

    def rows(self, row: TierTable, done: Done, *, at: datetime) -> list[Row]:
        return effect(done.result, at=at)


class PublishTable(OfTable):
    name, label, tone, icon = "publish", gettext_lazy("Publish it"), "primary", "publish"
    to = TableStatus.PUBLISHED

    def sentence(self, row: TierTable, *, at: datetime) -> Text:
        return _("Everybody sees it at once, and it gives the bonus from its day on. It can then only be replaced.")

    def run(self, row: TierTable, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        published = tiers.publish(row.public_id, by=by, at=at, reason=given["reason"])
        return Done(_("The table is published."), result=published)

    def rows(self, row: TierTable, done: Done, *, at: datetime) -> list[Row]:
        return effect(row, at=at)


class DropTable(OfTable):
    name, label, icon = "drop", gettext_lazy("Drop the draft"), "delete"
    to = TableStatus.DROPPED

    def sentence(self, row: TierTable, *, at: datetime) -> Text:
        return _("The draft stays in the list, and is never published.")

    def run(self, row: TierTable, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        dropped = tiers.drop(row.public_id, by=by, at=at, reason=given["reason"])
        return Done(_("The draft is dropped."), result=dropped)


class TierRows(ReadOnlyRows):
    model = Tier
    fields = ("mode", "currency", "minimum", "bonus_percent", "valid_days")


@admin.register(TierTable)
class TierTableAdmin(ServiceActionAdmin):
    list_display = ("effective_on", "shown_status", "shown_tiers", "drafted_by", "published_by", "published_at")
    list_filter = ("status",)
    list_select_related = ("drafted_by", "published_by")
    readonly_fields = ("public_id",)
    inlines = (TierRows,)
    list_verbs = (DraftTable,)
    verbs = (RewriteTable, PublishTable, DropTable)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TierTable]:
        return super().get_queryset(request).annotate(lines=Count("tiers"))

    @admin.display(description=gettext_lazy("tiers"))
    def shown_tiers(self, row: Any) -> str:
        return ngettext("%(count)s tier", "%(count)s tiers", row.lines) % {"count": row.lines}

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: TierTable) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES[TableStatus(row.status)])
