"""What there is to know of a member's credits, for pages, the admin and the API alike: each a fixed number of queries.

An expired lot counts for nothing from its last instant on, whether its entry is posted or not.
"""

from credits.models import Lot
from credits.queries.as_of import AsOf, LotAsOf, as_of, entries_until
from credits.queries.balances import (
    NOTHING,
    Balance,
    account,
    available_expression,
    balance,
    claimed_expression,
)
from credits.queries.entries import entries, entries_of_charge, entries_of_lot, explained, movements_but_uses
from credits.queries.history import DayOfBalance, balance_history
from credits.queries.hold_names import named
from credits.queries.holds import (
    HoldAt,
    as_it_is,
    every_hold,
    hold,
    holds,
    is_open,
    open_holds,
    promised_expression,
    reservations_of,
    reserved_by_lot,
)
from credits.queries.lots import (
    Next,
    all_lots,
    coming_expiries,
    live_lots,
    lot,
    lots_in_burn_order,
    lots_of_purchase,
    next_to_burn,
    parcel,
    waiting_paid_lots,
    with_spare_bonus,
)
from credits.queries.purchases import PaidLot, paid_balance_after, paid_lots

__all__ = [
    "NOTHING", "AsOf", "Balance", "DayOfBalance", "HoldAt", "Lot", "LotAsOf", "Next", "PaidLot", "account", "all_lots",
    "as_it_is", "as_of", "available_expression", "balance", "balance_history", "claimed_expression", "coming_expiries",
    "entries", "entries_of_charge", "entries_of_lot", "entries_until", "every_hold", "explained", "hold", "holds",
    "is_open", "live_lots", "lot", "lots_in_burn_order", "lots_of_purchase", "movements_but_uses", "named",
    "next_to_burn", "open_holds", "paid_balance_after", "paid_lots", "parcel", "promised_expression", "reservations_of",
    "reserved_by_lot", "waiting_paid_lots", "with_spare_bonus",
]  # fmt: skip
