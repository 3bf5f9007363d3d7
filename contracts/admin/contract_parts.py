"""The parts of a contract's case file, and the groups in which its verbs stand; each topic adds its own."""

from typing import Final

from django.utils.translation import gettext_lazy, pgettext_lazy

from contracts.queries.belonging import names_of
from upstage_console.kernel.admin import CaseParts

parts: Final = CaseParts(names=names_of)

DOCUMENTS: Final = parts.group(gettext_lazy("Documents"))
PEOPLE: Final = parts.group(gettext_lazy("People"))
MONEY: Final = parts.group(gettext_lazy("Money"))
SERVICE: Final = parts.group(gettext_lazy("Service"))
TOGETHER: Final = parts.group(gettext_lazy("Working together"))
TROUBLE: Final = parts.group(gettext_lazy("Trouble"))
END: Final = parts.group(pgettext_lazy("contract", "End"))
