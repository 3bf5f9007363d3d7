"""Payments, cards known by their token alone, agreements and purchases: read only."""

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from billing.admin.asking import LookUp, LookUpAll
from billing.admin.rows import MoneyOfMembersAdmin
from billing.enums import Failure, PaymentStatus
from billing.models import Payment, PaymentAgreement, PaymentMethod, Purchase, Repayment
from upstage_console.kernel.admin import cells

TONES = {PaymentStatus.SUCCEEDED: "good", PaymentStatus.FAILED: "danger", PaymentStatus.PENDING: "warn"}


class MovedAdmin(MoneyOfMembersAdmin):
    """Money that a gateway moves: why it did not stands in words."""

    @admin.display(description=_("failure"), ordering="failure")
    def shown_failure(self, row: Payment | Repayment) -> str:
        return Failure.in_words(row.failure)

    @admin.display(description=_("what for"), ordering="subject")
    def shown_subject(self, row: Payment | Repayment) -> SafeString:
        return cells.subject_link(row.subject)


@admin.register(Payment)
class PaymentAdmin(MovedAdmin):
    list_display = ("created_at", "member", "purpose", "shown_amount", "shown_status", "shown_failure")
    list_filter = ("status", "purpose", "failure", "payment_method__gateway", "created_at")
    readonly_fields = ("public_id", "shown_subject", "shown_failure")
    exclude = ("subject", "failure")
    verbs = (LookUp,)
    list_verbs = (LookUpAll,)

    @admin.display(description=_("status"), ordering="status")
    def shown_status(self, payment: Payment) -> SafeString:
        tone = TONES.get(PaymentStatus(payment.status), "")
        return cells.cell("pill", label=payment.get_status_display(), tone=tone)


@admin.register(Repayment)
class RepaymentAdmin(MovedAdmin):
    list_display = ("created_at", "member", "shown_subject", "shown_amount", "shown_status", "shown_failure")
    list_filter = ("status", "failure", "created_at")
    readonly_fields = ("public_id", "shown_subject", "shown_failure")
    exclude = ("subject", "failure")
    verbs = (LookUp,)

    @admin.display(description=_("status"), ordering="status")
    def shown_status(self, repayment: Repayment) -> SafeString:
        tone = TONES.get(PaymentStatus(repayment.status), "")
        return cells.cell("pill", label=repayment.get_status_display(), tone=tone)


@admin.register(PaymentMethod)
class PaymentMethodAdmin(MoneyOfMembersAdmin):
    list_display = ("member", "brand", "last4", "gateway", "registered_at", "replaced_at")
    list_filter = ("gateway", "brand")
    fields = (
        "public_id",
        "member",
        "gateway",
        "brand",
        "last4",
        "expires_on",
        "expiry_told",
        "registered_at",
        "replaced_at",
    )
    readonly_fields = ("public_id",)


@admin.register(PaymentAgreement)
class PaymentAgreementAdmin(MoneyOfMembersAdmin):
    list_display = ("member", "mode", "concluded_at", "ended_at")
    list_filter = ("mode",)
    readonly_fields = ("public_id",)


@admin.register(Purchase)
class PurchaseAdmin(MoneyOfMembersAdmin):
    list_display = ("created_at", "member", "mode", "credits", "bonus", "shown_total", "status", "expires_on")
    list_filter = ("status", "mode", "currency", "created_at")
    readonly_fields = ("public_id",)
