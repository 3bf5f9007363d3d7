"""The ledger explorer: why a member's balance is what it is, at any instant, on one screen."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.admin.rows import OfMembersAdmin
from credits import queries
from credits.forms import field_of, instant_of, shortcuts
from credits.models import Account, Entry
from credits.queries.explaining import LotLine, entries_explained, explain
from upstage_console.kernel import clock
from upstage_console.kernel.admin import CaseFileAdmin, CaseParts, cells

A_PAGE = 15


def explorer_url(member_id: int, at: datetime | None = None) -> str:
    """The explorer of a member, at an instant or now."""
    url = reverse("admin:credits_account_change", args=[member_id])
    return f"{url}?{urlencode({'at': at.isoformat()})}" if at else url


@admin.register(Account)
class AccountAdmin(OfMembersAdmin, CaseFileAdmin):
    """Every account's page is the explorer of its member."""

    parts = CaseParts()
    case_template = "admin/credits/explorer.html"
    list_display = ("member", "shown_balance", "shown_held", "currency", "sequence")
    list_filter = ("currency",)

    def headline(self, row: Account, at: datetime) -> str:
        """What the page answers."""
        return _("Why is the balance what it is?")

    def case_context(self, request: HttpRequest, row: Account) -> dict[str, Any]:
        """The sum, the lots, the holds, the entries and the chart, at the instant asked for."""
        now = clock.now()
        at = instant_of(request.GET.get("at", ""), now)
        found = explain(row.member, at, now=now)
        page = Paginator(entries_explained(row.member, at), A_PAGE).get_page(request.GET.get("page"))
        return {
            "title": _("Ledger of %(name)s") % {"name": row.member.name}, "opts": self.opts, "original": row.member,
            "media": self.media, "headline": self.headline(row, now), "buttons": self.buttons(request, row, at=now),
            "member": row.member, "found": found, "live": _lines(found.live), "gone": _lines(found.gone), "page": page,
            "entries": [_line(entry, row.pk) for entry in page], "holds": found.state.holds, "now": now,
            "at_field": field_of(at), "shortcuts": shortcuts(now), "is_fullwidth": "1",
            "row": row, "case_url": reverse("admin:accounts_member_change", args=[row.pk]),
            "asked_at": request.GET.get("at", ""),
        }  # fmt: skip

    @admin.display(description=gettext_lazy("balance"), ordering="balance")
    def shown_balance(self, row: Account) -> SafeString:
        return cells.cell("money", value=row.balance, currency=row.currency, is_exact=True)

    @admin.display(description=pgettext_lazy("credits", "held"), ordering="held")
    def shown_held(self, row: Account) -> SafeString:
        return cells.cell("money", value=row.held, currency=row.currency, is_exact=True)


def _lines(lots: list[LotLine]) -> list[dict[str, Any]]:
    return [{"line": one, "url": reverse("admin:credits_lot_change", args=[one.of.lot.pk])} for one in lots]


def _line(entry: Entry, member_id: int) -> dict[str, Any]:
    return {
        "entry": entry, "why": queries.explained(entry), "url": reverse("admin:credits_entry_change", args=[entry.pk]),
        "then": explorer_url(member_id, entry.at), "lot_url": reverse("admin:credits_lot_change", args=[entry.lot_id]),
    }  # fmt: skip
