"""What becomes of the demo's invoices: business data, tax invoices, what is stated again, one credit note."""

from datetime import datetime
from decimal import Decimal

from accounts.models import Member, User
from billing.enums import InvoiceKind
from billing.models import Invoice
from billing.services import business, credit_notes, reinvoicing, tax_invoices

DAYS_OF_THE_CREDIT_NOTE = 6
A_BUSINESS = {
    "representative": "한바다", "address": "부산광역시 해운대구 센텀중앙로 90, 12층", "business_type": "정보통신업",
    "business_item": "데이터 처리", "tax_email": "tax@sea.example",
}  # fmt: skip


def on_the_day(left: int, firm: Member, staff: User, at: datetime) -> None:
    """The jobs of the night about invoices; `left` days before the end one use turns out to have been counted twice."""
    if at.day == 1:
        business.state(member_id=firm.pk, given=A_BUSINESS, by=firm.user, at=at)
        tax_invoices.prepare_due(at=at)
    reinvoicing.state_again(at=at)
    last = Invoice.objects.filter(member=firm, kind=InvoiceKind.MONTHLY, subtotal__gt=0).order_by("-pk").first()
    if left == DAYS_OF_THE_CREDIT_NOTE and last is not None:
        credit_notes.issue(
            invoice_id=last.public_id, amount=min(Decimal(10), last.subtotal), by=staff, approver=None, at=at,
            reason="같은 문서가 두 번 집계되었습니다.", subject="demo",
        )  # fmt: skip
