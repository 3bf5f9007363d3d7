"""Money that goes out to a customer by transfer: a task for the staff, once two people decided (rift/15.3, 17)."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from billing.models import FirmPayout
from billing.services import firm_payouts
from billing.services.firm_payouts import Sent
from contracts.models import Contract, Customer
from contracts.services import letters
from contracts.services.deadlines import last_instant
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.money import Money
from upstage_console.kernel.wording import money

TASK: Final = "contract_payout"


def owe(row: Any, contract: Contract, amount: Decimal, *, clause: str, at: datetime) -> FirmPayout:
    """Write down that an amount is to be transferred for `row`, with the task to do it, in the caller's transaction.

    Refuses `already_done` where another amount was decided for it.
    """
    subject, firm = audit.name_of(row), contract.customer.firm
    made = firm_payouts.decide(firm, subject, amount, contract.currency, at=at)
    last = last_instant("contract_payout_days", on=kst_date(at), at=at)
    ko, en = (money(amount, contract.currency, language) for language in ("ko", "en"))
    due.open_item(
        TASK, made, about=contract.customer, clause=clause, due_at=last, warn_at=last - timedelta(days=2), at=at,
        key=subject, title_ko=f"고객에게 송금: {contract.title} {ko}",
        title_en=f"Transfer to a customer: {contract.title}, {en}",
    )  # fmt: skip
    return made


@enforces("rift/15.3", "rift/17.1")
@transaction.atomic
def note_sent(payout_id: str, sent: Sent, *, reason: str, by: Any, at: datetime) -> FirmPayout:
    """Write down that money was transferred to a customer, who is told; the task is done.

    Refuses `not_found`, `already_done`, `invalid_dates`.
    """
    row = firm_payouts.note_sent(payout_id, sent, reason=reason, by=by, at=at)
    due.close_all(TASK, {row.subject: sent.reference}, by=by, at=at)
    text = notices.compose(
        _("%(amount)s were transferred to you"), _("On %(on)s, under the reference %(reference)s."),
        amount=Money(row.amount, row.currency), on=sent.on, reference=sent.reference,
    )  # fmt: skip
    customer = Customer.objects.get(firm=row.firm_id)
    letter = letters.Letter(customer.pk, None, "payment", text, f"sent:{row.public_id}", firm_payouts.CLAUSES)
    letters.tell([letter], at=at)
    return row
