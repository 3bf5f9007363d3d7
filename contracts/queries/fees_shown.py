"""Fees of a contract as they stand on a day: with what change orders made of them, and what is agreed to come."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.enums import BINDING_DOCUMENTS
from contracts.models import Contract, ContractFee, FeeChange
from contracts.queries import fee_basis


@dataclass(frozen=True)
class FeeShown:
    """A fee, its amount on the day, and the changes that were agreed, the earliest first."""

    row: ContractFee
    amount: Decimal
    changes: tuple[FeeChange, ...]


def fees_of(contract: Contract, on: date) -> list[FeeShown]:
    """The fees in the contract's order; a fixed number of statements."""
    return [_shown(fee, on) for fee in fee_basis.fees_of(contract)]


def _shown(fee: ContractFee, on: date) -> FeeShown:
    agreed = [one for one in fee.changes.all() if one.document.status in BINDING_DOCUMENTS]
    changes = tuple(sorted(agreed, key=lambda one: (one.from_on, one.pk)))
    held = [one.amount for one in changes if one.from_on <= on]
    return FeeShown(fee, held[-1] if held else fee.amount, changes)
