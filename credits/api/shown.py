"""How credits look outside."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from credits.enums import EntryKind, LotKind, LotSource
from credits.models import Entry, Lot
from upstage_console.kernel.api.fields import Amount, Clauses, Instant
from upstage_console.kernel.figures import plain
from upstage_console.kernel.money import CURRENCIES

Currency = sorted(CURRENCIES)


class BalanceShown(serializers.Serializer[Any]):
    """What a member has at this instant, and what of it can be used."""

    member = serializers.CharField()
    currency = serializers.ChoiceField(Currency)
    paid = Amount(help_text="Paid credits that are there, held or not.")
    free = Amount(help_text="Free ones.")
    total = Amount(help_text="The balance: both together.")
    held = Amount(help_text="What open holds reserve of it.")
    unsettled = Amount(help_text="What has been used and is not burned yet.")
    available = Amount(
        help_text="What a call may use now: total − held − unsettled. Every operation goes by this number."
    )
    debt = Amount(help_text="What charges left owing, and no invoice names yet.")
    at = Instant()


class LotShown(serializers.Serializer[Lot]):
    """Credits that came in together and expire together. The context says in which currency, and at which instant."""

    id = serializers.CharField(source="public_id")
    kind = serializers.ChoiceField(LotKind.choices)
    source = serializers.ChoiceField(LotSource.choices)  # type: ignore[assignment]
    currency = serializers.SerializerMethodField()
    amount = Amount(help_text="What came in.")
    remaining = serializers.SerializerMethodField(help_text="What can still be used: nothing from `expires_at` on.")
    granted_at = Instant()
    expires_on = serializers.DateField(help_text="The last day, in Korea.")
    expires_at = Instant(help_text="24:00 of the last day in Korea.")
    purchase = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    clauses = Clauses()

    @extend_schema_field(serializers.ChoiceField(Currency))
    def get_currency(self, lot: Lot) -> str:
        return str(self.context["currency"])

    @extend_schema_field(Amount())
    def get_remaining(self, lot: Lot) -> str:
        at: datetime = self.context["at"]
        return plain(lot.remaining if lot.expires_at > at else Decimal(0))


class EntryShown(serializers.Serializer[Entry]):
    """One movement of one lot. The context says in which currency."""

    id = serializers.CharField(source="public_id")
    sequence = serializers.IntegerField(help_text="Members count their own entries: 1, 2, 3 … without a gap.")
    kind = serializers.ChoiceField(EntryKind.choices)
    currency = serializers.SerializerMethodField()
    amount = Amount(help_text="Above 0 comes in, below 0 goes out.")
    balance_before = Amount()
    balance = Amount()
    lot = serializers.CharField(source="lot.public_id")
    lot_kind = serializers.ChoiceField(LotKind.choices, source="lot.kind")
    lot_remaining = Amount()
    charge = serializers.SerializerMethodField(help_text="What was used and burned together.")
    at = Instant()
    clauses = Clauses()
    note = serializers.CharField(allow_blank=True)

    @extend_schema_field(serializers.ChoiceField(Currency))
    def get_currency(self, entry: Entry) -> str:
        return str(self.context["currency"])

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_charge(self, entry: Entry) -> str | None:
        return f"chg_{entry.charge.hex}" if entry.charge else None
