"""PDF files from templates, with the console's own fonts; WeasyPrint needs Pango, which not every machine has."""

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation


@cache
def _weasyprint() -> ModuleType | None:
    try:
        return import_module("weasyprint")
    except OSError:  # Pango's libraries are missing; README names the packages
        return None


def is_available() -> bool:
    """Whether this machine can make PDF files."""
    return _weasyprint() is not None


def make(template: str, context: dict[str, Any], language: str) -> bytes:
    """The template as a PDF, styled by `web/pdf.css`, without reaching for anything outside."""
    weasyprint = _weasyprint()
    if weasyprint is None:
        raise RuntimeError("ask is_available() first")
    fonts = import_module("weasyprint.text.fonts").FontConfiguration()
    style = weasyprint.CSS(filename=finders.find("web/pdf.css"), font_config=fonts)
    with translation.override(language):
        html = weasyprint.HTML(string=render_to_string(template, context))
    made: bytes = html.write_pdf(stylesheets=[style], font_config=fonts)
    return made
