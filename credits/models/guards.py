"""What the database refuses, whoever asks (docs/adr/0002-ledger-guards.md).

An entry is the only way to move credits: the trigger on entries checks that the new rows continue the chain of their
member and of their lots, and applies them to the lots and to the account. Whatever else would change a remainder or a
balance is refused at once. What holds reserve moves in the same way, by reservations alone.
"""

from typing import Any

import pgtrigger
from django.db import models

from upstage_console.kernel.clauses import enforces

# Inside the triggers on entries and reservations the depth is 1: only there may remainder, balance and held move.
NOT_BY_AN_ENTRY = "pg_trigger_depth() = 0"

LOWER_A_DEBT = """
IF NEW.amount + coalesce((
    SELECT sum(amount) FROM credits_debt WHERE member_id = NEW.member_id AND charge = NEW.charge
), 0) < 0 THEN
    RAISE EXCEPTION 'more than the charge left owing' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
"""

# What never changes is looked at once. As constraints, which PostgreSQL reads anew for every statement that touches the
# table, these cost each charge about as much as burning does. The last day ends at 24:00 in Korea (rules.md, I-1).
BEGIN_SOUND = """
wrong := CASE
    WHEN NEW.amount <= 0 THEN 'lot_has_an_amount'
    WHEN NEW.expires_at <> (NEW.expires_on + 1)::timestamp AT TIME ZONE 'Asia/Seoul' THEN 'lot_expires_at_the_days_end'
    WHEN NEW.expires_at <= NEW.granted_at THEN 'lot_lives'
    WHEN NOT coalesce(CASE NEW.kind
        WHEN 'paid' THEN NEW.source = 'purchase' AND NEW.net >= 0 AND NEW.tax >= 0
        WHEN 'free' THEN NEW.source <> 'purchase' AND NEW.net IS NULL AND NEW.tax IS NULL
    END, false) THEN 'lot_paid_has_a_price'
    WHEN (NEW.source = 'grant') <> (NEW.purchase = '') THEN 'lot_names_its_purchase'
END;
IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'a lot that makes no sense: %', wrong USING ERRCODE = 'check_violation', CONSTRAINT = wrong;
END IF;
RETURN NEW;
"""


class Applying(pgtrigger.Trigger):
    """What was written is checked and applied by a function of ours, at the end of the statement that wrote it.

    The library's own functions can be told to be ignored, and asking whether they are costs each charge more than the
    check itself; these cannot.
    """

    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Insert
    referencing = pgtrigger.Referencing(new="written")  # type: ignore[no-untyped-call]
    func = "RETURN NULL;"

    def __init__(self, *, function: str, **more: Any) -> None:
        super().__init__(**more)
        self.function = function

    def render_execute(self, model: models.Model) -> str:
        return f"{self.function}()"


def entries_move_the_books() -> pgtrigger.Trigger:
    """Check new entries against the books and apply them, in the statement that writes them."""
    return Applying(name="move_the_books", function="credits_apply_entries")


def reservations_move_what_is_held() -> pgtrigger.Trigger:
    """Check new reservations against holds and lots and apply them, in the statement that writes them."""
    return Applying(name="move_what_is_held", function="credits_apply_reservations")


def begins_sound() -> pgtrigger.Trigger:
    """A lot has an amount, lives to 24:00 of its last day, and has the price and the purchase its kind asks for."""
    return pgtrigger.Trigger(
        name="begins_sound",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("wrong", "text")],
        func=BEGIN_SOUND,
    )


def lowered_to_nothing_at_most() -> pgtrigger.Trigger:
    """A row below zero takes at most what its charge still owes. Rows above zero, nearly all, pay nothing for it."""
    return pgtrigger.Trigger(
        name="lowered_to_nothing_at_most",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("NEW.amount < 0"),
        func=LOWER_A_DEBT,
    )


def ended_once() -> list[pgtrigger.Trigger]:
    """Holds begin open, end once, and are kept; what they hold, whose and until when never changes."""
    fixed = ("id", "public_id", "member_id", "key", "amount", "reserved", "at", "expires_at", "by_id", "note")
    return [
        pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        pgtrigger.Protect(name="fixed", operation=_update_of(*fixed)),
        pgtrigger.Protect(
            name="begins_open", operation=pgtrigger.Insert, condition=pgtrigger.Condition("NEW.state <> 'open'")
        ),
        pgtrigger.Protect(
            name="ended_once", operation=pgtrigger.Update, condition=pgtrigger.Condition("OLD.state <> 'open'")
        ),
    ]


@enforces("upstage/15.5")
def moved_only_by_entries(*moving: str, fixed: tuple[str, ...]) -> list[pgtrigger.Trigger]:
    """For a table that entries move: rows are kept, `fixed` columns never change, `moving` ones only by entries.

    Whose credits they are is fixed: nothing can be transferred, whoever asks.
    """
    starts_empty = pgtrigger.Condition(" OR ".join(f"NEW.{field} <> 0" for field in moving))
    return [
        pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        pgtrigger.Protect(name="fixed", operation=_update_of(*fixed)),
        pgtrigger.Protect(name="starts_empty", operation=pgtrigger.Insert, condition=starts_empty),
        pgtrigger.Protect(
            name="moved_by_entries",
            operation=_update_of(*moving),
            condition=pgtrigger.Condition(NOT_BY_AN_ENTRY),
        ),
    ]


def _update_of(*columns: str) -> pgtrigger.Operation:
    return pgtrigger.UpdateOf(*columns)  # type: ignore[no-untyped-call]
