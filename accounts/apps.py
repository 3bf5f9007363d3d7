from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Membership")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every app register what ends with a membership, and its debts (see services/leaving.py and debts.py)."""
        autodiscover_modules("services.leaving", "services.nonpayment")
