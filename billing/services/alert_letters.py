"""What members read when their own limits are reached."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from accounts.services.notices import Letter, Text
from billing.models import OwnLimits
from billing.rules.limits import Crossing
from upstage_console.kernel.calendars import month_end
from upstage_console.kernel.money import Money
from upstage_console.kernel.wording import month as named

ABOUT = {Crossing.SOFT: "spending_limit", Crossing.HARD: "spending_limit", Crossing.LOW: "low_balance"}


def letter(row: OwnLimits, crossing: Crossing, spent: Decimal, available: Decimal, month: date) -> Letter:
    """The letter of one crossing; the row comes with its member and has counted it."""
    text = _low(row, available) if crossing == Crossing.LOW else _limit(row, crossing, spent, month)
    return Letter(row.member_id, ABOUT[crossing], text, f"own_limit:{crossing}:{row.letters}", crossing)


def _limit(row: OwnLimits, crossing: Crossing, spent: Decimal, month: date) -> Text:
    facts = {"month": named(month), "spent": _money(row, spent), "last": month_end(month), "page": _page()}
    if crossing == Crossing.HARD:
        return notices.compose(
            _("Your spending limit for %(month)s is reached"),
            _(
                "You used %(spent)s in %(month)s; your own limit is %(limit)s. New calls are refused to the end of "
                "%(last)s, or until you change the limit: %(page)s. What has been used already is charged as ever."
            ),
            limit=_money(row, row.hard), **facts,
        )  # fmt: skip
    return notices.compose(
        _("You used %(spent)s in %(month)s"),
        _(
            "You wanted to be told at %(limit)s. Nothing is stopped, and you hear no more of it until this month is "
            "over or you raise the limit: %(page)s."
        ),
        limit=_money(row, row.soft), **facts,
    )  # fmt: skip


def _low(row: OwnLimits, available: Decimal) -> Text:
    return notices.compose(
        _("You have %(available)s of credits left to use"),
        _(
            "You wanted to be told below %(limit)s. What holds reserve and what was used but is not settled yet is "
            "taken off already. Buy credits: %(buy)s. Change when you are told: %(page)s."
        ),
        available=_money(row, available), limit=_money(row, row.low_balance), page=_page(),
        buy=settings.SITE_URL + reverse("credits-buy"),
    )  # fmt: skip


def _page() -> str:
    return settings.SITE_URL + reverse("own-limits")


def _money(row: OwnLimits, amount: Decimal | None) -> Money:
    """What cannot be below 0 where there is nothing left: more may have been used than there was."""
    return Money(max(amount or Decimal(0), Decimal(0)), row.member.currency)
