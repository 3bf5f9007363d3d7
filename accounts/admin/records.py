"""What was agreed to, and when acceptance was held: read only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.rows import OfMembersAdmin
from accounts.models import Consent, RegistrationHold
from upstage_console.kernel.admin import ReadOnlyAdmin


@admin.register(Consent)
class ConsentAdmin(OfMembersAdmin):
    work = "terms"
    list_display = ("at", "member", "version", "mode")
    list_filter = ("mode", "version__document", "at")
    list_select_related = ("member", "version__document")
    search_fields = ("member__name", "member__user__email", "sha256")
    search_help_text = _("Name or e-mail address of the member, or the hash of what was shown")


@admin.register(RegistrationHold)
class RegistrationHoldAdmin(ReadOnlyAdmin):
    list_display = ("starts_at", "ends_at", "reason", "held_by")
    list_select_related = ("held_by",)
    list_filter = ("reason",)
