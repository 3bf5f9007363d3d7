"""The page where both sides sign: what is signed, who has signed, and the answer (rift/4.1)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contracts.enums import SigningStatus
from contracts.forms import DeclineForm, SignForm
from contracts.models import Signer
from contracts.services import files, rendering, signing
from contracts.services.signing import Seen
from contracts.services.signing_links import signer_of
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.pages import refusals_on


@never_cache
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is to be signed; a POST signs or declines. Staff have to be logged in as who they are."""
    signer = _signer(request, token)
    if request.method == "POST":
        return _answered(request, signer, token)
    signing.note_opened(signer.pk, _seen(request, signer.signing.sha256), at=clock.now())
    return _page(request, signer, token)


@never_cache
@require_safe
def document_file(request: HttpRequest, token: str) -> HttpResponse:
    """The document as it was handed in, byte for byte."""
    file = _signer(request, token).signing.document.file
    assert file is not None  # noqa: S101 – what was offered has one
    response = HttpResponse(files.content_of(file), content_type=file.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{files.name_of(file)}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _signer(request: HttpRequest, token: str) -> Signer:
    signer = signer_of(token)
    if signer.user_id is not None and request.user.pk != signer.user_id:
        raise PermissionDenied
    return signer


def _seen(request: HttpRequest, sha256: str) -> Seen:
    return Seen(sha256, request.META.get("REMOTE_ADDR"), request.META.get("HTTP_USER_AGENT", ""))


def _answered(request: HttpRequest, signer: Signer, token: str) -> HttpResponse:
    """Signed or declined; what is wrong with the answer is told on the page."""
    declines = "decline" in request.POST
    form = DeclineForm(request.POST) if declines else SignForm(request.POST, signer_name=signer.name)
    if form.is_valid():
        seen, at = _seen(request, form.cleaned_data["sha256"]), clock.now()
        with refusals_on(form):
            if declines:
                signing.decline(signer.pk, seen, reason=form.cleaned_data["reason"], by=request.user, at=at)
            else:
                signing.sign(signer.pk, seen, by=request.user, at=at)
            return redirect("sign", token=token)
    return _page(request, signer, token, **{"decline_form" if declines else "form": form})


def _page(request: HttpRequest, signer: Signer, token: str, **forms: Any) -> HttpResponse:
    row = signer.signing
    initial = {"sha256": row.sha256}
    shown = {
        "signer": signer, "signing": row, "document": row.document, "signers": row.signers.all(), "token": token,
        "is_open": row.status == SigningStatus.OPEN and kst_date(clock.now()) <= row.sign_by,
        "is_turn": not row.signers.filter(position__lt=signer.position, signed_at__isnull=True).exists(),
        "body": rendering.body_of(row.document.file), "form": SignForm(initial=initial, signer_name=signer.name),
        "decline_form": DeclineForm(initial=initial),
    }  # fmt: skip
    return render(request, "contracts/sign.html", shown | forms)
