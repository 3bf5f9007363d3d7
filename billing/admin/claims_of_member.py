"""What a member's case file shows of claims, on either side."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.admin.case import member
from accounts.models import Member
from billing.admin.proposals import money
from billing.models import LiabilityClaim, MemberClaim
from upstage_console.kernel.admin import Fact, Panel

SHOWN = 6


@member.panel(35)
def disputes(row: Member, at: datetime) -> Panel | None:
    """What the company claims of the member, and the member of the company."""
    of_member = MemberClaim.objects.filter(member=row).order_by("-id")[:SHOWN]
    of_company = LiabilityClaim.objects.filter(member=row).order_by("-id")[:SHOWN]
    shown = [
        *_facts(((one, one.get_kind_display(), one.amount) for one in of_member), "billing_memberclaim"),
        *_facts(((one, _("compensation"), one.payable) for one in of_company), "billing_liabilityclaim"),
    ]
    return Panel(_("Claims"), "admin/case/facts.html", {"facts": shown}) if shown else None


def _facts(rows: Iterable[tuple[Any, Any, Any]], table: str) -> list[Fact]:
    return [
        Fact(f"{what} · {row.get_status_display()}", money(amount, row.currency),
             reverse(f"admin:{table}_change", args=[row.pk]))
        for row, what, amount in rows
    ]  # fmt: skip
