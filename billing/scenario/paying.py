"""What scenarios can do with cards, purchases, invoices and refunds."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from accounts.enums import MemberStatus
from accounts.models import Member
from accounts.queries import standing
from billing.enums import AgreementMode, InvoiceKind
from billing.models import Invoice, InvoicePayment
from billing.queries import refunds
from billing.queries.debts import debt_of, owed
from billing.services import invoices, payment_methods, purchases
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.db import new_id
from upstage_console.kernel.errors import NotFound, Refusal
from upstage_console.scenarios.arguments import Choice, Date, Flag, Month, Name, NewName, Number
from upstage_console.scenarios.registry import Happening, action, extends, watches
from upstage_console.scenarios.world import Result, World

A_MEMBER = Name("member", required=True)
CARDS = ("ok", "declined", "times_out")


@extends("register", {"card": Choice(*CARDS, "none", default="ok"), "postpaid": Flag(default=False)})
def register_card(world: World, _result: Result, *, member: str, card: str, postpaid: bool) -> Result:
    """The card of a member who was accepted, and the agreement that comes with it."""
    row = Member.objects.get(pk=world.get("member", member))
    if card == "none" or row.status != MemberStatus.ACTIVE:
        return None
    mode = AgreementMode.POSTPAID if postpaid else AgreementMode.PREPAID
    payment_methods.register(member_id=row.pk, reference=card, by=row.user, at=world.now, mode=mode)
    return {"agreement": mode}


@action("set_card", {"member": A_MEMBER, "behaves": Choice(*CARDS, required=True)})
def set_card(world: World, *, member: int, behaves: str) -> Result:
    """Register a card in place of the one before."""
    by = Member.objects.get(pk=member).user
    method = payment_methods.register(member_id=member, reference=behaves, by=by, at=world.now)
    return {"card": str(method), "clauses": list(payment_methods.CONCLUDED)}


@action("buy_credits", {"member": A_MEMBER, "amount": Number(required=True), "as": NewName("purchase")})
def buy_credits(world: World, *, member: int, amount: Decimal, as_: str | None) -> Result:
    """Buy credits with the registered card."""
    by = Member.objects.get(pk=member).user
    bought = purchases.buy(member_id=member, amount=amount, key=new_id().hex, by=by, at=world.now)
    world.name("purchase", as_, bought.public_id)
    if bought.lot:
        world.name("lot", as_, bought.lot)
    return {
        "status": bought.status,
        "paid": bought.amount,
        "tax": bought.tax,
        "credits": bought.credits,
        "bonus": bought.bonus,
        "expires_on": bought.expires_on,
        "clauses": bought.reason["clauses"],
    }


@action("invoice", {"member": A_MEMBER, "month": Month(required=True)})
def invoice(world: World, *, member: int, month: date) -> Result:
    """The invoice of a month."""
    row = _monthly(member, month)
    debt = debt_of(row, world.today)
    return {
        "number": row.number,
        "subtotal": row.subtotal,
        "credits_applied": row.credits_applied,
        "tax": row.tax,
        "late_fee": debt.late_fee,
        "total": row.total,
        "due_on": row.due_on,
        "status": row.status,
        "clauses": ["upstage/2.7", "upstage/18.1", "upstage/18.4"],
    }


def _monthly(member: int, month: date) -> Invoice:
    row = Invoice.objects.filter(member=member, month=month, kind=InvoiceKind.MONTHLY).first()
    if row is None:
        raise NotFound
    return row


@action(
    "issue_invoice",
    {
        "member": A_MEMBER,
        "amount": Number(required=True),
        "due_on": Date(required=True),
        "as": NewName("invoice"),
    },
)
def issue_invoice(world: World, *, member: int, amount: Decimal, due_on: date, as_: str | None) -> Result:
    """Staff issue an invoice for one fee."""
    row = invoices.issue_single(
        member_id=member,
        amount=amount,
        due_on=due_on,
        what_ko="이용 요금",
        what_en="Service fee",
        by=world.staff("amy"),
        at=world.now,
    )
    world.name("invoice", as_, row.public_id)
    return {"number": row.number, "total": row.total, "tax": row.tax, "clauses": ["upstage/18.4"]}


@action(
    "pay_invoice",
    {"member": A_MEMBER, "month": Month(), "invoice": Name("invoice"), "amount": Number()},
)
def pay_invoice(
    world: World, *, member: int, month: date | None, invoice: str | None, amount: Decimal | None
) -> Result:
    """The member pays an invoice, or part of it."""
    row = Member.objects.get(pk=member)
    name = invoice or _monthly(member, month or world.today.replace(day=1)).public_id
    payment = invoices.pay(
        member_id=member, invoice_id=name, by=row.user, at=world.now, key=new_id().hex, amount=amount
    )
    paid = Invoice.objects.get_public(name)
    debt = debt_of(paid, kst_date(world.now))
    return {
        "status": paid.status,
        "paid": payment.amount,
        "late_fee": debt.late_fee,
        "due": debt.total,
        "standing": "in_order" if standing(row, at=world.now).may_use else "restricted",
        "clauses": ["upstage/18.2"],
    }


@action("owed", {"member": A_MEMBER, "invoice": Name("invoice")})
def owed_now(world: World, *, member: int, invoice: str | None) -> Result:
    """What is owed, of one invoice or of all."""
    debts = [debt for row, debt in owed(member, world.now) if invoice in (None, row.public_id)]
    return {
        "principal": sum((debt.principal for debt in debts), Decimal(0)),
        "late_fee": sum((debt.late_fee for debt in debts), Decimal(0)),
        "total": sum((debt.total for debt in debts), Decimal(0)),
        "clauses": ["upstage/18.2"],
    }


@action(
    "quote_refund",
    {"member": A_MEMBER, "purchase": Name("purchase"), "leaving": Flag(default=False)},
)
def quote_refund(world: World, *, member: int, purchase: str | None, leaving: bool) -> Result:
    """What would be refunded now, and why, or why not."""
    row = Member.objects.get(pk=member)
    found = refunds.quote(row, purchase=purchase, leaving=leaving, at=world.now)
    return {
        "outcome": "refundable" if found.is_refundable else "not_refundable",
        "credits": found.credits,
        "amount": found.amount,
        "tax": found.tax,
        "reason": found.refused,
        "clauses": list(found.clauses),
    }


@extends("show_member")
def show_buying(world: World, _result: Result, *, member: int) -> Result:
    """Whether the member could buy credits now."""
    try:
        purchases.check(Member.objects.get(pk=member), at=world.now)
    except Refusal as refusal:
        return {"may_buy": False, "may_not_buy_because": refusal.code}
    return {"may_buy": True}


@watches("invoices")
def invoices_between_steps(world: World, mark: int) -> Iterable[Happening]:
    """Invoices that the month close issued."""
    for row in Invoice.objects.filter(pk__gt=mark).select_related("member").order_by("pk"):
        facts = {"total": row.total, "due_on": row.due_on}
        yield Happening(row.pk, row.issued_at, f"invoice {row.number}", row.member.name, ("upstage/2.7",), facts)


@watches("payments")
def payments_between_steps(world: World, mark: int) -> Iterable[Happening]:
    """Payments of invoices that went through."""
    for row in InvoicePayment.objects.filter(pk__gt=mark).select_related("invoice__member").order_by("pk"):
        what = f"payment of {row.invoice.number}"
        facts = {"paid": row.principal + row.late_fee}
        yield Happening(row.pk, row.at, what, row.invoice.member.name, ("upstage/2.7",), facts)
