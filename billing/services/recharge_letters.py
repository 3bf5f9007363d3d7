"""What members are told of their auto-recharge (upstage/15-2.1, 19)."""

from datetime import datetime

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.services import notices
from billing.enums import CycleStatus, PurchaseMode
from billing.models import Purchase, RechargeCycle, RechargePlan
from billing.rules import taxes
from billing.rules.recharging import TRY_AGAIN_AFTER
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.money import Money
from upstage_console.kernel.wording import Phrase

CLAUSES = ("upstage/15-2.1", "upstage/19")
EVERY = {PurchaseMode.MONTHLY: Phrase("매월", "every month"), PurchaseMode.ANNUAL: Phrase("매년", "every year")}


def tell_paid(purchase: Purchase, cycle: RechargeCycle, *, at: datetime) -> None:
    """What was charged, what it brought, and what comes next."""
    body = _(
        "%(total)s (with VAT) were charged and %(credits)s credits came in. The next charge is on %(next_on)s; until "
        "then you can change or cancel it."
    )
    if purchase.bonus_lot:
        body = _(
            "%(total)s (with VAT) were charged; %(credits)s credits and %(bonus)s bonus credits came in. The bonus "
            "ends with %(ends_on)s. The next charge is on %(next_on)s; until then you can change or cancel it."
        )
    if cycle.plan.next_on is None:
        body = _("%(total)s (with VAT) were charged and %(credits)s credits came in. Nothing more is charged.")
    text = notices.compose(
        _("Auto-recharge: %(total)s charged"),
        body,
        total=Money(purchase.total, purchase.currency),
        credits=purchase.credits,
        bonus=purchase.bonus,
        ends_on=cycle.ends_on,
        next_on=cycle.plan.next_on or cycle.ends_on,
    )
    key = f"recharged:{purchase.public_id}"
    notices.notify(member_id=cycle.member_id, about="recharged", text=text, key=key, at=at, clauses=CLAUSES[:1])


@enforces("upstage/19")
def tell_failed(cycle: RechargeCycle, *, key: str, at: datetime) -> None:
    """Each failure: when it is tried again, or that the plan waits for the member."""
    text = notices.compose(
        _("Auto-recharge failed"),
        _failed(cycle),
        total=_total(cycle),
        next_on=cycle.next_try_on or cycle.ends_on,
        tries=len(TRY_AGAIN_AFTER) + 1,
    )
    notices.notify(
        member_id=cycle.member_id, about="recharge_failed", text=text, key=f"recharge_failed:{key}", at=at,
        clauses=CLAUSES,
    )  # fmt: skip


def _failed(cycle: RechargeCycle) -> Promise:
    if cycle.status == CycleStatus.FAILED:
        return _(
            "Your card did not pay %(total)s in %(tries)s tries, so your auto-recharge is paused and nothing more is "
            "charged. Register a card that works and take it up again when you like."
        )
    if cycle.next_try_on is None:
        return _("Your card did not pay %(total)s. It is not tried again; nothing was charged.")
    return _(
        "Your card did not pay %(total)s. We try again on %(next_on)s. Register another card before if this one does "
        "not work any more."
    )


@enforces("upstage/15.1")
def tell_stopped(cycle: RechargeCycle, why: Refusal, *, at: datetime) -> None:
    """Once per cycle: that nothing is charged, and why (upstage/15.1)."""
    body = _(
        "Nothing was charged: %(why)s We look again on %(next_on)s; if that has not changed by the last of the days "
        "after, this cycle is passed over and the next one comes as planned."
    )
    if cycle.next_try_on is None:
        body = _("Nothing was charged: %(why)s This cycle is passed over, and the next one comes as planned.")
    text = notices.compose(
        _("Auto-recharge is stopped for now"),
        body,
        why=in_both(why),
        next_on=cycle.next_try_on or cycle.ends_on,
    )
    key = f"recharge_stopped:{cycle.public_id}"
    notices.notify(
        member_id=cycle.member_id, about="recharge_failed", text=text, key=key, at=at, stage="stopped",
        clauses=why.clauses or ("upstage/15.1",),
    )  # fmt: skip


def tell_set(plan: RechargePlan, *, is_new: bool, key: str, at: datetime) -> None:
    """What was switched on or changed, as the member confirmed it."""
    text = notices.compose(
        _("Auto-recharge is on") if is_new else _("Auto-recharge is changed"),
        _(
            "%(total)s (with VAT) are charged %(every)s, next on %(next_on)s. You can change or cancel it until then; "
            "it goes on until you do."
        ),
        total=Money(plan.amount + taxes.vat(plan.amount, plan.currency), plan.currency),
        every=EVERY[PurchaseMode(plan.mode)],
        next_on=plan.next_on,
    )
    notices.notify(
        member_id=plan.member_id, about="recharge", text=text, key=f"recharge:{key}", at=at,
        clauses=("upstage/15-2.1", "upstage/15-3.1"),
    )  # fmt: skip


def tell_cancelled(plan: RechargePlan, *, at: datetime) -> None:
    """That nothing more is charged."""
    text = notices.compose(
        _("Auto-recharge is cancelled"),
        _("Nothing more is charged. What was recharged stays usable to its own last day; a bonus ends with its cycle."),
    )
    key = f"recharge_cancelled:{plan.public_id}"
    notices.notify(
        member_id=plan.member_id, about="recharge", text=text, key=key, at=at, clauses=("upstage/16.2",)
    )  # fmt: skip


def tell_refused(plan: RechargePlan, *, key: str, at: datetime) -> None:
    """That a change was not approved, and what stays."""
    text = notices.compose(
        _("The change of your auto-recharge was not approved"),
        _("It goes on as it was: the next charge is on %(next_on)s."),
        next_on=plan.next_on,
    )
    notices.notify(
        member_id=plan.member_id, about="recharge", text=text, key=f"recharge_refused:{key}", at=at,
        clauses=("upstage/15-3.1",),
    )  # fmt: skip


def _total(cycle: RechargeCycle) -> Money:
    return Money(cycle.amount + taxes.vat(cycle.amount, cycle.currency), cycle.currency)


def in_both(why: Refusal) -> Phrase:
    """The sentence of a refusal in both languages."""
    return Phrase(*(in_language(why, language) for language in ("ko", "en")))


def in_language(why: Refusal, language: str) -> str:
    """The sentence of a refusal in one language."""
    with translation.override(language):
        return str(why)
