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


# What brings credits in, and what takes them out: the sign of every entry (a constraint holds it).
COMES_IN = (EntryKind.PURCHASE, EntryKind.BONUS, EntryKind.GRANT)
GOES_OUT = (EntryKind.USE, EntryKind.EXPIRY, EntryKind.VOID)
