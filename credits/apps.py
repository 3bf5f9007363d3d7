from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CreditsConfig(AppConfig):
    name = "credits"
    verbose_name = _("Credits")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every app register what it knows of credits that are used already, and of what holds are for."""
        autodiscover_modules("queries.claims", "queries.hold_names")
