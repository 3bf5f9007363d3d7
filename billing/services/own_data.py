"""What a member's export holds of usage, invoices and payments (upstage/6.5)."""

from collections.abc import Iterable, Sequence
from typing import Any

from accounts.models import Member
from accounts.services.own_data import part, streamed
from billing.models import (
    BusinessProfile,
    CardSetup,
    Charge,
    Compensation,
    CreditLine,
    CreditNote,
    Dispute,
    Invoice,
    InvoiceLine,
    LateFeeWaiver,
    LiabilityClaim,
    MemberClaim,
    OwnLimits,
    Payment,
    PaymentAgreement,
    PaymentMethod,
    PromotionJoined,
    Purchase,
    RechargeCycle,
    RechargePlan,
    RechargeStep,
    Reinvoice,
    Repayment,
    TaxInvoice,
    TopUp,
    Trial,
    UsageCorrection,
    UsageDay,
    UsageHour,
)

MONEY = ("amount", "burned", "owed", "currency")


@part("usage_by_day", place=300, ko="일별 사용", en="Usage by day", columns=(
    "day", "service", "meter", "key", "calls", "quantity", "amount", "paid_with_credits", "owed", "currency"
))  # fmt: skip
def usage(member: Member) -> Iterable[Sequence[Any]]:
    """What was used each day, and what it cost."""
    fields = ("day", "meter__service__code", "meter__code", "api_key__public_id", "events", "quantity", *MONEY)
    return streamed(UsageDay.objects.filter(member=member).order_by("day", "pk"), *fields)


@part("usage_by_hour", place=305, ko="시간별 사용", en="Usage by hour", columns=(
    "hour", "service", "meter", "key", "calls", "quantity", "amount"
))  # fmt: skip
def usage_by_hour(member: Member) -> Iterable[Sequence[Any]]:
    """What was used in each hour; each begins at the time told."""
    fields = ("hour", "meter__service__code", "meter__code", "api_key__public_id", "events", "quantity", "amount")
    return streamed(UsageHour.objects.filter(member=member).order_by("hour", "pk"), *fields)


@part("charges", place=310, ko="과금", en="Charges", columns=(
    "number", "day", "service", "meter", "calls", "quantity", "amount", "paid_with_credits", "owed", "currency", "at"
))  # fmt: skip
def charges(member: Member) -> Iterable[Sequence[Any]]:
    """What was charged, and what paid for it."""
    fields = ("public_id", "day", "meter__service__code", "meter__code", "events", "quantity", *MONEY, "at")
    return streamed(Charge.objects.filter(member=member).order_by("pk"), *fields)


@part("usage_corrections", place=312, ko="사용량 정정", en="Corrections of usage", columns=(
    "number", "charge", "used_at", "call", "status", "quantity_before", "quantity", "amount_before", "amount",
    "no_longer_owed", "credits_restored", "currency", "reason", "decided_at",
))  # fmt: skip
def usage_corrections(member: Member) -> Iterable[Sequence[Any]]:
    """Uses that were reported too high, and what was given back for them."""
    fields = ("public_id", "charge__public_id", "occurred_at", "event_id", "status", "quantity_before", "quantity",
              "amount_before", "amount", "lowered", "restored", "currency", "reason", "decided_at")  # fmt: skip
    return streamed(UsageCorrection.objects.filter(member=member).order_by("pk"), *fields)


@part("trials", place=314, ko="무료 체험", en="Free trials", columns=(
    "number", "service", "days", "starts_at", "ends_on", "agreed_at", "agreed_ko", "agreed_en", "paid_from",
))  # fmt: skip
def trials(member: Member) -> Iterable[Sequence[Any]]:
    """Free trials, with what was agreed to."""
    fields = ("public_id", "service__code", "days", "starts_at", "ends_on", "agreed_at", "agreed_ko", "agreed_en")
    return streamed(Trial.objects.filter(member=member).order_by("pk"), *fields, "paid_at")


@part("price_promotions", place=316, ko="요금 프로모션", en="Promotions on prices", columns=(
    "promotion", "percent", "starts_on", "ends_on", "joined_at",
))  # fmt: skip
def price_promotions(member: Member) -> Iterable[Sequence[Any]]:
    """Promotions on prices that were joined."""
    fields = ("promotion__code", "promotion__percent", "promotion__starts_on", "promotion__ends_on", "joined_at")
    return streamed(PromotionJoined.objects.filter(member=member).order_by("pk"), *fields)


