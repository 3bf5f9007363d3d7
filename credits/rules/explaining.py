"""Why a balance is what it is, at an instant: one sentence with the whole arithmetic, in Korean and in English."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.wording import Phrase, moment, money

NOTHING = Decimal(0)
CLAUSES = ("upstage/2.8", "upstage/15.3", "upstage/15.4")
WORDS = {
    "came_in": Phrase("지급·충전", "came in"),
    "used": Phrase("사용", "used"),
    "restored": Phrase("정정으로 복원", "restored by corrections"),
    "taken_back": Phrase("회수", "taken back"),
    "refunded": Phrase("환불", "refunded"),
    "ended": Phrase("보너스 종료", "bonus ended"),
    "void": Phrase("무효", "void"),
    "expired": Phrase("소멸", "expired"),
}
ADDS = ("came_in", "restored")
"""What makes a balance larger; all the others make it smaller."""


@dataclass(frozen=True)
class Sum:
    """A member's credits at an instant, in `currency`; `moved` is what had come in and gone, by the names of `WORDS`.

    `unsettled` has been used and not burned yet, `debt` is owed and on no invoice yet: both are known for the present.
    """

    at: datetime
    currency: str
    paid: Decimal
    free: Decimal
    held: Decimal = NOTHING
    unsettled: Decimal = NOTHING
    debt: Decimal = NOTHING
    moved: dict[str, Decimal] = field(default_factory=dict)
    is_coming: bool = False

    @property
    def total(self) -> Decimal:
        """The balance: both kinds together."""
        return self.paid + self.free

    @property
    def available(self) -> Decimal:
        """What can be used."""
        return self.total - self.held - self.unsettled

    @property
    def from_movements(self) -> Decimal:
        """The same balance, told by what came in and went."""
        return sum((amount if name in ADDS else -amount for name, amount in self.moved.items()), NOTHING)


@enforces("upstage/2.8", "upstage/15.3", "upstage/15.4")
def explained(given: Sum) -> Reason:
    """The sentence: the balance by kind, by what came in and went, and what of it can be used."""
    ko, en = (" ".join(_sentences(given, language)) for language in ("ko", "en"))
    facts = {"balance": given.total, "available": given.available, "at": given.at, **given.moved}
    return Reason(CLAUSES, ko, en, facts)


def _sentences(given: Sum, language: str) -> Iterable[str]:
    yield _when(given, language)
    yield _kinds(given, language)
    if given.moved:
        yield _movements(given, language)
    if given.held or given.unsettled:
        yield _usable(given, language)
    if given.debt:
        yield _owed(given, language)


def _when(given: Sum, language: str) -> str:
    at = moment(given.at, language)
    if given.is_coming:
        ko, en = f"{at}에는, 그때까지 더 쓰거나 받지 않으면:", f"At {at}, if nothing is used or given until then:"
        return {"ko": ko, "en": en}[language]
    return {"ko": f"{at}의 잔액:", "en": f"The balance at {at}:"}[language]


def _kinds(given: Sum, language: str) -> str:
    total, paid, free = (money(one, given.currency, language) for one in (given.total, given.paid, given.free))
    return {"ko": f"{total} = 유상 {paid} + 무상 {free}.", "en": f"{total} = paid {paid} + free {free}."}[language]


def _movements(given: Sum, language: str) -> str:
    parts: list[str] = []
    for name, phrase in WORDS.items():
        amount = given.moved.get(name, NOTHING)
        if amount or name == "came_in":
            sign = "+" if name in ADDS else "−"
            figure = f"{getattr(phrase, language)} {money(amount, given.currency, language)}"
            parts.append(f"{sign} {figure}" if parts else figure)
    line = f"{' '.join(parts)} = {money(given.from_movements, given.currency, language)}."
    return line[0].upper() + line[1:]


def _usable(given: Sum, language: str) -> str:
    held, unsettled, usable = (
        money(one, given.currency, language) for one in (given.held, given.unsettled, given.available)
    )
    parts_ko = [f"예약 {held}"] * bool(given.held) + [f"아직 정산되지 않은 사용 {unsettled}"] * bool(given.unsettled)
    parts_en = [f"{held} held"] * bool(given.held) + [f"{unsettled} used and not settled"] * bool(given.unsettled)
    return {
        "ko": f"{'과 '.join(parts_ko)}을 빼고 쓸 수 있는 금액은 {usable}.",
        "en": f"Less {' and '.join(parts_en)}, {usable} can be used.",
    }[language]


def _owed(given: Sum, language: str) -> str:
    owed = money(given.debt, given.currency, language)
    return {
        "ko": f"크레딧으로 내지 못해 청구될 금액은 {owed}.",
        "en": f"{owed} were not covered by credits and go on the invoice.",
    }[language]
