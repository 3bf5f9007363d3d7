"""Promotions in the back office: their page with the budget, handouts with their progress, and every row of both."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.conduct import told
from accounts.admin.rows import OfMembersAdmin
from credits.admin.promotion_verbs import Change, Draft, Drop, End, HandOut, Open, Stop, money, promised
from credits.enums import HandoutStatus, PromotionStatus, WhyNot
from credits.models import Handout, HandoutRefusal, Promotion, PromotionGrant
from credits.queries.promotions import phase, promise_of
from upstage_console.kernel import clock
from upstage_console.kernel.admin import CaseFileAdmin, CaseParts, Fact, Happening, Panel, cells
from upstage_console.kernel.figures import grouped

promotion, handout = CaseParts(), CaseParts()
PHASES = {
    "draft": (gettext_lazy("Draft"), ""),
    "coming": (gettext_lazy("Coming"), "accent"),
    "running": (gettext_lazy("Running"), "good"),
    "used_up": (gettext_lazy("Used up"), "warn"),
    "over": (gettext_lazy("Over"), ""),
    "ended": (gettext_lazy("Ended early"), "danger"),
    "dropped": (gettext_lazy("Dropped"), ""),
}
TONES = {HandoutStatus.RUNNING: "accent", HandoutStatus.DONE: "good", HandoutStatus.STOPPED: "danger"}


@admin.register(Promotion)
class PromotionAdmin(CaseFileAdmin):
    parts = promotion
    list_display = (
        "shown_name",
        "shown_phase",
        "shown_amount",
        "shown_granted",
        "shown_budget",
        "starts_at",
        "ends_at",
    )
    list_filter = ("status", "currency", "is_open")
    search_fields = ("name_ko", "name_en")
    list_verbs = (Draft,)
    verbs = (Change, Open, HandOut, End, Drop)

    def headline(self, row: Promotion, at: datetime) -> str:
        """How it stands, and how much of the budget is given."""
        given = {"given": money(row.granted, row), "budget": money(row.budget, row)}
        sentences = {
            PromotionStatus.DRAFT: _("A draft: nobody sees it yet."),
            PromotionStatus.DROPPED: _("A draft that was dropped."),
        }
        so_far = _("%(given)s of %(budget)s are given.") % given
        return sentences.get(PromotionStatus(row.status)) or f"{PHASES[phase(row, at)][0]}. {so_far}"

    @admin.display(description=gettext_lazy("name"))
    def shown_name(self, row: Promotion) -> str:
        return row.name

    @admin.display(description=gettext_lazy("state"), ordering="status")
    def shown_phase(self, row: Promotion) -> SafeString:
        label, tone = PHASES[phase(row, clock.now())]
        return cells.cell("pill", label=label, tone=tone)

    @admin.display(description=gettext_lazy("for each member"), ordering="amount")
    def shown_amount(self, row: Promotion) -> str:
        return money(row.amount, row)

    @admin.display(description=gettext_lazy("given so far"), ordering="granted")
    def shown_granted(self, row: Promotion) -> str:
        return money(row.granted, row)

    @admin.display(description=gettext_lazy("budget"), ordering="budget")
    def shown_budget(self, row: Promotion) -> str:
        return money(row.budget, row)


@promotion.panel(10)
def budget(row: Promotion, at: datetime) -> Panel:
    """How much is given, and for how many more it is enough."""
    joined = row.grants.filter(consent__isnull=False).count()
    promise = promise_of(row)
    share = int(row.granted * 100 / row.budget)
    facts = [
        Fact(_("Given so far"), f"{money(row.granted, row)} ({share}%)"),
        Fact(_("Left of the budget"), money(row.budget - row.granted, row)),
        Fact(_("Enough for"), f"{promise.members_left:,}"),
        Fact(_("Joined by themselves"), f"{joined:,}"),
        Fact(_("Given by staff"), f"{row.grants.filter(consent=None).count():,}"),
    ]
    url = f"{reverse('admin:credits_promotiongrant_changelist')}?promotion__id__exact={row.pk}"
    return Panel(_("Budget"), "admin/case/progress.html", {"facts": facts, "done": share, "whole": 100}, url)


@promotion.panel(20)
def promises(row: Promotion, at: datetime) -> Panel:
    """What it promises."""
    facts = [Fact(line.label, line.after) for line in promised(row, at)]
    facts += [Fact(_("Drafted by"), row.drafted_by or "–"), Fact(_("Opened by"), row.opened_by or "–")]
    return Panel(_("Promise"), "admin/case/facts.html", {"facts": facts})


@promotion.panel(30)
def terms(row: Promotion, at: datetime) -> Panel:
    """Its own terms, as who joins agrees to them."""
    url = ""
    if row.version is not None:
        url = reverse("terms-version", args=[row.version.document.code, row.version.label])
    says = [{"ko": korean, "en": english} for korean, english in row.says]
    return Panel(_("Terms"), "admin/case/says.html", {"says": says}, url)


@promotion.panel(40)
def handouts_of(row: Promotion, at: datetime) -> Panel | None:
    """Every handout, the newest first."""
    found = [
        Fact(one.begun_at, f"{one.get_status_display()} · {one.given:,} / {one.expected:,}",
             reverse("admin:credits_handout_change", args=[one.pk]))
        for one in row.handouts.order_by("-pk")[:10]
    ]  # fmt: skip
    return Panel(_("Handouts"), "admin/case/facts.html", {"facts": found}) if found else None


@promotion.source
def promotion_deeds(row: Promotion, before: datetime, length: int) -> Iterable[Happening]:
    """What was done to it, and its handouts."""
    return told([row.public_id, *(one.public_id for one in row.handouts.all())], before, length)


@admin.register(Handout)
class HandoutAdmin(CaseFileAdmin):
    parts = handout
    list_display = ("begun_at", "promotion", "shown_status", "given", "refused", "expected", "begun_by", "ended_at")
    list_select_related = ("promotion", "begun_by")
    list_filter = ("status",)
    verbs = (Stop,)

    def headline(self, row: Handout, at: datetime) -> str:
        """Of which promotion, and how far it has come."""
        facts = {"name": row.promotion.name, "given": f"{row.given:,}", "of": f"{row.expected:,}"}
        return _("“%(name)s”: given to %(given)s of %(of)s members.") % facts

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Handout) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES[HandoutStatus(row.status)])


@handout.panel(10)
def progress(row: Handout, at: datetime) -> Panel:
    """How many have it, how many were refused, how many it has not come to yet."""
    came_to = row.given + row.refused
    facts = [
        Fact(_("Promotion"), row.promotion.name, reverse("admin:credits_promotion_change", args=[row.promotion_id])),
        Fact(_("Given"), f"{row.given:,}"),
        Fact(_("Refused"), f"{row.refused:,}"),
        Fact(_("Not come to yet"), f"{max(row.expected - came_to, 0):,}" if row.ended_at is None else "–"),
        Fact(_("To"), _("every active member with its currency") if row.to_everybody else _("those who were named")),
        Fact(_("Begun by"), row.begun_by or "–"),
        Fact(_("Ended at"), row.ended_at or "–"),
    ]
    url = f"{reverse('admin:credits_promotiongrant_changelist')}?handout__id__exact={row.pk}"
    shown = {"facts": facts, "done": min(came_to, row.expected), "whole": row.expected}
    return Panel(_("Progress"), "admin/case/progress.html", shown, url)


@handout.panel(20)
def refused(row: Handout, at: datetime) -> Panel | None:
    """How many it refused on which ground; the list names them."""
    counts = dict(row.refusals.order_by().values_list("why").annotate(Count("pk")))
    url = f"{reverse('admin:credits_handoutrefusal_changelist')}?handout__id__exact={row.pk}"
    facts = [Fact(why.label, f"{counts[why]:,}", f"{url}&why__exact={why}") for why in WhyNot if why in counts]
    return Panel(_("Refused, and why"), "admin/case/facts.html", {"facts": facts}, url) if facts else None


@handout.source
def handout_deeds(row: Handout, before: datetime, length: int) -> Iterable[Happening]:
    """What was done with it."""
    return told([row.public_id], before, length)


class RowsOfPromotions(OfMembersAdmin):
    """Lists that the pages of promotions and handouts lead to."""

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        return lookup in ("promotion__id__exact", "handout__id__exact") or super().lookup_allowed(
            lookup, value, request
        )


@admin.register(PromotionGrant)
class PromotionGrantAdmin(RowsOfPromotions):
    list_display = ("at", "member", "promotion", "shown_amount", "lot", "shown_way")
    list_select_related = ("member", "promotion", "lot")
    list_filter = ("at",)
    fields = ("member", "promotion", "shown_amount", "lot", "shown_way", "handout", "at")
    readonly_fields = ("shown_amount", "shown_way")

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def shown_amount(self, row: PromotionGrant) -> str:
        return grouped(row.amount)

    @admin.display(description=gettext_lazy("how"))
    def shown_way(self, row: PromotionGrant) -> str:
        return _("joined") if row.consent_id else _("given by staff")


@admin.register(HandoutRefusal)
class HandoutRefusalAdmin(RowsOfPromotions):
    list_display = ("member", "handout", "why")
    list_select_related = ("member", "handout__promotion")
    list_filter = ("why",)
