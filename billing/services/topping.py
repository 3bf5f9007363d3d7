"""Topping up when the balance runs low: never while a top-up is under way, at most so often a day (upstage/15.2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from accounts.services import notices
from billing.enums import PurchaseStatus, TopUpEnd, TopUpStatus
from billing.errors import NoPaymentMethod
from billing.models import PaymentMethod, Purchase, TopUp
from billing.queries import refund_policies
from billing.rules.purchases import quote
from billing.rules.topping import MOST_A_DAY
from billing.services import in_turn, payments, purchases
from billing.services.recharge_letters import in_both
from billing.services.top_up_outcomes import CLAUSES, switch_off
from credits.queries import available_expression, balance
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import day_start, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, Refusal

LIMIT = 1_000
LOW = """
SELECT rule.id FROM billing_topup AS rule JOIN accounts_member AS member ON member.id = rule.member_id
WHERE rule.status = 'on' AND member.status = 'active' AND coalesce(rule.not_before <= %(at)s, true)
    AND {available} < rule.below
ORDER BY rule.id LIMIT %(most)s
"""


@dataclass(frozen=True)
class Wish:
    """Below this, buy that much (without tax), at most so many times a day."""

    below: Decimal
    amount: Decimal
    most_a_day: int = 1


@enforces("upstage/15.2", "upstage/20.2")
@transaction.atomic
def set_top_up(*, member_id: int, wish: Wish, by: Any, at: datetime) -> TopUp:
    """Switch topping up on, in place of an earlier one; nothing is bought in this moment. A repeat changes nothing.

    Refuses `not_active`, `sanctioned`, `restricted`, `no_payment_method`, `invalid_amount`.
    """
    member = Member.objects.filter(pk=member_id).locked().get()
    purchases.check_standing(member, at=at)
    for amount in (wish.below, wish.amount):
        quote(amount, member.currency)
    if not 1 <= wish.most_a_day <= MOST_A_DAY:
        raise InvalidAmount(facts={"amount": wish.most_a_day})
    if not PaymentMethod.objects.filter(member=member, replaced_at__isnull=True).exists():
        raise NoPaymentMethod
    same = _same(member, wish, at)
    if same is not None:
        return same
    _end(member, TopUpEnd.REPLACED, by=by, at=at)
    rule = TopUp.objects.create(
        member=member,
        below=wish.below,
        amount=wish.amount,
        currency=member.currency,
        most_a_day=wish.most_a_day,
        conditions=refund_policies.in_force(kst_date(at)).version,
        set_by=audit.actor(by),
        set_at=at,
    )
    facts = {"below": wish.below, "amount": wish.amount, "most_a_day": wish.most_a_day}
    audit.record("top_up.set", rule, by=by, at=at, about=member, clauses=(*CLAUSES, "upstage/20.2"), facts=facts)
    return rule


def _same(member: Member, wish: Wish, at: datetime) -> TopUp | None:
    """What is on already with just this wish, agreed to under today's conditions; what was declined begins anew."""
    version = refund_policies.in_force(kst_date(at)).version
    found: TopUp | None = TopUp.objects.filter(
        member=member, status=TopUpStatus.ON, below=wish.below, amount=wish.amount, most_a_day=wish.most_a_day,
        currency=member.currency, conditions=version, declines=0,
    ).first()  # fmt: skip
    return found


@transaction.atomic
def stop(*, member_id: int, by: Any, at: datetime) -> None:
    """Switch it off; possible under any restriction. Refuses `already_done` where it is off."""
    member = Member.objects.filter(pk=member_id).locked().get()
    if not _end(member, TopUpEnd.MEMBER, by=by, at=at):
        raise AlreadyDone


def end_with_membership(member: Member, *, by: Any, at: datetime) -> None:
    """Switch off what somebody had who leaves, in the caller's transaction with the member locked."""
    require_transaction()
    _end(member, TopUpEnd.LEFT, by=by, at=at)


def _end(member: Member, because: TopUpEnd, *, by: Any, at: datetime) -> bool:
    rule = TopUp.objects.filter(member=member, status=TopUpStatus.ON).locked().first()
    if rule is not None:
        switch_off(rule, because, by=by, at=at)
    return rule is not None


def top_up_due(*, at: datetime, limit: int = LIMIT) -> int:
    """Buy for everybody whose balance is below their bound now; returns how many cards were asked. Safe to repeat."""
    with connection.cursor() as cursor:
        statement = LOW.format(available=available_expression("rule.member_id", "%(at)s"))
        cursor.execute(statement, {"at": at, "most": limit})
        low = [number for (number,) in cursor.fetchall()]
    return in_turn.done(low, lambda rule: _buy(rule, at))


def _buy(rule_id: int, at: datetime) -> bool:
    """Buy for one, or not after all; whether the card was asked."""
    payment_id = _begin(rule_id, at)
    if payment_id is not None:
        payments.ask(payment_id, by=None, at=at)
    return payment_id is not None


@enforces("upstage/15.1", "upstage/15.2")
@transaction.atomic
def _begin(rule_id: int, at: datetime) -> int | None:
    """Write one purchase down, or None where nothing is to be bought after all."""
    member = Member.objects.filter(top_ups=rule_id).locked().get()
    rule: TopUp = TopUp.objects.filter(pk=rule_id).locked().get()
    if rule.status == TopUpStatus.OFF or balance(member.pk, at).available >= rule.below:
        return None
    number = _times_today(rule, at)
    if number is None:
        return None
    try:
        method = purchases.check(member, at=at)
    except Refusal as why:
        _wait_until_tomorrow(rule, at)
        _tell_stopped(rule, why, at)
        return None
    quoted = purchases.quote(member, rule.amount, at=at)
    key = f"topup:{rule.public_id}:{kst_date(at)}:{number}"
    return purchases.write(member, method, quoted, key=key, by=None, at=at, top_up=rule).payment_id


def _times_today(rule: TopUp, at: datetime) -> int | None:
    """How often the card was asked today, or None while it is being asked or where that was often enough.

    What an earlier wish of the member asked for counts as well: a new one neither doubles what is under way nor begins
    the day anew.
    """
    mine = Purchase.objects.filter(member=rule.member_id, top_up__isnull=False)
    if mine.filter(status=PurchaseStatus.PENDING).exists():
        return None
    today = mine.filter(created_at__gte=day_start(kst_date(at)))
    if today.filter(status=PurchaseStatus.PAID).count() >= rule.most_a_day:
        _wait_until_tomorrow(rule, at)
        return None
    return int(today.count())


def _wait_until_tomorrow(rule: TopUp, at: datetime) -> None:
    rule.not_before = day_start(kst_date(at) + timedelta(days=1))
    rule.save(update_fields=["not_before"])


def _tell_stopped(rule: TopUp, why: Refusal, at: datetime) -> None:
    """Once a day at most: that nothing was bought, and why."""
    text = notices.compose(
        _("Topping up is stopped for now"), _("Your balance is low, but nothing was bought: %(why)s"), why=in_both(why)
    )
    key = f"top_up_stopped:{rule.public_id}:{kst_date(at)}"
    notices.notify(
        member_id=rule.member_id, about="recharge_failed", text=text, key=key, at=at, stage="stopped",
        clauses=why.clauses or ("upstage/15.1",),
    )  # fmt: skip
