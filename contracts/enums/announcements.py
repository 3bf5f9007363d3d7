"""Words of changes and stops of functions (rift/16.1)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FunctionChangeKind(TextChoices):
    """What becomes of a function (rift/16.1)."""

    ADDED = "added", _("is added")
    CHANGED = "changed", _("changes")
    STOPPED = "stopped", _("stops")
