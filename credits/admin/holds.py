"""Holds in the back office: what is reserved, for what and until when; staff can let go of one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.rows import OfMembersAdmin
from credits.admin.corrections import money
from credits.enums import HoldState
from credits.errors import HoldEnded
from credits.models import Hold, Reservation
from credits.queries import as_it_is
from credits.services import holds
from upstage_console.kernel import clock
from upstage_console.kernel.admin import Done, ReadOnlyRows, Row, Text, Verb, cells
from upstage_console.kernel.errors import Refusal


class ReleaseHold(Verb):
    name, label, icon = "release", gettext_lazy("Release"), "lock_open"
    permission = "credits.release_hold"

    def sentence(self, row: Hold, *, at: datetime) -> Text:
        return _("The member can use again what is held. What it was held for can then no longer be captured.")

    def refusal(self, row: Hold, *, at: datetime) -> Refusal | None:
        state = as_it_is(row, at).state
        return None if state == HoldState.OPEN else HoldEnded(facts={"state": HoldState(state).label})

    def run(self, row: Hold, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = holds.let_go(hold_id=row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The hold is released."), result=done)

    def rows(self, row: Hold, done: Done, *, at: datetime) -> list[Row]:
        held, currency = done.result.held, row.member.currency
        return [Row(_("Held"), before=money(held + row.reserved, currency), after=money(held, currency))]


class ReservedRows(ReadOnlyRows):
    model = Reservation
    fields = ("lot", "amount", "at")


@admin.register(Hold)
class HoldAdmin(OfMembersAdmin):
    list_display = ("public_id", "member", "note", "shown_amount", "shown_held", "shown_state", "at", "expires_at")
    list_filter = ("state", "expires_at")
    verbs = (ReleaseHold,)
    inlines = (ReservedRows,)
    fields = ("public_id", "member", "note", "shown_amount", "shown_held", "shown_state", "at", "expires_at", "by",
              "ended_at", "ended_by", "captured", "charge")  # fmt: skip
    readonly_fields = ("public_id", "shown_amount", "shown_held", "shown_state")

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def shown_amount(self, hold: Hold) -> SafeString:
        return cells.cell("money", value=hold.amount, currency=hold.member.currency)

    @admin.display(description=gettext_lazy("held now"))
    def shown_held(self, hold: Hold) -> SafeString:
        return cells.cell("money", value=as_it_is(hold, clock.now()).held, currency=hold.member.currency)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, hold: Hold) -> str:
        return str(HoldState(as_it_is(hold, clock.now()).state).label)
