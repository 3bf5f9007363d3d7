"""Lists on case files: one line for each thing, with a link, a state and what stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from upstage_console.kernel.admin import Panel, Text

TEMPLATE = "admin/case/lines.html"


@dataclass(frozen=True)
class Line:
    """One line; `tone` colours the state, `code` stands below as it is (a hash)."""

    text: Any
    url: str = ""
    pill: Text = ""
    tone: str = ""
    aside: Text = ""
    code: str = ""


def panel(title: Text, lines: Sequence[Line], nothing: Text, url: str = "") -> Panel:
    """A panel with these lines, or a sentence where there are none."""
    return Panel(title, TEMPLATE, {"lines": lines, "nothing": nothing}, url)
