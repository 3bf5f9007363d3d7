"""A member's credits: what is there, what burns next, what expires, and every movement."""

import csv
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Member
from accounts.rules.exports import cell
from accounts.views.member_pages import member_page
from credits import queries
from credits.enums import EntryKind, LotKind
from credits.models import Entry
from credits.rules.expiry import YEARS_OF_PAID_CREDITS
from upstage_console.kernel import clock
from upstage_console.kernel.clock import KST

A_PAGE = 15
HOLDS_SHOWN = 20
TONES: dict[str, int] = {LotKind.PAID: 1, LotKind.FREE: 2}


@require_safe
@member_page
def credits_page(request: HttpRequest, member: Member) -> HttpResponse:
    at = clock.now()
    kind = request.GET.get("kind", "")
    entries = queries.entries(member.pk)
    if kind in EntryKind:
        entries = entries.filter(kind=kind)
    lots, held = queries.lots_in_burn_order(member.pk, at), list(queries.open_holds(member.pk, at))
    shown = {
        "member": member,
        "balance": queries.balance(member.pk, at),
        "holds": queries.named(held[:HOLDS_SHOWN]),
        "held_by": len(held),
        "lots": lots,
        "shares": [{"label": lot.expires_on, "value": lot.remaining, "tone": TONES[lot.kind]} for lot in lots],
        "next": queries.next_to_burn(member.pk, at),
        "expiring": queries.coming_expiries(member.pk, at),
        "waiting": queries.waiting_paid_lots(lots, at),
        "page": Paginator(entries, A_PAGE).get_page(request.GET.get("page")),
        "kinds": EntryKind.choices,
        "kind": kind,
        "years": YEARS_OF_PAID_CREDITS,
    }
    return render(request, "credits/credits.html", shown)


@require_safe
@member_page
def lot_page(request: HttpRequest, member: Member, lot_id: str) -> HttpResponse:
    lot = queries.lot(member.pk, lot_id)
    page = Paginator(queries.entries_of_lot(lot), A_PAGE).get_page(request.GET.get("page"))
    shown = {"member": member, "lot": lot, "page": page, "live": lot.expires_at > clock.now() and not lot.spent}
    return render(request, "credits/lot.html", shown)


@require_safe
@member_page
def statement(request: HttpRequest, member: Member) -> HttpResponseBase:
    """The whole ledger as CSV, oldest first, as spreadsheets in Korea read it (UTF-8 with a mark)."""
    rows = queries.entries(member.pk).order_by("sequence").iterator(chunk_size=2000)
    response = StreamingHttpResponse(_lines(rows, member.currency), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="credits.csv"'
    return response


class _Echo:
    """What a csv writer writes to, when each line goes out at once."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: Iterator[Entry], currency: str) -> Iterator[str]:
    writer = csv.writer(_Echo())
    movement = [_("Number"), _("When (KST)"), _("Kind"), _("Amount"), _("Balance"), _("Currency")]
    yield "\ufeff" + writer.writerow([*movement, _("Lot"), _("Clauses"), _("Note")])
    for row in rows:
        at = row.at.astimezone(KST).strftime("%Y-%m-%d %H:%M:%S")
        figures = [f"{row.amount:f}", f"{row.balance:f}", currency]
        about = [row.lot.public_id, " ".join(row.clauses), cell(row.note)]
        yield writer.writerow([row.sequence, at, row.get_kind_display(), *figures, *about])
