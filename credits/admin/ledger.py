"""The ledger in the back office: seen, never changed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.rows import OfMembersAdmin
from credits import queries
from credits.admin.explorer import explorer_url
from credits.models import Debt, Entry, Lot, Reservation
from upstage_console.kernel.admin import cells
from upstage_console.kernel.figures import grouped


class LedgerAdmin(OfMembersAdmin):
    """Rows of the ledger: found by who they belong to."""

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, row: Any) -> str:
        return grouped(row.amount)

    @admin.display(description=_("balance"), ordering="balance")
    def shown_balance(self, row: Any) -> str:
        return grouped(row.balance)

    @admin.display(description=_("clauses"))
    def shown_clauses(self, row: Any) -> SafeString:
        return cells.clause_links(row.clauses)

    @admin.display(description=_("balance then"))
    def explorer(self, row: Any) -> SafeString:
        """The way to the explorer, at the instant of the row."""
        at = row.at if hasattr(row, "at") else row.granted_at
        return format_html('<a href="{}">{}</a>', explorer_url(row.member_id, at), gettext("why it was what it was"))


@admin.register(Lot)
class LotAdmin(LedgerAdmin):
    list_display = (
        "public_id",
        "member",
        "kind",
        "source",
        "shown_amount",
        "shown_remaining",
        "granted_at",
        "expires_on",
    )
    list_filter = ("kind", "source", "spent", "expires_on")
    fields = ("public_id", "member", "kind", "source", "amount", "remaining", "held", "granted_at", "expires_on",
              "purchase", "net", "tax", "reason", "shown_clauses", "key", "explorer")  # fmt: skip
    readonly_fields = ("public_id", "shown_clauses", "explorer")

    @admin.display(description=_("remaining"), ordering="remaining")
    def shown_remaining(self, lot: Lot) -> str:
        return grouped(lot.remaining)


@admin.register(Entry)
class EntryAdmin(LedgerAdmin):
    list_display = ("sequence", "member", "kind", "shown_amount", "shown_balance", "lot", "at", "by")
    list_filter = ("kind", "at")
    ordering = ("-public_id",)
    fields = ("public_id", "member", "sequence", "kind", "amount", "balance_before", "balance", "lot", "lot_remaining",
              "why", "shown_clauses", "note", "charge", "at", "by", "explorer")  # fmt: skip
    readonly_fields = ("public_id", "why", "shown_clauses", "explorer")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        entries: QuerySet[Entry] = super().get_queryset(request).select_related("member", "lot", "by")
        return entries

    @admin.display(description=_("why"))
    def why(self, entry: Entry) -> str:
        return queries.explained(entry).text(get_language() or "ko")


@admin.register(Reservation)
class ReservationAdmin(LedgerAdmin):
    list_display = ("id", "member", "hold", "lot", "shown_amount", "at")
    list_select_related = ("member", "hold", "lot")
    list_filter = ("at",)
    fields = ("member", "hold", "lot", "amount", "at")


@admin.register(Debt)
class DebtAdmin(LedgerAdmin):
    list_display = ("id", "member", "charge", "shown_amount", "at", "by")
    list_select_related = ("member", "by")
    list_filter = ("at",)
    fields = ("member", "charge", "amount", "at", "by", "shown_clauses", "note")
    readonly_fields = ("shown_clauses",)
