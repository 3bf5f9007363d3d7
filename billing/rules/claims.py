"""Claims against a member: damage with legal fees and expenses, or a penalty (upstage/25.2, 18.6)."""

from collections.abc import Sequence
from decimal import Decimal

from billing.enums import HeadKind
from upstage_console.kernel import wording
from upstage_console.kernel.clauses import Reason, enforces

NAMES = {
    HeadKind.PENALTY: ("위약금", "Penalty"),
    HeadKind.DAMAGE: ("손해", "Damage"),
    HeadKind.LEGAL_FEES: ("법률비용", "Legal fees"),
    HeadKind.EXPENSES: ("제반 비용", "Expenses"),
}
MOST_NAMED = 180
"""A line of an invoice has so much room for what it is for."""


def named(kind: HeadKind, what: str) -> tuple[str, str]:
    """A head as an invoice has it, in Korean and in English."""
    ko, en = NAMES[kind]
    if kind == HeadKind.PENALTY:
        return ko, en
    return f"{ko}: {what}"[:MOST_NAMED], f"{en}: {what}"[:MOST_NAMED]


@enforces("upstage/25.1", "upstage/25.2")
def explain(heads: Sequence[tuple[HeadKind, Decimal]], currency: str) -> Reason:
    """The sentence that adds the heads up."""
    total = sum((amount for _, amount in heads), Decimal(0))
    ko, en = (_sum(heads, total, currency, place) for place in range(len(wording.LANGUAGES)))
    facts = {"total": total, "heads": [{"kind": str(kind), "amount": amount} for kind, amount in heads]}
    return Reason(("upstage/25.1", "upstage/25.2"), ko, en, facts)


def _sum(heads: Sequence[tuple[HeadKind, Decimal]], total: Decimal, currency: str, place: int) -> str:
    language = wording.LANGUAGES[place]
    parts = [f"{NAMES[kind][place]} {wording.money(amount, currency, language)}" for kind, amount in heads]
    return f"{' + '.join(parts)} = {wording.money(total, currency, language)}"


def explain_line(what_ko: str, what_en: str, amount: Decimal, currency: str) -> Reason:
    """The sentence under a line of an invoice for a claim."""
    return Reason(
        ("upstage/18.6", "upstage/25.2"),
        f"{what_ko}: {wording.money(amount, currency, 'ko')} (이용요금과 별도로 청구하며 부가가치세 없음)",
        f"{what_en}: {wording.money(amount, currency, 'en')} (apart from service fees, without VAT)",
        {"amount": amount},
    )
