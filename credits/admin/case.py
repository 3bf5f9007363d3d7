"""What credits add to a member's case file and to the list of members."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import DecimalField, Expression, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.admin.case import TOLD_ELSEWHERE, member
from accounts.models import Member
from credits import queries
from credits.admin.explorer import explorer_url
from credits.admin.verbs import GrantCredits
from credits.models import Entry, Lot
from upstage_console.kernel.admin import Column, Happening, Panel, cells

LOTS_SHOWN = 8

# The entries below tell these with their amounts.
TOLD_ELSEWHERE.update({"credits.grant", "credits.bonus", "credits.purchase", "credits.refund", "credits.bonus_end"})
member.verbs.append(GrantCredits)


@member.panel(20)
def balance(row: Member, at: datetime) -> Panel:
    """What the member can use, and from which lots it comes next."""
    lots = queries.lots_in_burn_order(row.pk, at)
    shown = {
        "balance": queries.balance(row.pk, at), "currency": row.currency, "more": max(len(lots) - LOTS_SHOWN, 0),
        "lots": [
            {"lot": lot, "url": reverse("admin:credits_lot_change", args=[lot.pk])} for lot in lots[:LOTS_SHOWN]
        ],
        "why": explorer_url(row.pk) if queries.account(row.pk) else "",
    }  # fmt: skip
    url = f"{reverse('admin:credits_lot_changelist')}?member__id__exact={row.pk}"
    return Panel(_("Credits"), "admin/case/credits.html", shown, url)


@member.source
def movements(row: Member, before: datetime, length: int) -> Iterable[Happening]:
    """Credits that came in or expired; what they paid for is told by billing, with the use itself."""
    for entry in queries.movements_but_uses(row.pk, before)[:length]:
        why = queries.explained(entry)
        yield Happening(
            at=entry.at, what=entry.get_kind_display(), kind="credits", by=_name(entry), amount=entry.amount,
            currency=row.currency, clauses=why.clauses, detail=why.text(get_language() or "ko"),
            url=reverse("admin:credits_entry_change", args=[entry.pk]),
        )  # fmt: skip


def _name(entry: Entry) -> str:
    return str(entry.by) if entry.by else _("the system")


def _total(at: datetime) -> Expression:
    live = Lot.objects.live(at).filter(member=OuterRef("pk")).order_by().values("member")
    total = Subquery(live.annotate(total=Sum("remaining")).values("total"))
    return Coalesce(total, queries.NOTHING, output_field=DecimalField(max_digits=20, decimal_places=6))


def _shown(row: Member, total: Decimal) -> SafeString:
    return cells.cell("money", value=total, currency=row.currency)


member.columns.append(Column("credits_left", gettext_lazy("Credits"), _total, _shown))
