"""Words of the catalogue (upstage/8.1, 18.1)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Category(TextChoices):
    """Kinds of individual services (upstage/8.1)."""

    API = "api", _("API")
    PLAYGROUND = "playground", _("Playground")


class Stage(TextChoices):
    """How finished a service is: demos and betas are free, for a time, without warranty (upstage/10, 12-2.6)."""

    GENERAL = "general", _("general")
    DEMO = "demo", _("demo")
    BETA = "beta", _("beta")


class AddOnKind(TextChoices):
    """How an add-on changes a price (upstage/18.1)."""

    PERCENT = "percent", _("percent of the price")
    PER_UNIT = "per_unit", _("amount per unit")
