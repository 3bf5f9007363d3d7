"""What the machine lacks, said once at the start instead of at the first invoice."""

from ctypes.util import find_library
from typing import Any

from django.core.checks import CheckMessage, Warning, register


@register(deploy=True)
def pango_is_there(**_given: Any) -> list[CheckMessage]:
    """WeasyPrint needs Pango for PDF files; without it invoices are pages that print."""
    if find_library("pango-1.0"):
        return []
    hint = "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    return [Warning("Pango is missing: invoices cannot be made as PDF files.", hint=hint, id="web.W001")]
