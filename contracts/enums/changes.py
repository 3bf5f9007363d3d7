"""Words of changes that a customer asks for (rift/5.2)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class WishTopic(TextChoices):
    """What of the contract the customer wants otherwise."""

    FUNCTION = "function", _("a function")
    PRICE = "price", _("a price")
    VOLUME = "volume", _("a number of users or units")
    OTHER = "other", _("something else")


class WishStatus(TextChoices):
    """How a request for a change stands."""

    ASKED = "asked", _("asked")
    OFFERED = "offered", _("change order offered")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


WISH_MOVES: dict[str, frozenset[str]] = {
    WishStatus.ASKED: frozenset({WishStatus.OFFERED, WishStatus.DECLINED, WishStatus.WITHDRAWN}),
}
"""Whether the change order binds is told by the document; the request itself is answered once."""
