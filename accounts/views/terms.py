"""The terms, for everybody: documents with all their versions, a version, an article, a clause (upstage/4.1)."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Version
from accounts.queries import reading, terms
from accounts.queries.amendments import version_before
from accounts.rules.amendments import paid_from
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date


@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    in_force = {version.pk for version in terms.documents_in_force(at, audience=None)}
    documents = terms.documents_with_versions(at)
    return render(request, "terms/documents.html", {"documents": documents, "in_force": in_force})


@require_safe
def document(request: HttpRequest, document: str) -> HttpResponse:
    version = terms.version_in_force(document, clock.now())
    return redirect("terms-version", document=document, version=version.label)


@require_safe
def version(request: HttpRequest, document: str, version: str) -> HttpResponse:
    at = clock.now()
    found = terms.version_at(document, version, at)
    articles = reading.read(found)
    return render(request, "terms/version.html", {**_about(found, at), "articles": articles})


@require_safe
def article(request: HttpRequest, document: str, version: str, article: str) -> HttpResponse:
    at = clock.now()
    found = terms.version_at(document, version, at)
    contents = reading.contents(found)
    place = next((place for place, one in enumerate(contents) if one.code == article), None)
    if place is None:
        raise Http404
    context = {
        **_about(found, at),
        "article": reading.read(found, article)[0],
        "before": contents[place - 1] if place else None,
        "after": contents[place + 1] if place + 1 < len(contents) else None,
    }
    return render(request, "terms/article.html", context)


@require_safe
def clause(request: HttpRequest, code: str) -> HttpResponse:
    """A clause's lasting address: it leads to the version in force, at the clause."""
    at = clock.now()
    place = terms.place_of(code, at)
    address = reverse("terms-version", kwargs={"document": place.document, "version": place.version})
    return redirect(f"{address}#{place.anchor}")


def _about(version: Version, at: datetime) -> dict[str, Any]:
    in_force = terms.in_force(at).filter(document=version.document_id).first()
    return {
        "version": version,
        "document": version.document,
        "in_force": in_force,
        "is_in_force": in_force is not None and in_force.pk == version.pk,
        "is_coming": version.effective_on > kst_date(at),
        "before": version_before(version),
        "paid_from": paid_from(version.effective_on),
        "has_english": version.has_text and version.articles.exclude(title_en="").exists(),
    }
