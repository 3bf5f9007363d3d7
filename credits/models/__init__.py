from credits.models.accounts import Account
from credits.models.corrections import Correction
from credits.models.debts import Debt
from credits.models.entries import Entry
from credits.models.holds import Hold, Reservation
from credits.models.lots import Lot
from credits.models.promotions import Handout, HandoutRefusal, Promotion, PromotionGrant

__all__ = [
    "Account", "Correction", "Debt", "Entry", "Handout", "HandoutRefusal", "Hold", "Lot", "Promotion", "PromotionGrant",
    "Reservation",
]  # fmt: skip
