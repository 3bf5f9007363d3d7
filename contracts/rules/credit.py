"""How much credit a contract would take (rift/4.2)."""

from dataclasses import dataclass
from decimal import Decimal

from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.wording import money


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a customer owes, what a contract would add in a year, and the limit (None: none was set)."""

    unpaid_before: Decimal
    unpaid_invoices: Decimal
    yearly_value: Decimal
    limit: Decimal | None

    @property
    def total(self) -> Decimal:
        """All of it: exposure = unpaid before + unpaid invoices + this contract's yearly value."""
        return self.unpaid_before + self.unpaid_invoices + self.yearly_value

    @property
    def is_above(self) -> bool:
        """Whether a second person has to look: above the limit, not at it."""
        return self.limit is not None and self.total > self.limit


@enforces("rift/4.2")
def explain(seen: Exposure, currency: str) -> Reason:
    """The sum in a sentence, against the limit."""
    facts = {
        "unpaid_before": seen.unpaid_before, "unpaid_invoices": seen.unpaid_invoices,
        "yearly_value": seen.yearly_value, "total": seen.total, "limit": seen.limit, "is_above": seen.is_above,
    }  # fmt: skip
    said = {language: _said(seen, currency, language) for language in ("ko", "en")}
    return Reason(("rift/4.2",), _korean(seen, said["ko"]), _english(seen, said["en"]), facts)


def _said(seen: Exposure, currency: str, language: str) -> dict[str, str]:
    amounts = {"before": seen.unpaid_before, "invoices": seen.unpaid_invoices, "year": seen.yearly_value}
    amounts |= {"total": seen.total, "limit": seen.limit or Decimal(0)}
    return {name: money(amount, currency, language) for name, amount in amounts.items()}


def _korean(seen: Exposure, said: dict[str, str]) -> str:
    text = (
        f"이전 미수 {said['before']} + 미납 청구 {said['invoices']} + 이 계약의 1년 금액 {said['year']} = "
        f"{said['total']}."
    )
    if seen.limit is None:
        return f"{text} 여신 한도를 정하지 않았습니다."
    answer = "한도를 넘어 두 번째 사람이 필요합니다" if seen.is_above else "한도 안입니다"
    return f"{text} 여신 한도 {said['limit']}: {answer}."


def _english(seen: Exposure, said: dict[str, str]) -> str:
    text = (
        f"{said['before']} unpaid from before + {said['invoices']} of unpaid invoices + {said['year']} for a year of "
        f"this contract = {said['total']}."
    )
    if seen.limit is None:
        return f"{text} No credit limit was set."
    answer = "above it, so a second person is needed" if seen.is_above else "within it"
    return f"{text} The credit limit is {said['limit']}: {answer}."
