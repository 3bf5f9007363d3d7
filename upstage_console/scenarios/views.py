"""The staff's page: choose or paste a story, and see its timeline."""

from pathlib import Path

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from upstage_console.scenarios import report_html
from upstage_console.scenarios.apart import NotPlayed, play_apart

LONGEST_TEXT = 50_000


def play(request: HttpRequest) -> HttpResponse:
    """Show the text of the chosen story; on POST also play it. Needs a member of staff (see urls.py)."""
    chosen, text, error = request.GET.get("file", ""), "", ""
    if request.method == "POST":
        chosen, text = request.POST.get("name", ""), request.POST.get("text", "")
    elif chosen in choices():
        text = (Path(settings.SCENARIOS) / chosen).read_text(encoding="utf-8")
    stories: dict[str, object] = {}
    if request.method == "POST":
        error, stories = _played(text, chosen)
    context = {
        **admin.site.each_context(request),
        "title": _("Play a scenario"),
        "address": request.path,
        "choices": choices(),
        "chosen": chosen,
        "text": text,
        "error": error,
        "longest": LONGEST_TEXT,
        **stories,
    }
    return TemplateResponse(request, "scenarios/play.html", context)


def choices() -> list[str]:
    """The names of the stories that came with the console."""
    folder = Path(settings.SCENARIOS)
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml"))


def _played(text: str, name: str) -> tuple[str, dict[str, object]]:
    if not text.strip() or len(text) > LONGEST_TEXT:
        return _("Write a scenario of at most %(longest)s characters.") % {"longest": LONGEST_TEXT}, {}
    try:
        report = play_apart(text, name if name in choices() else "scenario.yaml")
    except NotPlayed as reason:
        return str(reason), {}
    return "", report_html.context([report])