@part("invoices", place=320, ko="청구서", en="Invoices", columns=(
    "number", "kind", "month", "currency", "usage", "paid_with_credits", "subtotal", "tax", "total", "issued_on",
    "due_on", "status", "paid_at",
))  # fmt: skip
def invoices(member: Member) -> Iterable[Sequence[Any]]:
    """Invoices."""
    amounts = ("currency", "usage", "credits_applied", "subtotal", "tax", "total")
    fields = ("number", "kind", "month", *amounts, "issued_on", "due_on", "status", "paid_at")
    return streamed(Invoice.objects.filter(member=member).order_by("pk"), *fields)


@part("invoice_lines", place=321, ko="청구서 항목", en="Lines of invoices", columns=(
    "invoice", "position", "what_ko", "what_en", "quantity", "price", "per", "amount", "paid_with_credits", "charged"
))  # fmt: skip
def invoice_lines(member: Member) -> Iterable[Sequence[Any]]:
    """The lines of the invoices."""
    fields = ("invoice__number", "position", "what_ko", "what_en", "quantity", "unit_price", "per", "amount")
    return streamed(InvoiceLine.objects.filter(member=member).order_by("invoice_id", "position"), *fields,
                    "credits", "charged")  # fmt: skip


@part("credit_notes", place=323, ko="감액 청구서", en="Credit notes", columns=(
    "number", "invoice", "currency", "subtotal", "tax", "total", "no_longer_owed", "late_fee_no_longer_owed",
    "paid_back", "late_fee_paid_back", "reason", "issued_on",
))  # fmt: skip
def credit_notes(member: Member) -> Iterable[Sequence[Any]]:
    """What of the invoices is not owed after all."""
    amounts = ("currency", "subtotal", "tax", "total", "off_principal", "off_late_fee", "back_principal",
               "back_late_fee")  # fmt: skip
    rows = CreditNote.objects.filter(member=member).order_by("pk")
    return streamed(rows, "number", "invoice__number", *amounts, "reason", "issued_on")


@part("credit_note_lines", place=325, ko="감액 청구서 항목", en="Lines of credit notes", columns=(
    "credit_note", "position", "what_ko", "what_en", "quantity", "amount", "paid_with_credits", "charged", "rounding"
))  # fmt: skip
def credit_lines(member: Member) -> Iterable[Sequence[Any]]:
    """The lines of the credit notes."""
    rows = CreditLine.objects.filter(member=member).order_by("credit_note_id", "position")
    return streamed(rows, "credit_note__number", "position", "line__what_ko", "line__what_en", "quantity", "amount",
                    "credits", "charged", "rounding")  # fmt: skip


@part("invoices_stated_again", place=327, ko="다시 청구한 내역", en="Invoices stated again", columns=(
    "number", "invoice", "month_to", "unpaid", "late_fee_of_the_month", "late_fees", "total", "currency", "at"
))  # fmt: skip
def reinvoices(member: Member) -> Iterable[Sequence[Any]]:
    """Unpaid invoices as they were stated again."""
    rows = Reinvoice.objects.filter(member=member).order_by("pk")
    return streamed(rows, "number", "invoice__number", "ends_on", "principal", "fee", "late_fee", "total", "currency",
                    "at")  # fmt: skip


@part("business_data", place=328, ko="사업자 정보", en="Business data", columns=(
    "representative", "address", "business_type", "business_item", "tax_email", "updated_at"
))  # fmt: skip
def business(member: Member) -> Iterable[Sequence[Any]]:
    """What stands on the documents of a business."""
    rows = BusinessProfile.objects.filter(member=member)
    return streamed(rows, "representative", "address", "business_type", "business_item", "tax_email", "updated_at")


@part("tax_invoices", place=329, ko="세금계산서", en="Tax invoices", columns=(
    "number", "month", "supply_value", "tax", "total", "currency", "recipient_number", "recipient_name",
    "recipient_representative", "recipient_address", "status", "approval_number", "issued_on",
))  # fmt: skip
def tax_invoices(member: Member) -> Iterable[Sequence[Any]]:
    """Tax invoices and their amendments."""
    amounts = ("public_id", "month", "supply_value", "tax", "total", "currency")
    parties = ("recipient_number", "recipient_name", "recipient_representative", "recipient_address")
    rows = TaxInvoice.objects.filter(member=member).order_by("pk")
    return streamed(rows, *amounts, *parties, "status", "approval_number", "issued_on")


