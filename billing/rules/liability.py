"""How much of a claim against the company is payable: exclusions, and a cap by the fees paid before (upstage/24).

The module is general: `Terms` says how many months the window has, whether what was paid for other incidents counts
against the cap, and which clauses that rests on. These terms have six months and a cap for each incident.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.enums import DamageCause, Fault
from billing.rules.exclusions import EXCLUSIONS
from upstage_console.kernel import money, wording
from upstage_console.kernel.calendars import window_before
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.errors import InvalidAmount
from upstage_console.kernel.wording import Phrase

NOTHING = Decimal(0)
MOST_LISTED = 6
"""So many payments stand in the sentence; the worksheet lists all of them."""


@dataclass(frozen=True)
class Terms:
    """What an agreement says about liability: the window of the cap, what counts against it, and where it says so."""

    months: int
    is_cumulative: bool
    cap_clause: str
    exclusion_clause: str


UPSTAGE = Terms(months=6, is_cumulative=False, cap_clause="upstage/24.5", exclusion_clause="upstage/24.2")
"""Each incident has its own cap: the text names no other, and in doubt the member is favoured (I-5)."""


@dataclass(frozen=True)
class Refunded:
    """So much of a fee went back on a day, without tax."""

    on: date
    net: Decimal


@dataclass(frozen=True)
class Fee:
    """A fee as it was paid in money on a day, without tax, and what of it went back."""

    on: date
    net: Decimal
    what: Phrase
    name: str
    refunds: tuple[Refunded, ...] = ()

    def kept_until(self, last: date) -> Decimal:
        """What of it was still paid at the end of a day."""
        return self.net - sum((one.net for one in self.refunds if one.on <= last), NOTHING)


@dataclass(frozen=True)
class Award:
    """Compensation paid before."""

    amount: Decimal
    is_same_incident: bool = False


@dataclass(frozen=True)
class Claim:
    """What is claimed: all of it, the part that is indirect, special, consequential or punitive damage, and the cause
    where it is one that the terms leave out.
    """

    incident_on: date
    claimed: Decimal
    indirect: Decimal
    fault: Fault
    cause: DamageCause | None = None

    @property
    def is_limited(self) -> bool:
        """Whether exclusions and cap hold: not for intent and gross negligence (I-6)."""
        return self.fault == Fault.ORDINARY

    @property
    def excluded(self) -> Decimal:
        """What is out before the cap: everything for a cause that is left out, else the indirect part."""
        if not self.is_limited:
            return NOTHING
        return self.claimed if self.cause else self.indirect


@dataclass(frozen=True)
class Counted:
    """A payment of the window with what counts of it."""

    fee: Fee
    counts: Decimal


@dataclass(frozen=True)
class Verdict:
    """What is payable, with everything it was counted from. Without limits (I-6) the cap is told and does not hold."""

    window_from: date
    window_to: date
    fees: tuple[Counted, ...]
    cap: Decimal
    already_paid: Decimal
    excluded: Decimal
    is_limited: bool
    is_capped: bool
    payable: Decimal
    reason: Reason


@enforces("upstage/24.5")
def counted(fees: Iterable[Fee], first: date, last: date) -> tuple[Counted, ...]:
    """The fees paid from `first` to `last`, by payment day, less what had gone back of each by then.

    A refund belongs to its payment: one of an earlier payment takes nothing away, nor does one after the window (I-5).
    """
    return tuple(
        Counted(fee, fee.kept_until(last)) for fee in sorted(fees, key=lambda one: one.on) if first <= fee.on <= last
    )


@enforces("upstage/24.1", "upstage/24.2", "upstage/24.3", "upstage/24.5")
def assess(claim: Claim, fees: Iterable[Fee], awards: Iterable[Award], *, terms: Terms, currency: str) -> Verdict:
    """What of a claim is payable under these terms. Refuses `invalid_amount`: none, a fraction, more out than claimed.

    Intent and gross negligence know neither exclusion nor cap (I-6).
    """
    _check(claim, currency)
    first, last = window_before(claim.incident_on, months=terms.months)
    found = counted(fees, first, last)
    cap = money.paid_back(sum((one.counts for one in found), NOTHING), currency)
    paid = sum((one.amount for one in awards if terms.is_cumulative or one.is_same_incident), NOTHING)
    asked, left = claim.claimed - claim.excluded, max(cap - paid, NOTHING)
    is_capped = claim.is_limited and asked > left
    payable = left if is_capped else asked
    reason = _explain(claim, found, cap, paid, payable, terms, currency, (first, last))
    return Verdict(first, last, found, cap, paid, claim.excluded, claim.is_limited, is_capped, payable, reason)


def _check(claim: Claim, currency: str) -> None:
    for amount in (claim.claimed, claim.indirect):
        if money.exact(amount) < 0 or money.charged(amount, currency) != amount:
            raise InvalidAmount(facts={"amount": amount})
    if claim.claimed == 0 or claim.indirect > claim.claimed:
        raise InvalidAmount(facts={"amount": claim.indirect if claim.claimed else claim.claimed})


def _explain(
    claim: Claim, found: Sequence[Counted], cap: Decimal, paid: Decimal, payable: Decimal, terms: Terms, currency: str,
    window: tuple[date, date],
) -> Reason:  # fmt: skip
    sums = {
        "claimed": claim.claimed, "indirect": claim.indirect, "direct": claim.claimed - claim.indirect, "cap": cap,
        "paid": paid, "payable": payable,
    }  # fmt: skip
    facts = {
        **sums, "fault": str(claim.fault), "window_from": window[0], "window_to": window[1], "months": terms.months,
        "fees": [{"on": one.fee.on, "counts": one.counts, "name": one.fee.name} for one in found],
    }  # fmt: skip
    ko, en = (_sentence(claim, found, sums, terms, currency, window, language) for language in wording.LANGUAGES)
    left_out = (EXCLUSIONS[claim.cause].clause,) if claim.cause else ()
    return Reason((*left_out, terms.exclusion_clause, terms.cap_clause), ko, en, facts)


def _sentence(
    claim: Claim, found: Sequence[Counted], sums: dict[str, Decimal], terms: Terms, currency: str,
    window: tuple[date, date], language: str,
) -> str:  # fmt: skip
    said = {name: wording.money(amount, currency, language) for name, amount in sums.items()}
    said |= {"months": str(terms.months), "first": wording.day(window[0], language)}
    said |= {"last": wording.day(window[1], language), "on": wording.day(claim.incident_on, language)}
    said["fees"] = _listed(found, currency, language)
    if not claim.is_limited:
        return UNLIMITED[language] % said
    if claim.cause:
        return LEFT_OUT[language] % (said | {"cause": getattr(EXCLUSIONS[claim.cause].what, language)})
    before = BEFORE[language] % said if sums["paid"] else ""
    is_capped = sums["payable"] < sums["direct"]
    return LIMITED[language] % said + before + (CAPPED if is_capped else UNCAPPED)[language] % said


def _listed(found: Sequence[Counted], currency: str, language: str) -> str:
    parts = [wording.money(one.counts, currency, language) for one in found]
    if len(parts) < 2 or len(parts) > MOST_LISTED:
        return ""
    return " + ".join(parts) + " = "


LIMITED = {
    "ko": "사고일 %(on)s 전 %(months)s개월(%(first)s ~ %(last)s)에 낸 요금 = 한도: %(fees)s%(cap)s. "
    "청구액 %(claimed)s − 제외되는 손해 %(indirect)s = %(direct)s. ",
    "en": "Fees paid in the %(months)s months before the incident of %(on)s (%(first)s to %(last)s) make the cap: "
    "%(fees)s%(cap)s. Claimed %(claimed)s − excluded damage %(indirect)s = %(direct)s. ",
}
BEFORE = {"ko": "이미 배상한 금액: %(paid)s. ", "en": "Compensated before: %(paid)s. "}
LEFT_OUT = {
    "ko": "손해의 원인: %(cause)s. 고의 또는 중대한 과실이 없으면 회사는 책임을 지지 않습니다. "
    "청구액 %(claimed)s − 제외되는 손해 %(claimed)s = 배상할 금액 %(payable)s.",
    "en": "The damage came from %(cause)s. Short of intent and gross negligence the company does not answer for it. "
    "Claimed %(claimed)s − excluded damage %(claimed)s = payable %(payable)s.",
}
CAPPED = {
    "ko": "한도에 따라 배상할 금액: %(payable)s.",
    "en": "Payable within the cap: %(payable)s.",
}
UNCAPPED = {"ko": "배상할 금액: %(payable)s (한도 안).", "en": "Payable: %(payable)s, inside the cap."}
UNLIMITED = {
    "ko": "고의 또는 중대한 과실에는 한도도 제외도 적용하지 않습니다. 청구액 = 배상할 금액: %(payable)s.",
    "en": "Intent and gross negligence know neither cap nor exclusion: all that is claimed is payable, %(payable)s.",
}
