"""Buying credits (upstage/9.2, 15.1, 15.2, 17.1, 18.4, 20.2)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.errors import Sanctioned
from accounts.models import Member
from accounts.queries import standing
from accounts.services import restrictions
from billing.enums import PaymentPurpose, PurchaseMode, PurchaseStatus
from billing.errors import NoPaymentMethod, PaymentDeclined, PurchaseUnavailable, UnpaidFees
from billing.models import PaymentMethod, Purchase, RechargeCycle, TopUp
from billing.queries import recharging as queries
from billing.queries import refund_policies, tiers
from billing.queries.debts import debt_of, unpaid
from billing.rules import purchases as rules
from billing.rules.bonus import reached
from billing.services import payments
from upstage_console.kernel import audit, policy
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import new_id
from upstage_console.kernel.idempotency import IdempotencyMismatch, require_key
from upstage_console.kernel.money import Money

policy.reading(
    "purchases_closed_because",
    "",
    clause="upstage/15.1",
    why_ko="기술적, 제도적 또는 보안상의 이유로 결제를 할 수 없는 동안 그 이유를 적습니다. 비어 있으면 살 수 있습니다.",
    why_en="The reason, while paying is impossible for technical, institutional or security reasons; empty: open.",
    valid=lambda value: isinstance(value, str),
)


def buy(*, member_id: int, amount: Decimal, key: str, by: Any, at: datetime) -> Purchase:
    """Buy `amount` credits with the registered card, VAT on top; the same `key` again returns the first purchase.

    The tier that the amount reaches on this day gives the bonus, which comes with the credits.

    The purchase comes back `paid`, or `pending` where the gateway's answer is not known yet. Refuses `not_active`,
    `restricted`, `unpaid_fees`, `purchase_unavailable`, `no_payment_method`, `payment_declined`, `invalid_amount`,
    `invalid_key`, `idempotency_mismatch`. It talks to the gateway, so it is not called inside a transaction.
    """
    require_key(key, most=payments.LONGEST_KEY)
    purchase = _begin(member_id, amount, key, by, at)
    if purchase.status == PurchaseStatus.PENDING:
        payments.ask(purchase.payment_id, by=by, at=at)
        purchase = Purchase.objects.select_related("payment").get(pk=purchase.pk)
    if purchase.status == PurchaseStatus.FAILED:
        raise PaymentDeclined(facts={"failure": purchase.payment.failure})
    return purchase


@transaction.atomic
def _begin(member_id: int, amount: Decimal, key: str, by: Any, at: datetime) -> Purchase:
    """Check and write the purchase down, or find the one that this key made before."""
    member = Member.objects.filter(pk=member_id).locked().get()
    first = Purchase.objects.filter(member=member, key=key).select_related("payment").first()
    if first is not None:
        if first.amount != amount:
            raise IdempotencyMismatch
        return first
    quoted = quote(member, amount, at=at)
    method = check(member, at=at)
    return write(member, method, quoted, key=key, by=by, at=at)


def quote(member: Member, amount: Decimal, *, at: datetime, mode: str = PurchaseMode.ONCE) -> rules.Quote:
    """What an amount costs this member and what it gives, by the tiers of the day. Refuses `invalid_amount`."""
    checked = rules.quote(amount, member.currency)
    tier = reached(tiers.lines_on(kst_date(at)), amount, mode, member.currency)
    return checked if tier is None else rules.quote(amount, member.currency, tier)


@enforces("upstage/15.1", "upstage/9.2", "upstage/15.2", "upstage/17.1")
def check(member: Member, *, at: datetime) -> PaymentMethod:
    """What buying needs; returns the card it would be paid with. Refuses as `buy` does."""
    check_standing(member, at=at)
    invoice = unpaid(member.pk, at).first()
    if invoice is not None:
        due = debt_of(invoice, kst_date(at)).total
        facts = {"number": invoice.number, "due_on": invoice.due_on, "due": Money(due, invoice.currency)}
        raise UnpaidFees(facts=facts | {"currency": invoice.currency})
    closed = policy.value("purchases_closed_because", at=at)
    if closed:
        raise PurchaseUnavailable(facts={"reason": closed})
    method = PaymentMethod.objects.filter(member=member, replaced_at__isnull=True).first()
    if method is None:
        raise NoPaymentMethod
    return method


def check_standing(member: Member, *, at: datetime) -> None:
    """Refuse `not_active`, `sanctioned` or `restricted` where the member may not buy (upstage/15.1)."""
    found = standing(member, at=at)
    if found.is_active and found.sanctions:
        clauses = ["upstage/15.1", *restrictions.clauses_of(found.sanctions)]
        raise Sanctioned(facts={"restrictions": restrictions.named(found.sanctions)}, clauses=clauses)
    restrictions.require_use(member, at=at)


def write(
    member: Member,
    method: PaymentMethod,
    quoted: rules.Quote,
    *,
    key: str,
    by: Any,
    at: datetime,
    cycle: RechargeCycle | None = None,
    top_up: TopUp | None = None,
) -> Purchase:
    """Write a purchase and its payment down, in the caller's transaction, before anybody is asked for money."""
    public_id, shown = f"pur_{new_id().hex}", _shown(cycle, top_up, at)
    wanted = payments.Wanted(method, PaymentPurpose.PURCHASE, public_id, f"buy:{key}", quoted.total, quoted.currency)
    purchase = Purchase.objects.create(
        public_id=public_id,
        member=member,
        payment=payments.create(wanted, by=by, at=at),
        key=key,
        amount=quoted.amount,
        tax=quoted.tax,
        total=quoted.total,
        credits=quoted.credits,
        bonus=quoted.bonus,
        tier_id=quoted.tier.number if quoted.tier else None,
        mode=cycle.mode if cycle else PurchaseMode.ONCE,
        cycle=cycle,
        top_up=top_up,
        currency=quoted.currency,
        conditions=shown[0],
        conditions_shown_at=shown[1],
        created_at=at,
        reason=quoted.reason.as_json(),
    )
    clauses = (*quoted.reason.clauses, "upstage/20.2")
    audit.record("purchase.created", purchase, by=by, at=at, about=member, clauses=clauses)
    return purchase


@enforces("upstage/20.2")
def _shown(cycle: RechargeCycle | None, top_up: TopUp | None, at: datetime) -> tuple[str, datetime]:
    """Which conditions the member saw, and when: now, or when they chose what is bought for them later."""
    if top_up is not None:
        return top_up.conditions, top_up.set_at
    if cycle is not None:
        step = queries.last_chosen(cycle.plan_id)
        return step.conditions, step.at
    return refund_policies.in_force(kst_date(at)).version, at
