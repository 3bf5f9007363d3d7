"""What follows where a top-up was paid, or declined (upstage/15.2, 19)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from billing.enums import TOP_UP_MOVES, TopUpEnd, TopUpStatus
from billing.models import Purchase, TopUp
from billing.rules.topping import next_after_decline
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.money import Money
from upstage_console.kernel.transitions import move

CLAUSES = ("upstage/15.2",)


def note_paid(purchase: Purchase, *, at: datetime) -> None:
    """Forget the declines before, and tell the member what came in."""
    require_transaction()
    rule = _locked(purchase)
    rule.declines, rule.not_before = 0, None
    rule.save(update_fields=["declines", "not_before"])
    text = notices.compose(
        _("Topped up: %(total)s charged"),
        _(
            "Your balance fell below %(below)s, so %(total)s (with VAT) were charged and %(credits)s credits came in, "
            "as you chose."
        ),
        total=Money(purchase.total, purchase.currency),
        below=Money(rule.below, rule.currency),
        credits=purchase.credits + purchase.bonus,
    )
    key = f"topped_up:{purchase.public_id}"
    notices.notify(member_id=purchase.member_id, about="recharged", text=text, key=key, at=at, clauses=CLAUSES)


@enforces("upstage/19")
def note_failed(purchase: Purchase, *, by: Any, at: datetime) -> None:
    """Wait longer after each decline in a row, and go off after the last; the member is told each time."""
    require_transaction()
    rule = _locked(purchase)
    if rule.status == TopUpStatus.OFF:
        return
    rule.declines += 1
    rule.not_before = next_after_decline(rule.declines, at)
    rule.save(update_fields=["declines", "not_before"])
    body = _("Your card did not pay %(total)s. We try again after %(next)s while your balance is that low.")
    if rule.not_before is None:
        body = _("Your card did not pay %(total)s again, so topping up is off. Switch it on again when you like.")
        switch_off(rule, TopUpEnd.DECLINED, by=by, at=at)
    total = Money(purchase.total, purchase.currency)
    text = notices.compose(_("Topping up failed"), body, total=total, next=rule.not_before or at)
    key = f"recharge_failed:{purchase.public_id}"
    notices.notify(
        member_id=purchase.member_id, about="recharge_failed", text=text, key=key, at=at, clauses=("upstage/19",)
    )


def switch_off(rule: TopUp, because: TopUpEnd, *, by: Any, at: datetime) -> None:
    """Move it off, with its reason, in the caller's transaction."""
    move(
        rule, TopUpStatus.OFF, allowed=TOP_UP_MOVES, by=by, at=at, reason=because, clauses=CLAUSES,
        off_because=because, ended_at=at,
    )  # fmt: skip
    audit.record("top_up.off", rule, by=by, at=at, about=rule.member, reason=because, clauses=CLAUSES)


def _locked(purchase: Purchase) -> TopUp:
    rule: TopUp = TopUp.objects.filter(purchases=purchase.pk).locked().get()
    return rule
