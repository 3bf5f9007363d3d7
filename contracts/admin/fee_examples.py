"""What a price with steps comes to for a month's use, as the preview of a draft shows it (rift/7.1)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contracts.models import Contract, ContractFee
from contracts.rules import month_fees as rules
from contracts.rules.month_fees import Priced, Step, Used
from upstage_console.kernel.admin import Row
from upstage_console.kernel.figures import grouped
from upstage_console.kernel.wording import money, tongue

ANY_DAY: Final = date(2000, 1, 1)


def examples(contract: Contract) -> list[Row]:
    """For each price with steps a month that uses half as much again as its last step begins at."""
    return [row for fee in contract.fees.order_by("position") if fee.steps for row in _example(fee, contract.currency)]


def _example(fee: ContractFee, currency: str) -> Iterator[Row]:
    steps = [Step(Decimal(one["after"]), Decimal(one["amount"])) for one in fee.steps]
    units = max(step.after for step in steps) * Decimal("1.5")
    found = rules.usage(
        Priced(fee.amount), [Used(ANY_DAY, units)], included=fee.included or Decimal(0), steps=steps, currency=currency
    )
    label = _("Example: %(units)s units in a month") % {"units": grouped(units)}
    language = tongue(get_language())
    yield Row(label, after=f"{found.reason.text(language)} → {money(found.charged, currency, language)}")
