"""What invoices of contracts say: the lines of fees and of credits for shortfalls, and the letter (rift/7.1, 8.1)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from billing.enums import FirmLineKind
from billing.services.firm_invoices import FirmPart
from contracts.enums import FeeKind
from contracts.models import ContractInvoice, ServiceCredit
from contracts.queries.month_fees import ONCE, DueFee
from contracts.services.letters import Letter
from upstage_console.kernel.clauses import Reason
from upstage_console.kernel.money import Money

WORDS: Final = {
    FeeKind.FLAT: ("정액 이용료", "Flat monthly fee"), FeeKind.SEAT: ("사용자별 이용료", "Fee per user"),
    FeeKind.PROJECT: ("프로젝트 대금", "Project"), FeeKind.USAGE: ("사용량 요금", "Use"),
    FeeKind.STARTUP: ("착수비", "Start-up fee"),
}  # fmt: skip


def part_of(line: DueFee) -> FirmPart:
    """A line as the invoice shows it: what the contract calls the fee, and its days."""
    ko, en = WORDS[FeeKind(line.fee.kind)]
    days = "" if line.fee.kind in ONCE else f" ({line.from_on:%Y-%m-%d} – {line.until_on:%Y-%m-%d})"
    name = f" {line.fee.what or line.fee.milestone}".rstrip()
    found = line.billed
    return FirmPart(
        FirmLineKind(line.fee.kind), f"{ko}{name}{days}", f"{en}{name}{days}", found.quantity, found.unit_price,
        found.amount, found.charged, found.reason.as_json(),
    )  # fmt: skip


def part_of_credits(credits: Sequence[tuple[ServiceCredit, Decimal]]) -> FirmPart:
    """The line that takes credits for shortfalls off, with the arithmetic of their reports."""
    months = ", ".join(f"{credit.month:%Y-%m}" for credit, _part in credits)
    off = -sum((part for _credit, part in credits), Decimal(0))
    why = {language: "; ".join(credit.report.why[language] for credit, _part in credits) for language in ("ko", "en")}
    reason = Reason(("rift/8.1",), why["ko"], why["en"], {"months": months})
    return FirmPart(
        FirmLineKind.SLA_CREDIT, f"서비스 수준 미달 공제 ({months})", f"Credit for a shortfall ({months})",
        Decimal(1), off, off, off, reason.as_json(),
    )  # fmt: skip


def letters_of(made: Sequence[ContractInvoice], clauses: Sequence[str]) -> list[Letter]:
    """What customers hear of invoices."""
    facts = [{"number": one.invoice.number, "contract": one.contract.title,
              "total": Money(one.invoice.total, one.invoice.currency)} for one in made]  # fmt: skip
    subject = _("Invoice %(number)s for “%(contract)s”")
    body = _("%(total)s with tax. The days to pay run from the day on which you receive it.")
    texts = notices.compose_each(subject, body, facts)
    return [
        Letter(one.customer_id, one.contract_id, "invoice", text, f"invoice:{one.invoice.public_id}", clauses)
        for one, text in zip(made, texts, strict=True)
    ]
