from credits.models.accounts import Account
from credits.models.entries import Entry
from credits.models.lots import Lot

__all__ = ["Account", "Entry", "Lot"]
