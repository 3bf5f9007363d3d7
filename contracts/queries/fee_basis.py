"""What the fees of contracts are counted from, read for one contract or for many by the same few statements (7.1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet, Sum

from contracts.models import (
    Contract,
    ContractFee,
    ContractUse,
    FeeBilling,
    FeePromotion,
    MilestoneAcceptance,
    Seat,
)
from contracts.rules.month_fees import Promotion, Taken, Used, taken_days
from upstage_console.kernel.calendars import kst_date, month_bounds, month_end


@dataclass(frozen=True)
class Basis:
    """A contract with its fees in their order, and everything that a month of them depends on."""

    contract: Contract
    fees: Sequence[ContractFee]
    billings: Sequence[FeeBilling]
    accepted: Mapping[int, date]
    """By fee, the day on which its milestone was accepted."""
    promotions: tuple[Promotion, ...]
    taken: Sequence[Taken]
    used: Sequence[Used]

    def billings_of(self, fee: ContractFee) -> list[FeeBilling]:
        """What was billed of a fee once, or for days from the month on."""
        return [one for one in self.billings if one.fee_id == fee.pk]


def read(contracts: Sequence[Contract], month: date) -> list[Basis]:
    """The bases of a month, in the order of the contracts; a fixed number of statements however many there are."""
    keys = [contract.pk for contract in contracts]
    fees = _by_contract(_fees().filter(contract__in=keys).order_by("contract_id", "position"))
    billings = _by_contract(_billings(keys, month))
    accepted, promotions = _accepted(keys), _promotions(keys)
    taken, used = _taken(keys, month), _used(keys, month)
    return [
        Basis(
            one, fees.get(one.pk, []), billings.get(one.pk, []), accepted, promotions.get(one.pk, ()),
            taken.get(one.pk, []), used.get(one.pk, []),
        )
        for one in contracts
    ]  # fmt: skip


def fees_of(contract: Contract) -> list[ContractFee]:
    """The fees in the contract's order, with what changes them; a fixed number of statements."""
    return list(_fees().filter(contract=contract).order_by("position"))


def promotions_of(contract: Contract) -> tuple[Promotion, ...]:
    """The promotions of a contract, for the rules."""
    return _promotions([contract.pk]).get(contract.pk, ())


def _fees() -> QuerySet[ContractFee]:
    return ContractFee.objects.prefetch_related("changes__document")


def _billings(keys: Sequence[int], month: date) -> QuerySet[FeeBilling]:
    held = FeeBilling.objects.filter(Q(is_once=True) | Q(until_on__gte=month), contract__in=keys)
    return held.order_by("contract_id", "pk")


def _accepted(keys: Sequence[int]) -> dict[int, date]:
    return dict(MilestoneAcceptance.objects.filter(fee__contract__in=keys).values_list("fee_id", "accepted_on"))


def _promotions(keys: Sequence[int]) -> dict[int, tuple[Promotion, ...]]:
    rows = FeePromotion.objects.filter(contract__in=keys).order_by("contract_id", "from_on", "pk")
    return {
        key: tuple(Promotion(one.from_on, one.until_on, one.percent) for one in some)
        for key, some in _by_contract(rows).items()
    }


def _taken(keys: Sequence[int], month: date) -> dict[int, list[Taken]]:
    """The seats that existed in the month, by the days on which they count."""
    begins, ends = month_bounds(month)
    held = Seat.objects.filter(Q(until_at__isnull=True) | Q(until_at__gte=begins), contract__in=keys, from_at__lt=ends)
    rows = held.order_by("contract_id", "pk").only("contract_id", "from_at", "until_at")
    return {key: [_days(one) for one in some] for key, some in _by_contract(rows).items()}


def _days(seat: Seat) -> Taken:
    return taken_days(kst_date(seat.from_at), None if seat.until_at is None else kst_date(seat.until_at))


def _used(keys: Sequence[int], month: date) -> dict[int, list[Used]]:
    """What was used on each day of the month."""
    held = ContractUse.objects.filter(contract__in=keys, used_on__gte=month, used_on__lte=month_end(month))
    days = held.order_by("contract_id", "used_on").values_list("contract_id", "used_on").annotate(sum=Sum("quantity"))
    return {
        key: [Used(day, quantity) for _key, day, quantity in some]
        for key, some in groupby(days, key=lambda row: row[0])
    }


def _by_contract(rows: Iterable[Any]) -> dict[int, list[Any]]:
    return {key: list(some) for key, some in groupby(rows, key=lambda row: row.contract_id)}
