"""The table of bonus tiers in force on a day, and its history (upstage/15.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from billing.enums import PurchaseMode, TableStatus
from billing.models import Tier, TierTable
from billing.rules.bonus import TierLine


def published() -> QuerySet[TierTable]:
    """Every version that was published with its tiers, the latest first; two queries."""
    rows: QuerySet[TierTable] = TierTable.objects.filter(status=TableStatus.PUBLISHED).prefetch_related("tiers")
    return rows.order_by("-effective_on", "-published_at", "-id")


def in_force(on: date) -> TierTable | None:
    """The version that holds on a KST day as far as is published now, or None before the first."""
    return published().filter(effective_on__lte=on).first()


def lines_on(on: date) -> list[TierLine]:
    """The tiers that hold on a KST day."""
    table = in_force(on)
    return [] if table is None else [line_of(tier) for tier in table.tiers.all()]


def line_of(tier: Tier) -> TierLine:
    """A row of the table as the rules read it."""
    return TierLine(tier.mode, tier.currency, tier.minimum, tier.bonus_percent, tier.valid_days, tier.pk)


@dataclass(frozen=True)
class Ladder:
    """The tiers of one mode, the lowest first."""

    mode: PurchaseMode
    lines: list[TierLine]


def ladders(lines: Iterable[TierLine], currency: str) -> list[Ladder]:
    """The tiers of a currency by mode; modes without tiers are left out."""
    own = sorted((one for one in lines if one.currency == currency), key=lambda one: one.minimum)
    found = [Ladder(mode, [one for one in own if one.mode == mode]) for mode in PurchaseMode]
    return [ladder for ladder in found if ladder.lines]