@part("late_fee_waivers", place=322, ko="가산금 면제", en="Late fees waived", columns=(
    "number", "invoice", "status", "amount", "currency", "decided_at"
))  # fmt: skip
def late_fee_waivers(member: Member) -> Iterable[Sequence[Any]]:
    """Late fees that are not insisted on."""
    rows = LateFeeWaiver.objects.filter(member=member).order_by("pk")
    return streamed(rows, "public_id", "invoice__number", "status", "amount", "currency", "decided_at")


@part("claims_against_you", place=324, ko="회사의 청구", en="Claims of the company", columns=(
    "number", "kind", "status", "what_ko", "what_en", "amount", "currency", "invoice", "decided_at"
))  # fmt: skip
def member_claims(member: Member) -> Iterable[Sequence[Any]]:
    """Penalties and damages that were claimed."""
    fields = ("kind", "status", "what_ko", "what_en", "amount", "currency", "invoice__number", "decided_at")
    return streamed(MemberClaim.objects.filter(member=member).order_by("pk"), "public_id", *fields)


@part("claims_against_the_company", place=326, ko="회사에 대한 청구", en="Claims against the company", columns=(
    "number", "incident_on", "status", "what_ko", "what_en", "claimed", "excluded", "cap", "paid_before", "payable",
    "currency", "decided_at",
))  # fmt: skip
def liability_claims(member: Member) -> Iterable[Sequence[Any]]:
    """What was claimed of the company, and how it was decided."""
    fields = ("incident_on", "status", "what_ko", "what_en", "claimed", "excluded", "cap", "already_paid", "payable",
              "currency", "decided_at")  # fmt: skip
    return streamed(LiabilityClaim.objects.filter(member=member).order_by("pk"), "public_id", *fields)


@part("compensations", place=328, ko="손해배상 지급", en="Compensation", columns=(
    "number", "claim", "status", "amount", "currency", "paid_on", "how"
))  # fmt: skip
def compensations(member: Member) -> Iterable[Sequence[Any]]:
    """What the company paid for incidents."""
    rows = Compensation.objects.filter(member=member).order_by("pk")
    return streamed(rows, "public_id", "claim__public_id", "status", "amount", "currency", "paid_on", "how")


@part("purchases", place=330, ko="크레딧 구매", en="Purchases", columns=(
    "number", "amount", "tax", "total", "credits", "bonus", "currency", "mode", "status", "created_at", "paid_at",
    "usable_until",
))  # fmt: skip
def purchases(member: Member) -> Iterable[Sequence[Any]]:
    """Credits that were bought."""
    fields = ("amount", "tax", "total", "credits", "bonus", "currency", "mode", "status", "created_at", "paid_at",
              "expires_on")  # fmt: skip
    return streamed(Purchase.objects.filter(member=member).order_by("pk"), "public_id", *fields)


@part("recharge_plans", place=332, ko="자동충전", en="Auto-recharge", columns=(
    "number", "amount", "currency", "mode", "day", "status", "next_on", "created_at", "ended_at"
))  # fmt: skip
def recharge_plans(member: Member) -> Iterable[Sequence[Any]]:
    """Auto-recharges that were switched on."""
    fields = ("amount", "currency", "mode", "day", "status", "next_on", "created_at", "ended_at")
    return streamed(RechargePlan.objects.filter(member=member).order_by("pk"), "public_id", *fields)


@part("recharge_cycles", place=333, ko="자동충전 주기", en="Cycles of auto-recharge", columns=(
    "auto_recharge", "first_day", "last_day", "amount", "currency", "status"
))  # fmt: skip
def recharge_cycles(member: Member) -> Iterable[Sequence[Any]]:
    """The cycles that began, and what became of them."""
    rows = RechargeCycle.objects.filter(member=member).order_by("pk")
    return streamed(rows, "plan__public_id", "starts_on", "ends_on", "amount", "currency", "status")


