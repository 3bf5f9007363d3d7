"""Two versions of a document word by word (upstage/4.3)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.queries import terms
from accounts.queries.texts import comparison
from upstage_console.kernel import clock


@require_safe
def compare(request: HttpRequest, document: str, version: str, other: str) -> HttpResponse:
    at = clock.now()
    after, before = terms.version_at(document, version, at), terms.version_at(document, other, at)
    if before.effective_on > after.effective_on:
        before, after = after, before
    differences, has_text = comparison(before, after)
    context = {
        "document": after.document,
        "before": before,
        "after": after,
        "differences": differences,
        "changed": [one for one in differences if one.kind != "same"],
        "has_text": has_text,
        "has_english": any(one.en for one in differences),
    }
    return render(request, "terms/compare.html", context)
