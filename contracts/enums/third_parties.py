"""Words of third parties that a contract's service rests on (rift/5.3, 12)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ThirdPartyKind(TextChoices):
    """What a third party provides."""

    CLOUD = "cloud", _("cloud")
    LINE = "line", _("telephone line")
    MESSAGES = "messages", _("messages")
    PAYMENT = "payment", _("payment")
    AI = "ai", _("AI")
    DATABASE = "database", _("database")


class ThirdPartyMatter(TextChoices):
    """What a third party changed."""

    PRICE = "price", _("price")
    TERMS = "terms", _("terms")
