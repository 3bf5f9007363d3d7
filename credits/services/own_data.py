"""What a member's export holds of credits (upstage/6.5)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from accounts.models import Member
from accounts.services.own_data import part, streamed
from credits.models import Correction, Debt, Entry, Hold, Lot, PromotionGrant, Reservation


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


@part("credit_holds", place=220, ko="크레딧 예약", en="Credit holds", columns=(
    "number", "amount", "reserved", "state", "at", "until", "ended_at", "captured", "note"
))  # fmt: skip
def holds(member: Member) -> Iterable[Sequence[Any]]:
    """What was held, and what became of it."""
    fields = ("public_id", "amount", "reserved", "state", "at", "expires_at", "ended_at", "captured", "note")
    return streamed(Hold.objects.filter(member=member).order_by("pk"), *fields)


@part(
    "credit_reservations", place=221, ko="예약된 크레딧", en="Credits held", columns=("hold", "credit", "amount", "at")
)
def reservations(member: Member) -> Iterable[Sequence[Any]]:
    """Of which lots, and when they came free."""
    rows = Reservation.objects.filter(hold__member=member).order_by("pk")
    return streamed(rows, "hold__public_id", "lot__public_id", "amount", "at")


@part("credit_debts", place=230, ko="크레딧으로 내지 못한 요금", en="Owed beyond credits", columns=(
    "charge", "amount", "at", "clauses", "note"
))  # fmt: skip
def debts(member: Member) -> Iterable[Sequence[Any]]:
    """What charges left owing, and what corrections took off it."""
    return streamed(Debt.objects.filter(member=member).order_by("pk"), "charge", "amount", "at", "clauses", "note")


@part("promotions", place=240, ko="프로모션", en="Promotions", columns=(
    "promotion", "name", "amount", "credit", "joined", "at"
))  # fmt: skip
def promotions(member: Member) -> Iterable[Sequence[Any]]:
    """What the member had of promotions, by joining or from us."""
    joined = ExpressionWrapper(Q(consent__isnull=False), output_field=BooleanField())
    rows = PromotionGrant.objects.filter(member=member).annotate(joined=joined).order_by("pk")
    fields = ("promotion__public_id", "promotion__name_ko", "amount", "lot__public_id", "joined", "at")
    return streamed(rows, *fields)


@part("credit_corrections", place=250, ko="크레딧 정정", en="Corrections of credits", columns=(
    "number", "kind", "status", "amount", "charge", "credit", "reason", "proposed_at", "decided_at"
))  # fmt: skip
def corrections(member: Member) -> Iterable[Sequence[Any]]:
    """What was corrected by us, or proposed to be."""
    fields = ("kind", "status", "amount", "charge", "lot__public_id", "reason", "proposed_at", "decided_at")
    return streamed(Correction.objects.filter(member=member).order_by("pk"), "public_id", *fields)
