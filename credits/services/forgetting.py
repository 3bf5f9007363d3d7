"""What the ledger forgets of who left: the amounts are history and stay, the words that were written go (21.1)."""

from datetime import datetime

from accounts.services.kept_parts import Ids, forgetter
from credits.models import Correction, Debt, Entry, Lot

GONE = "–"
"""A correction has a reason by constraint; this is left of it."""


@forgetter
def words(ids: Ids, at: datetime) -> None:
    """Why credits were given, given back, or no longer owed."""
    Lot.objects.filter(member__in=ids).exclude(reason="").forget(reason="")
    Entry.objects.filter(member__in=ids).exclude(note="").forget(note="")
    Debt.objects.filter(member__in=ids).exclude(note="").forget(note="")
    Correction.objects.filter(member__in=ids).exclude(reason=GONE).update(reason=GONE)
