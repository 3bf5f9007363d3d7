"""What is owed and why: the page, the same as a PDF, and as a table for spreadsheets (upstage/18.2)."""

import csv
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Member
from accounts.rules.exports import cells
from accounts.views.member_pages import member_page, open_afterwards
from billing.queries.statements import Statement, statement
from billing.services import pdf
from upstage_console.kernel import clock
from upstage_console.kernel.wording import tongue

BOM: Final = "\ufeff"
"""Spreadsheets in Korea read UTF-8 only with its mark."""
HEAD: Final = ("invoice", "kind", "due_on", "on", "entry", "amount", "left", "currency", "why")


@require_safe
@member_page
@open_afterwards
def owed(request: HttpRequest, member: Member) -> HttpResponse:
    return render(request, "billing/owed.html", _shown(member))


@require_safe
@member_page
@open_afterwards
def owed_pdf(request: HttpRequest, member: Member) -> HttpResponse:
    """The statement as a file; where the machine cannot make PDFs, the page itself, which prints the same."""
    if not pdf.is_available():
        messages.info(request, _("PDF files cannot be made on this machine; print this page instead."))
        return redirect("owed")
    shown = _shown(member)
    made = pdf.make("billing/owed_print.html", shown, tongue(get_language()))
    response = HttpResponse(made, content_type="application/pdf")
    return _named(response, "inline", shown["statement"], "pdf")


@require_safe
@member_page
@open_afterwards
def owed_file(request: HttpRequest, member: Member) -> HttpResponse:
    """The entries as CSV, each with its sentence in the language of the page."""
    found = statement(member.pk, member.currency, clock.now())
    response = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
    csv.writer(response).writerows([HEAD, *(cells(line) for line in _lines(found))])
    return _named(response, "attachment", found, "csv")


def _lines(found: Statement) -> Iterator[Sequence[Any]]:
    language = tongue(get_language())
    for one in found.debts:
        for entry in one.entries:
            yield (one.invoice.number, one.invoice.kind, one.invoice.due_on, entry.on, entry.kind.value, entry.amount,
                   entry.left, one.invoice.currency, entry.why.text(language))  # fmt: skip


def _named(response: HttpResponse, how: str, found: Statement, ending: str) -> HttpResponse:
    response["Content-Disposition"] = f'{how}; filename="owed-{found.on}.{ending}"'
    response["Cache-Control"] = "no-store"
    return response


def _shown(member: Member) -> dict[str, Any]:
    found = statement(member.pk, member.currency, clock.now())
    return {"member": member, "statement": found, "company": settings.COMPANY}
