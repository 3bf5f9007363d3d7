"""The words for credits and what moves them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LotKind(TextChoices):
    FREE = "free", _("free")
    PAID = "paid", pgettext_lazy("credits", "paid")


class LotSource(TextChoices):
    PURCHASE = "purchase", _("purchase")
    BONUS = "bonus", _("bonus")
    GRANT = "grant", _("grant")


class EntryKind(TextChoices):
    PURCHASE = "purchase", _("purchase")
    BONUS = "bonus", _("bonus")
    GRANT = "grant", _("grant")
    USE = "use", _("use")
    EXPIRY = "expiry", _("expiry")
    VOID = "void", pgettext_lazy("credits", "void")
    CORRECTION = "correction", _("correction")
    REFUND = "refund", _("refund")
    BONUS_END = "bonus_end", _("end of a bonus")


class HoldState(TextChoices):
    """A hold is open and then, once, ended; the database knows no other move."""

    OPEN = "open", pgettext_lazy("hold", "open")
    CAPTURED = "captured", pgettext_lazy("hold", "captured")
    RELEASED = "released", pgettext_lazy("hold", "released")
    EXPIRED = "expired", pgettext_lazy("hold", "expired")
    VOID = "void", pgettext_lazy("credits", "void")


# What brings credits in, and what takes them out: the sign of every entry (a constraint holds it). A correction goes
# either way.
COMES_IN = (EntryKind.PURCHASE, EntryKind.BONUS, EntryKind.GRANT)
GOES_OUT = (EntryKind.USE, EntryKind.EXPIRY, EntryKind.VOID, EntryKind.REFUND, EntryKind.BONUS_END)