@part("recharge_steps", place=334, ko="자동충전 이력", en="History of auto-recharge", columns=(
    "auto_recharge", "what", "status", "amount", "currency", "mode", "day", "next_on", "conditions", "shown", "at"
))  # fmt: skip
def recharge_steps(member: Member) -> Iterable[Sequence[Any]]:
    """What was switched on, changed and cancelled, and what stood on the page."""
    rows = RechargeStep.objects.filter(member=member).order_by("pk")
    return streamed(rows, "plan__public_id", "kind", "status", "amount", "currency", "mode", "day", "next_on",
                    "conditions", "shown", "at")  # fmt: skip


@part("top_ups", place=335, ko="부족 시 충전", en="Top-ups", columns=(
    "number", "below", "amount", "currency", "most_a_day", "status", "off_because", "set_at", "ended_at"
))  # fmt: skip
def top_ups(member: Member) -> Iterable[Sequence[Any]]:
    """What was to be bought when the balance runs low."""
    fields = ("below", "amount", "currency", "most_a_day", "status", "off_because", "set_at", "ended_at")
    return streamed(TopUp.objects.filter(member=member).order_by("pk"), "public_id", *fields)


@part("payments", place=340, ko="결제", en="Payments", columns=(
    "number", "purpose", "pays_for", "amount", "currency", "status", "failure", "created_at", "settled_at"
))  # fmt: skip
def payments(member: Member) -> Iterable[Sequence[Any]]:
    """Payments and what became of them."""
    fields = ("purpose", "subject", "amount", "currency", "status", "failure", "created_at", "settled_at")
    return streamed(Payment.objects.filter(member=member).order_by("pk"), "public_id", *fields)


@part("repayments", place=345, ko="반환된 결제", en="Repayments", columns=(
    "number", "payment", "pays_back_for", "amount", "currency", "status", "failure", "created_at", "settled_at"
))  # fmt: skip
def repayments(member: Member) -> Iterable[Sequence[Any]]:
    """Money that went back, and what became of it."""
    fields = ("payment__public_id", "subject", "amount", "currency", "status", "failure", "created_at", "settled_at")
    return streamed(Repayment.objects.filter(member=member).order_by("pk"), "public_id", *fields)


@part("payment_methods", place=350, ko="결제수단", en="Payment methods", columns=(
    "brand", "last_digits", "registered_at", "replaced_at"
))  # fmt: skip
def payment_methods(member: Member) -> Iterable[Sequence[Any]]:
    """Cards: what is kept of them, without the gateway's token."""
    rows = PaymentMethod.objects.filter(member=member).order_by("pk")
    return streamed(rows, "brand", "last4", "registered_at", "replaced_at")


@part("card_registrations", place=355, ko="카드 등록", en="Registrations of cards", columns=(
    "number", "status", "conditions_shown", "began_at", "ended_at"
))  # fmt: skip
def card_registrations(member: Member) -> Iterable[Sequence[Any]]:
    """When the member agreed to register a card, under which conditions of withdrawal, and what came of it."""
    rows = CardSetup.objects.filter(member=member).order_by("pk")
    return streamed(rows, "public_id", "status", "conditions", "began_at", "ended_at")


@part("disputes", place=346, ko="이의가 제기된 결제", en="Disputed payments", columns=(
    "number", "payment", "amount", "currency", "reason", "status", "opened_at", "closed_at"
))  # fmt: skip
def disputes(member: Member) -> Iterable[Sequence[Any]]:
    """Payments that the card's holder disputed at the bank."""
    fields = ("payment__public_id", "amount", "currency", "reason", "status", "opened_at", "closed_at")
    return streamed(Dispute.objects.filter(member=member).order_by("pk"), "public_id", *fields)


@part("agreements", place=360, ko="유료서비스 이용계약", en="Agreements on paid services", columns=(
    "number", "mode", "concluded_at", "ended_at", "clauses"
))  # fmt: skip
def agreements(member: Member) -> Iterable[Sequence[Any]]:
    """How the member agreed to pay, from when to when."""
    rows = PaymentAgreement.objects.filter(member=member).order_by("pk")
    return streamed(rows, "public_id", "mode", "concluded_at", "ended_at", "clauses")


@part("own_limits", place=370, ko="이용 한도와 알림", en="Own limits", columns=(
    "tell_me_at", "stop_at", "tell_me_below", "changed_at"
))  # fmt: skip
def own_limits(member: Member) -> Iterable[Sequence[Any]]:
    """The limits the member set."""
    return streamed(OwnLimits.objects.filter(member=member), "soft", "hard", "low_balance", "changed_at")
