"""Words of confidential information (rift/11.2)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SecretStatus(TextChoices):
    """Whether what is confidential is still held."""

    HELD = "held", pgettext_lazy("confidential", "held")
    RETURNED = "returned", _("returned")
    DESTROYED = "destroyed", _("destroyed")


SECRET_MOVES: dict[str, frozenset[str]] = {
    SecretStatus.HELD: frozenset({SecretStatus.RETURNED, SecretStatus.DESTROYED}),
}
