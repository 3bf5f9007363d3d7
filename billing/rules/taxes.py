"""Korean value added tax on what is charged (upstage/18.4)."""

from decimal import Decimal, localcontext

from upstage_console.kernel import money, wording
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.figures import grouped

VAT_RATE = Decimal("0.1")


@enforces("upstage/18.4")
def vat(net: Decimal, currency: str) -> Decimal:
    """10 % of the net amount, rounded down to the currency's unit."""
    return money.vat(net, currency, VAT_RATE)


@enforces("upstage/18.4")
def explain(net: Decimal, currency: str) -> Reason:
    """The sentence that shows the tax."""
    tax, percent = vat(net, currency), grouped(VAT_RATE * 100)
    net_ko, tax_ko = (wording.money(each, currency, "ko") for each in (net, tax))
    net_en, tax_en = (wording.money(each, currency, "en") for each in (net, tax))
    return Reason(
        ("upstage/18.4",),
        f"공급가액 {net_ko}의 {percent}% = 부가가치세 {tax_ko} (단위 미만 버림)",
        f"{percent}% of {net_en} = VAT {tax_en} (rounded down)",
        {"net": net, "tax": tax, "rate": VAT_RATE},
    )


def net_of(paid: Decimal, *, net: Decimal, total: Decimal, currency: str) -> Decimal:
    """What of a payment on a total with tax is the fee itself: its share of the net amount, rounded half up."""
    with localcontext(prec=80):
        return money.paid_back(paid * net / total, currency)
