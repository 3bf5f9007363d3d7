from credits.models.accounts import Account
from credits.models.debts import Debt
from credits.models.entries import Entry
from credits.models.holds import Hold, Reservation
from credits.models.lots import Lot

__all__ = ["Account", "Debt", "Entry", "Hold", "Lot", "Reservation"]
