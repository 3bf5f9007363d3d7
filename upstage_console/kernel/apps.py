from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    name = "upstage_console.kernel"
    label = "kernel"
    verbose_name = _("Operations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every app register how its messages are sent (see outbox.deliverer)."""
        autodiscover_modules("services.mail")
