"""Waiving late fees: with a reason, by two people; the principal stays owed (upstage/18.2)."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from accounts.services import notices
from billing.enums import ProposalStatus
from billing.errors import NothingLate, PaymentRunning, WaiverWaits
from billing.models import Invoice, LateFeeWaiver, Payment
from billing.queries.debts import debt_of
from billing.services import paid_up, payments, proposals
from billing.services.proposals import Topic
from upstage_console.kernel import audit, money
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.money import Money
from upstage_console.kernel.wording import Phrase
from upstage_console.kernel.wording import money as in_words

TOPIC: Final = Topic("late_fee_waiver", ("upstage/18.2",))


@enforces("upstage/18.2")
@transaction.atomic
def propose(invoice_id: str, *, amount: Decimal | None = None, reason: str, by: Any, at: datetime) -> LateFeeWaiver:
    """Propose to waive an invoice's late fee, or `amount` of it.

    Refuses `not_found`, `waiver_waits`, and `nothing_to_waive` for more than is owed, for 0 and for fractions.
    """
    invoice = _locked(invoice_id)
    if invoice.waivers.filter(status=ProposalStatus.PROPOSED).exists():
        raise WaiverWaits
    late_fee = debt_of(invoice, kst_date(at)).late_fee
    wanted = late_fee if amount is None else amount
    _check(wanted, late_fee, invoice.currency)
    row = LateFeeWaiver.objects.create(
        invoice=invoice, member=invoice.member, amount=wanted, currency=invoice.currency, reason=reason,
        proposed_by=audit.actor(by), proposed_at=at,
    )  # fmt: skip
    title = Phrase(
        f"가산금 면제 결정: {invoice.number} {in_words(wanted, invoice.currency, 'ko')}",
        f"Decide on waiving a late fee: {invoice.number}, {in_words(wanted, invoice.currency, 'en')}",
    )
    proposals.put(TOPIC, row, title=title, by=by, at=at, amount=wanted, invoice=invoice.number)
    return row


@enforces("upstage/18.2")
@transaction.atomic
def approve(waiver_id: str, *, reason: str, by: Any, at: datetime) -> LateFeeWaiver:
    """As the second person: the late fee is no longer owed; an invoice that owes nothing else is paid.

    Refuses `not_found`, `already_done`, `same_person`, `payment_pending` while the bank is asked, and
    `nothing_to_waive` where it was paid meanwhile.
    """
    row: LateFeeWaiver = proposals.take(LateFeeWaiver, waiver_id)
    invoice = _locked(row.invoice.public_id)
    if Payment.objects.filter(subject=invoice.public_id, status__in=payments.OPEN).exists():
        raise PaymentRunning
    _check(row.amount, debt_of(invoice, kst_date(at)).late_fee, invoice.currency)
    proposals.approve(TOPIC, row, reason=reason, by=by, at=at)
    paid_up.close(invoice, by=by, at=at)
    _tell(row, invoice, at)
    return row


@transaction.atomic
def drop(waiver_id: str, *, reason: str, by: Any, at: datetime) -> LateFeeWaiver:
    """Do not waive it. Refuses `not_found`, `already_done`."""
    row: LateFeeWaiver = proposals.take(LateFeeWaiver, waiver_id)
    proposals.drop(TOPIC, row, reason=reason, by=by, at=at)
    return row


def _locked(invoice_id: str) -> Invoice:
    """An invoice, after its member."""
    found = Invoice.objects.get_public(invoice_id)
    Member.objects.filter(pk=found.member_id).locked().get()
    invoice: Invoice = Invoice.objects.locked().get_public(invoice_id)
    return invoice


def _check(amount: Decimal, late_fee: Decimal, currency: str) -> None:
    if not 0 < money.exact(amount) <= late_fee or money.charged(amount, currency) != amount:
        raise NothingLate(facts={"amount": amount, "late_fee": late_fee})


def _tell(row: LateFeeWaiver, invoice: Invoice, at: datetime) -> None:
    text = notices.compose(
        _("The late fee of invoice %(number)s was waived"),
        _("%(amount)s of the late fee of invoice %(number)s are no longer owed. What else is owed stays as it is."),
        number=invoice.number, amount=Money(row.amount, row.currency),
    )  # fmt: skip
    key = f"late_fee_waiver:{row.public_id}"
    notices.notify(member_id=row.member_id, about="late_fee_waived", text=text, key=key, at=at, clauses=TOPIC.clauses)
