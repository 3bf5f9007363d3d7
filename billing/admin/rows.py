"""What the tables of billing share in the back office."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from accounts.admin.rows import OfMembersAdmin
from upstage_console.kernel.admin import cells


class MoneyOfMembersAdmin(OfMembersAdmin):
    """Rows of members with amounts in a currency of their own."""

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, row: Any) -> SafeString:
        return cells.cell("money", value=row.amount, currency=row.currency)

    @admin.display(description=_("total"), ordering="total")
    def shown_total(self, row: Any) -> SafeString:
        return cells.cell("money", value=row.total, currency=row.currency)


class ReadOnlyRows(TabularInline):
    """The rows that belong to the one on the page."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
