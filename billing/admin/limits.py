"""A member's own limits in the back office: seen beside what was used, never changed for them."""

from datetime import datetime

from django.contrib import admin
from django.utils.translation import gettext as _

from accounts.admin.case import member
from accounts.models import Member
from billing.admin.rows import MoneyOfMembersAdmin
from billing.models import OwnLimits
from billing.queries.limits import spending
from upstage_console.kernel.admin import Panel


@member.panel(35)
def limits(row: Member, at: datetime) -> Panel:
    """What the member wants to be told of or stopped at, and where the month stands."""
    return Panel(_("Own limits"), "admin/case/limits.html", {"now": spending(row.pk, at), "currency": row.currency})


@admin.register(OwnLimits)
class OwnLimitsAdmin(MoneyOfMembersAdmin):
    list_display = ("member", "soft", "hard", "low_balance", "changed_at")
    fields = ("member", "soft", "hard", "low_balance", "soft_told", "hard_told", "low_told_at", "letters", "changed_at")
