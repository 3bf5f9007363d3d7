"""What changes the fees of a concluded contract: change orders, promotions, milestones (rift/5.2, 7.1, 14.3)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from contracts.enums import FeeKind, PaperKind
from contracts.errors import DeliverablesOpen
from contracts.models import Contract, ContractFee, FeeChange, FeePromotion, MilestoneAcceptance
from contracts.queries.deliverables import is_milestone_reached
from contracts.queries.month_fees import last_day_of
from contracts.queries.standing import require_concluded, require_in_force
from contracts.services import documents, drafting, letters, planning
from contracts.services.documents import Paper
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, InvalidDates, NotFound
from upstage_console.kernel.figures import grouped

CHANGE: Final = "rift/5.2"
FEES: Final = "rift/7.1"
PROMOTION: Final = "rift/14.3"
WHOLE: Final = Decimal(100)


@dataclass(frozen=True)
class NewAmount:
    """Another amount for the fee at this position, without tax, from a day on."""

    position: int
    amount: Decimal
    from_on: date


@enforces(CHANGE, FEES)
@transaction.atomic
def offer_change(contract_id: str, change: NewAmount, *, by: Any, at: datetime, reason: str = "") -> FeeChange:
    """Offer a change order to the customer; the fee changes from its day once both sides agreed to that document.

    What was billed before stays billed. Refuses `not_found`, `not_concluded`, `not_active`, `invalid_amount`,
    `invalid_dates` for a day outside of the term, and `already_done` where the fee has that amount.
    """
    contract = going(contract_id, at)
    fee = fee_of(contract, position=change.position)
    _check(contract, fee, change)
    ko = f"변경합의서: {fee} {grouped(change.amount)} ({change.from_on:%Y-%m-%d}부터)"
    says = {f"fee_{fee.position}": f"{change.amount.normalize():f} / {change.from_on.isoformat()}"}
    paper = documents.add(
        contract_id, Paper(PaperKind.CHANGE_ORDER, ko[:200], says), by=by, at=at, reason=reason
    )  # fmt: skip
    documents.offer(paper.public_id, by=by, at=at, reason=reason)
    made: FeeChange = FeeChange.objects.create(
        customer_id=contract.customer_id, fee=fee, document=paper, amount=change.amount, from_on=change.from_on
    )
    facts = {"fee": str(fee), "amount": change.amount, "from": change.from_on}
    audit.record("contract.change_offered", contract, by=by, at=at, about=contract.customer, reason=reason,
                 clauses=[CHANGE, FEES], facts=facts)  # fmt: skip
    return made


def _check(contract: Contract, fee: ContractFee, change: NewAmount) -> None:
    if not change.amount.is_finite() or change.amount < 0:
        raise InvalidAmount(facts={"amount": change.amount})
    last = last_day_of(contract)
    if contract.starts_on is None or last is None or not contract.starts_on <= change.from_on <= last:
        raise InvalidDates(facts={"starts_on": contract.starts_on, "ends_on": change.from_on}, clauses=[CHANGE])
    if change.amount == fee.amount and not fee.changes.exists():
        raise AlreadyDone(clauses=[CHANGE])


@enforces(PROMOTION)
@transaction.atomic
def promote(
    contract_id: str, percent: Decimal, *, until: date, by: Any, at: datetime, reason: str = ""
) -> FeePromotion:  # fmt: skip
    """Take so many percent off the monthly fees from today to the end of a day; nothing has to end it (14.3).

    Refuses `not_found`, `not_concluded`, `not_active`, `invalid_amount`, and `invalid_dates` for a day that is over.
    """
    contract = going(contract_id, at)
    if not percent.is_finite() or not 0 < percent <= WHOLE:
        raise InvalidAmount(facts={"amount": percent})
    if until < kst_date(at):
        raise InvalidDates(facts={"starts_on": kst_date(at), "ends_on": until}, clauses=[PROMOTION])
    made: FeePromotion = FeePromotion.objects.create(
        customer_id=contract.customer_id, contract=contract, percent=percent, from_on=kst_date(at), until_on=until,
        given_by=audit.actor(by), given_at=at,
    )  # fmt: skip
    audit.record("contract.promoted", contract, by=by, at=at, about=contract.customer, reason=reason,
                 clauses=[PROMOTION], facts={"percent": percent, "until": until})  # fmt: skip
    text = notices.compose(
        _("%(percent)s %% off the monthly fees of “%(contract)s”"),
        _("Until the end of %(until)s; then the standard rates follow by themselves (14.3)."),
        percent=grouped(percent), contract=contract.title, until=until,
    )  # fmt: skip
    letter = letters.Letter(
        contract.customer_id, contract.pk, "contract", text, f"promotion:{made.public_id}", [PROMOTION]
    )
    letters.tell([letter], at=at)
    return made


@enforces(FEES)
@transaction.atomic
def accept_milestone(
    contract_id: str, milestone: str, *, by: Any, at: datetime, reason: str = ""
) -> MilestoneAcceptance:  # fmt: skip
    """Write down that the customer accepted a milestone; its fixed price is billed from now on.

    Refuses `not_found` for a milestone the contract does not have, `not_concluded`, `not_active`, `already_done`, and
    `deliverables_open` where it has deliverables that are not accepted.
    """
    contract = drafting.locked(contract_id)
    require_in_force(contract, on=kst_date(at))
    fee = fee_of(contract, kind=FeeKind.PROJECT, milestone=milestone)
    if fee.deliverables.exists() and not is_milestone_reached(fee, on=kst_date(at)):
        names = ", ".join(fee.deliverables.order_by("pk").values_list("name", flat=True))
        raise DeliverablesOpen(facts={"milestone": milestone, "open": names})
    return note_milestone(contract, fee, by=by, at=at, reason=reason)


def note_milestone(contract: Contract, fee: ContractFee, *, by: Any, at: datetime, reason: str) -> MilestoneAcceptance:
    """Write down that a milestone was accepted, in the caller's transaction; after the term a task bills it.

    Refuses `already_done`.
    """
    require_transaction()
    if MilestoneAcceptance.objects.filter(fee=fee).exists():
        raise AlreadyDone(clauses=[FEES])
    made: MilestoneAcceptance = MilestoneAcceptance.objects.create(
        customer_id=contract.customer_id, fee=fee, accepted_on=kst_date(at), recorded_by=audit.actor(by), at=at
    )
    audit.record("contract.milestone_accepted", contract, by=by, at=at, about=contract.customer, reason=reason,
                 clauses=[FEES], facts={"milestone": fee.milestone})  # fmt: skip
    planning.open_late_milestone(fee, at=at)
    return made


def going(contract_id: str, at: datetime) -> Contract:
    """A contract that was concluded and is not over, also one that has not begun."""
    contract = drafting.locked(contract_id)
    require_concluded(contract)
    last = last_day_of(contract)
    if contract.ended_at is not None or (last is not None and last < kst_date(at)):
        require_in_force(contract, on=kst_date(at))
    return contract


def fee_of(contract: Contract, **known: Any) -> ContractFee:
    """The first fee of a contract with what is known of it. Refuses `not_found`."""
    fee: ContractFee | None = contract.fees.filter(**known).order_by("position").first()
    if fee is None:
        raise NotFound
    return fee
