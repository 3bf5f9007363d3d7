"""What the tables of billing share in the back office."""

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin.rows import OfMembersAdmin
from upstage_console.kernel.admin import cells


class MoneyOfMembersAdmin(OfMembersAdmin):
    """Rows of members with amounts in a currency of their own."""

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, row: Any) -> SafeString:
        return cells.cell("money", value=row.amount, currency=row.currency, is_exact=True)

    @admin.display(description=_("total"), ordering="total")
    def shown_total(self, row: Any) -> SafeString:
        return cells.cell("money", value=row.total, currency=row.currency)
