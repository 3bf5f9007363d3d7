"""PDF files from templates, with the console's own fonts; WeasyPrint needs Pango, which not every machine has."""

from functools import cache
from importlib import import_module
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

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
    style = weasyprint.CSS(filename=finders.find("web/pdf.css"), font_config=fonts, url_fetcher=_fetcher())
    with translation.override(language):
        html = weasyprint.HTML(string=render_to_string(template, context))
    made: bytes = html.write_pdf(stylesheets=[style], font_config=fonts)
    return made


@cache
def _fetcher() -> Any:
    """Hands over fonts as they are written into files: WeasyPrint would decode them again for each, for seconds."""
    urls = import_module("weasyprint.urls")

    class Fetcher(urls.URLFetcher):  # type: ignore[name-defined]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.endswith(".woff2"):
                return urls.URLFetcherResponse(url, _decoded(url))
            return super().fetch(url, headers)

    return Fetcher()


@cache
def _decoded(url: str) -> bytes:
    decoded = BytesIO()
    woff2 = import_module("fontTools.ttLib.woff2")
    woff2.decompress(BytesIO(Path(url2pathname(urlsplit(url).path)).read_bytes()), decoded)
    return decoded.getvalue()
