"""Usage: batches, what they charged, and the sum of each day: read only."""

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from billing.admin.correcting import CorrectUse
from billing.admin.rows import MoneyOfMembersAdmin
from billing.models import Charge, Settlement, UsageBatch, UsageDay, UsageHour, UsageImport
from billing.queries import steps
from billing.queries.spending import why_charged
from upstage_console.kernel.admin import ReadOnlyAdmin, cells


@admin.register(UsageBatch)
class UsageBatchAdmin(ReadOnlyAdmin):
    list_display = ("at", "key", "events", "amount", "settlement")
    list_select_related = ("settlement",)
    search_fields = ("key",)
    readonly_fields = ("public_id",)


@admin.register(Settlement)
class SettlementAdmin(ReadOnlyAdmin):
    list_display = ("at", "public_id", "batches", "events")
    readonly_fields = ("public_id",)


@admin.register(Charge)
class ChargeAdmin(MoneyOfMembersAdmin):
    list_display = ("day", "member", "meter", "events", "quantity", "shown_amount", "burned", "owed", "billing_month")
    list_filter = ("billing_month", "currency", "meter__service", "day")
    list_select_related = ("member", "meter__service")
    readonly_fields = ("public_id", "why")
    verbs = (CorrectUse,)

    @admin.display(description=_("why"))
    def why(self, charge: Charge) -> str:
        places = steps.of_charges([charge]).get(charge.pk, ())
        return why_charged(charge, places).text(get_language() or "ko")


@admin.register(UsageDay)
class UsageDayAdmin(MoneyOfMembersAdmin):
    list_display = ("day", "member", "meter", "events", "quantity", "shown_amount", "burned", "owed")
    list_filter = ("billing_month", "currency", "meter__service", "day")
    list_select_related = ("member", "meter__service")
    search_help_text = _("Name or e-mail address of the member")


@admin.register(UsageHour)
class UsageHourAdmin(MoneyOfMembersAdmin):
    list_display = ("hour", "member", "meter", "events", "quantity", "shown_amount")
    list_filter = ("meter__service", "hour")
    list_select_related = ("member", "meter__service", "price")
    search_help_text = _("Name or e-mail address of the member")

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, row: UsageHour) -> SafeString:
        return cells.cell("money", value=row.amount, currency=row.price.currency, is_exact=True)


@admin.register(UsageImport)
class UsageImportAdmin(ReadOnlyAdmin):
    work = "technical"
    list_display = ("name", "service", "requests", "started_at", "finished_at")
    list_select_related = ("service",)
    exclude = ("members",)
