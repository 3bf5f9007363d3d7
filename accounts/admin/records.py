"""What was told and agreed to, and when acceptance was held: read only."""

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin.rows import OfMembersAdmin
from accounts.models import Consent, Notice, RegistrationHold
from upstage_console.kernel.admin import ReadOnlyAdmin, cells


@admin.register(Notice)
class NoticeAdmin(OfMembersAdmin):
    list_display = ("at", "member", "shown_subject", "about", "stage", "shown_clauses", "read_at")
    list_display_links = ("at", "shown_subject")
    list_filter = ("about", "at")
    list_select_related = ("member",)
    search_fields = ("member__name", "member__user__email", "subject_ko", "subject_en")
    search_help_text = _("Name or e-mail address of the member, or words of the subject")
    fields = ("public_id", "member", "at", "about", "stage", "subject_ko", "body_ko", "subject_en", "body_en",
              "shown_clauses", "read_at")  # fmt: skip
    readonly_fields = ("public_id", "shown_clauses")

    @admin.display(description=_("subject"))
    def shown_subject(self, notice: Notice) -> str:
        return cells.local(notice, "subject")

    @admin.display(description=_("clauses"))
    def shown_clauses(self, notice: Notice) -> SafeString:
        return cells.clause_links(notice.clauses)


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
