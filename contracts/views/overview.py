"""The portal's first pages: the contracts somebody has, and a contract with its term, fees and what governs it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from contracts.enums.topics import label_of, value_of
from contracts.models import Contract, CustomerNotice
from contracts.queries.fees_shown import fees_of
from contracts.queries.governing import governing, topics_of
from contracts.queries.people import Access, accesses_of
from contracts.queries.settled import is_settled
from contracts.rules.precedence import Governing, Loser
from contracts.views.contract_pages import contract_page, show
from contracts.views.sections import add_section
from contracts.views.waiting import waiting_of
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import Reason

NOTICES_SHOWN = 12
A_PAGE = 25
OF_THE_SERVICE: Final = ("outage", "maintenance", "case", "release")

add_section(10, "contract", gettext_lazy("Contract"))


@dataclass(frozen=True)
class Topic:
    """A topic with its value, the text that governs it, and those that yield with what they say."""

    label: str
    value: str
    found: Governing
    losers: tuple[tuple[Loser, str], ...]


@require_safe
@login_required
def contract_list(request: HttpRequest) -> HttpResponse:
    """The contracts that the reader has a seat of, and what waits under them."""
    found = accesses_of(request.user, at=clock.now())  # type: ignore[arg-type]
    if not found:
        return redirect("start")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "contracts/contracts.html", {"page": page, "waiting": waiting_of(found)})


@require_safe
@contract_page
def contract(request: HttpRequest, access: Access) -> HttpResponse:
    """A contract: how it stands, what waits, its term and why so long, fees, what governs, what was told."""
    row, today = access.contract, kst_date(access.at)
    shown: dict[str, Any] = {
        "waiting": waiting_of([access]) if access.seat else [],
        "why_term": Reason.from_json(row.term_why) if row.term_why else None,
        "notices": _notices(access).order_by("-id")[:NOTICES_SHOWN],
    }
    if access.sees_all:
        conclusion = getattr(row, "conclusion", None)
        shown |= {"fees": fees_of(row, today), "topics": _topics(row, today), "conclusion": conclusion}
        shown |= {"is_settled": is_settled(row)}
        shown |= {"promotions": row.promotions.filter(until_on__gte=today).order_by("from_on")}
    return show(request, access, "contracts/contract.html", shown)


def _notices(access: Access) -> QuerySet[CustomerNotice]:
    """What was told about the contract; users read of the service, administrators of money too."""
    rows: QuerySet[CustomerNotice] = access.contract.notices.all()
    return rows if access.sees_all else rows.filter(about__in=OF_THE_SERVICE)


def _topics(row: Contract, on: date) -> list[Topic]:
    """Each topic that a text speaks of, with what governs it today."""
    found = [(name, governing(row, name, on=on)) for name in topics_of(row)]
    return [_topic(name, one) for name, one in found if one is not None]


def _topic(name: str, found: Governing) -> Topic:
    losers = tuple((loser, value_of(name, loser.value)) for loser in found.losers)
    return Topic(label_of(name), value_of(name, found.value), found, losers)
