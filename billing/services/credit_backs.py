"""What was paid of an invoice that is credited goes back to the payments it came by (upstage/20.3, 20.4)."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from billing.enums import HandPaymentStatus, RepaymentStatus
from billing.models import CreditNote, Payment, Repayment
from billing.rules import repaying
from billing.services import credit_letters, repayments
from billing.services.fulfilment import follows_repayments
from upstage_console.kernel import due
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.wording import money

BY_HAND: Final = "credit_by_hand"


@enforces("upstage/20.3", "upstage/20.4")
def begin(note: CreditNote, *, by: Any, at: datetime) -> list[Repayment]:
    """Write down what goes back, in the caller's transaction; what no payment is left for is a task for staff."""
    require_transaction()
    left, made = note.back, []
    for payment in _sources(note) if left else ():
        share = min(repayments.left_of(payment), left)
        if share > 0:
            key = f"credit:{note.public_id}:{payment.pk}"
            made.append(repayments.create(repayments.Wanted(payment.pk, note.public_id, key, share), by=by, at=at))
            left -= share
    if left > 0:
        _ask_staff(note, left, at)
    return made


def _sources(note: CreditNote) -> list[Payment]:
    """The payments of the invoice, the last one first, then those behind refunds that were set off against it."""
    direct = Payment.objects.filter(settles__invoice=note.invoice_id).order_by("-pk")
    behind = Payment.objects.filter(purchase__refund_lines__refund__taken__invoice=note.invoice_id).order_by("-pk")
    return [*direct, *behind]


@follows_repayments("crn")
def follow(repayment: Repayment, *, by: Any, at: datetime) -> None:
    """A repayment of a credit note went back, or could not: the member is told, or staff are asked."""
    note: CreditNote = CreditNote.objects.filter(member=repayment.member_id).get_public(repayment.subject)
    states = set(Repayment.objects.filter(subject=note.public_id).values_list("status", flat=True))
    if states & set(repayments.OPEN):
        return
    if RepaymentStatus.FAILED in states:
        _ask_staff(note, missing(note), at)
    else:
        credit_letters.went_back(note, _by_bank(note), at=at)


def missing(note: CreditNote) -> Decimal:
    """What of a credit note's money neither went back nor was paid by hand, and is not on its way either."""
    by_hand = note.hand_payments.filter(status=HandPaymentStatus.PAID).values_list("amount", flat=True)
    return note.back - _by_bank(note) - sum(by_hand, Decimal(0))


def _by_bank(note: CreditNote) -> Decimal:
    """What went back to where it came from, or is on its way there."""
    gone = Repayment.objects.filter(subject=note.public_id).exclude(status=RepaymentStatus.FAILED)
    return sum(gone.values_list("amount", flat=True), Decimal(0))


def task_key(note: CreditNote) -> str:
    """By which the task that asks for the money is known: what fails after some was paid by hand is one of its own."""
    paid = note.hand_payments.filter(status=HandPaymentStatus.PAID).count()
    return f"{note.public_id}:{paid}" if paid else note.public_id


def _ask_staff(note: CreditNote, amount: Decimal, at: datetime) -> None:
    """One task for each credit note, whatever of it failed; its page says how much is missing."""
    last = repaying.paying_days(kst_date(at), Holiday.objects.calendar(), is_withdrawal=False).last
    due.open_item(
        BY_HAND, note, about=note.member, clause="upstage/20.4", at=at, key=task_key(note),
        title_ko=f"돌려줄 돈을 다른 방법으로 지급: {note.number}, {money(amount, note.currency, 'ko')}",
        title_en=f"Pay money back another way: {note.number}, {money(amount, note.currency, 'en')}",
        due_at=day_end(last), warn_at=at,
    )  # fmt: skip
