"""What a member's export holds of credits (upstage/6.5)."""

from collections.abc import Iterable, Sequence
from typing import Any

from accounts.models import Member
from accounts.services.own_data import part, streamed
from credits.models import Entry, Lot


@part("credits", place=200, ko="크레딧", en="Credits", columns=(
    "number", "kind", "source", "amount", "remaining", "granted_at", "last_day", "price", "tax", "clauses"
))  # fmt: skip
def lots(member: Member) -> Iterable[Sequence[Any]]:
    """Lots: what was granted or bought, and what is left."""
    fields = ("kind", "source", "amount", "remaining", "granted_at", "expires_on", "net", "tax", "clauses")
    return streamed(Lot.objects.filter(member=member).order_by("pk"), "public_id", *fields)


@part("credit_entries", place=210, ko="크레딧 내역", en="Credit ledger", columns=(
    "sequence", "credit", "kind", "amount", "balance_before", "balance", "at", "clauses", "note"
))  # fmt: skip
def entries(member: Member) -> Iterable[Sequence[Any]]:
    """Every movement, in its order."""
    fields = ("sequence", "lot__public_id", "kind", "amount", "balance_before", "balance", "at", "clauses", "note")
    return streamed(Entry.objects.filter(member=member).order_by("sequence"), *fields)
