"""The search box of the back office: a public id, a member, an invoice, a hash, a clause."""

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from unfold.dataclasses import SearchResult

from accounts.admin.rows import note_list
from accounts.models import Consent, Member
from accounts.queries import clauses
from billing.models import Invoice
from upstage_console.kernel import clock
from upstage_console.kernel.admin.cells import local
from upstage_console.kernel.admin.due_items import place_of

TABLES: Final = ((Member, "group"), (Invoice, "request_quote"), (Consent, "handshake"))
MOST_OF_A_KIND: Final = 6


def found(request: HttpRequest, term: str) -> list[SearchResult]:
    """What the term finds among what this person may see, a few of each kind."""
    text = term.strip()
    place = place_of(text)
    if place is not None:
        return [SearchResult(title=text, description="", link=place, icon="tag")]
    rows = [result for model, icon in TABLES for result in _rows(request, model, icon, text)]
    return [*rows, *_clauses(text)]


def _rows(request: HttpRequest, model: Any, icon: str, text: str) -> Iterator[SearchResult]:
    table = admin.site._registry[model]
    if not table.has_view_permission(request):
        return
    rows, _ = table.get_search_results(request, table.get_queryset(request), text)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    found = list(rows[:MOST_OF_A_KIND])
    note_list(request, len(found), f"{model._meta.model_name}.search")
    for row in found:
        description = str(model._meta.verbose_name)
        yield SearchResult(title=str(row), description=description, link=reverse(name, args=[row.pk]), icon=icon)


def _clauses(text: str) -> Iterator[SearchResult]:
    codes = [text] if "/" in text else [f"upstage/{text}", f"rift/{text}"]
    for code, clause in clauses(codes, clock.now()).items():
        link = reverse("terms-clause", kwargs={"code": code})
        yield SearchResult(title=f"{code} {local(clause, 'title')}", description="", link=link, icon="gavel")
