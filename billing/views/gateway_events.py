"""Where payment gateways tell by themselves what became of what we asked for."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing import gateways
from billing.services import inbox
from upstage_console.kernel import clock
from upstage_console.kernel.errors import Invalid, NotFound

MOST_BYTES = 256 * 1024
"""Events are some kilobytes; nothing longer is looked into."""


@csrf_exempt
@require_POST
def receive(request: HttpRequest, gateway: str) -> HttpResponse:
    """Take a signed event; 400 where the signature or the form is wrong, so that a gateway tries again."""
    if gateway not in gateways.CODES:
        raise NotFound
    if len(request.body) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        inbox.receive(gateway, request.body, request.headers, at=clock.now())
    except Invalid as refusal:
        return HttpResponse(refusal.code, status=400, content_type="text/plain")
    return HttpResponse(status=204)
