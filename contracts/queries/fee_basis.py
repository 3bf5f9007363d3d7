"""What the fees of contracts are counted from, read for one contract or for many by the same few statements (7.1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from contracts.enums import BINDING_DOCUMENTS
from contracts.models import (
    Contract,
    ContractFee,
    ContractUse,
    FeeBilling,
    FeeChange,
    FeePromotion,
    MilestoneAcceptance,
    Seat,
)
from contracts.rules.month_fees import Change, Promotion, Taken, Used, taken_days
from upstage_console.kernel.calendars import month_bounds, month_end
from upstage_console.kernel.clock import KST

first_of = itemgetter(0)


@dataclass(frozen=True)
class Adjusted:
    """What changes the amounts of fees: by fee, what both sides agreed to; and the contract's promotions."""

    changes: Mapping[int, tuple[Change, ...]]
    promotions: tuple[Promotion, ...]


@dataclass(frozen=True)
class Basis:
    """A contract with its fees in their order, and everything that a month of them depends on."""

    contract: Contract
    fees: Sequence[ContractFee]
    billings: Sequence[FeeBilling]
    accepted: Mapping[int, date]
    """By fee, the day on which its milestone was accepted."""
    adjusted: Adjusted
    taken: Sequence[Taken]
    used: Sequence[Used]

    def billings_of(self, fee: ContractFee) -> list[FeeBilling]:
        """What was billed of a fee once, or for days from the month on."""
        return [one for one in self.billings if one.fee_id == fee.pk]


def read(contracts: Sequence[Contract], month: date) -> list[Basis]:
    """The bases of a month, in the order of the contracts; a fixed number of statements however many there are."""
    keys = [contract.pk for contract in contracts]
    fees = _by_contract(ContractFee.objects.filter(contract__in=keys).order_by("contract_id", "position"))
    billings = _by_contract(_billings(keys, month))
    accepted, adjusted = _accepted(keys), _adjusted(keys)
    taken, used = _taken(keys, month), _used(keys, month)
    return [
        Basis(
            one, fees.get(one.pk, []), billings.get(one.pk, []), accepted, adjusted[one.pk], taken.get(one.pk, []),
            used.get(one.pk, []),
        )
        for one in contracts
    ]  # fmt: skip


def fees_of(contract: Contract) -> list[ContractFee]:
    """The fees in the contract's order, with their change orders; a fixed number of statements."""
    fees = ContractFee.objects.prefetch_related("changes__document").filter(contract=contract)
    return list(fees.order_by("position"))


def adjusted_of(contract: Contract) -> Adjusted:
    """What changes the amounts of a contract's fees."""
    return _adjusted([contract.pk])[contract.pk]


def _billings(keys: Sequence[int], month: date) -> QuerySet[FeeBilling]:
    held = FeeBilling.objects.filter(Q(is_once=True) | Q(until_on__gte=month), contract__in=keys)
    return held.order_by("contract_id", "pk")


def _accepted(keys: Sequence[int]) -> dict[int, date]:
    return dict(MilestoneAcceptance.objects.filter(fee__contract__in=keys).values_list("fee_id", "accepted_on"))


def _adjusted(keys: Sequence[int]) -> dict[int, Adjusted]:
    changes, promotions = _changes(keys), _promotions(keys)
    return {key: Adjusted(changes, promotions.get(key, ())) for key in keys}


def _changes(keys: Sequence[int]) -> dict[int, tuple[Change, ...]]:
    """By fee, in the order of their days, what was agreed."""
    held = FeeChange.objects.filter(fee__contract__in=keys, document__status__in=BINDING_DOCUMENTS)
    rows = held.order_by("fee_id", "from_on", "pk").values_list("fee_id", "from_on", "amount")
    return {fee: tuple(Change(*row[1:]) for row in some) for fee, some in groupby(rows, key=first_of)}


def _promotions(keys: Sequence[int]) -> dict[int, tuple[Promotion, ...]]:
    held = FeePromotion.objects.filter(contract__in=keys).order_by("contract_id", "from_on", "pk")
    rows = held.values_list("contract_id", "from_on", "until_on", "percent")
    return {key: tuple(Promotion(*row[1:]) for row in some) for key, some in groupby(rows, key=first_of)}


def _taken(keys: Sequence[int], month: date) -> dict[int, list[Taken]]:
    """The seats that existed in the month, by the days on which they count."""
    begins, ends = month_bounds(month)
    held = Seat.objects.filter(Q(until_at__isnull=True) | Q(until_at__gte=begins), contract__in=keys, from_at__lt=ends)
    days = [TruncDate(name, tzinfo=KST) for name in ("from_at", "until_at")]
    rows = held.order_by("contract_id", "pk").values_list("contract_id", *days)
    return {key: [taken_days(*row[1:]) for row in some] for key, some in groupby(rows, key=first_of)}


def _used(keys: Sequence[int], month: date) -> dict[int, list[Used]]:
    """What was used on each day of the month."""
    held = ContractUse.objects.filter(contract__in=keys, used_on__gte=month, used_on__lte=month_end(month))
    days = held.order_by("contract_id", "used_on").values_list("contract_id", "used_on").annotate(sum=Sum("quantity"))
    return {key: [Used(day, quantity) for _key, day, quantity in some] for key, some in groupby(days, key=first_of)}


def _by_contract(rows: Iterable[Any]) -> dict[int, list[Any]]:
    return {key: list(some) for key, some in groupby(rows, key=lambda row: row.contract_id)}
