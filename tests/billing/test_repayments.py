"""Money that goes back: once, never more than was paid, and never guessed."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from billing import gateways
from billing.enums import RepaymentStatus
from billing.errors import MoreThanPaid
from billing.models import Payment, Repayment, SandboxRefund
from billing.services import fulfilment, keeping, repayments
from tests.billing import make
from upstage_console.kernel.errors import InvalidAmount
from upstage_console.kernel.idempotency import IdempotencyMismatch
from upstage_console.kernel.models import AuditEvent, Transition

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/20.4")]


@pytest.fixture(autouse=True)
def followed(monkeypatch):
    """What followed from repayments: a subject of the tests' own."""
    seen = []

    def follow(repayment, *, by, at):
        seen.append((repayment.public_id, repayment.status))

    monkeypatch.setitem(fulfilment._followers, "tst", follow)
    return seen


def paid(amount="1000", *, card="ok", key="one", holder=None):
    kim = holder or make.member(card=card)
    return Payment.objects.get(pk=make.bought(kim, amount, key=key).payment_id)


def begun(payment, amount="1100", *, key="back", subject="tst_1", at=make.NOON):
    wanted = repayments.Wanted(payment.pk, subject, key, Decimal(amount))
    with transaction.atomic():
        return repayments.create(wanted, by=None, at=at)


def repaid(payment, amount="1100", *, key="back", at=make.NOON):
    return repayments.ask(begun(payment, amount, key=key, at=at).pk, by=None, at=at)


def test_all_goes_back_to_the_card_once(followed):
    repayment = repaid(paid())
    assert (repayment.status, repayment.reference != "", repayment.settled_at) == ("succeeded", True, make.NOON)
    assert repayments.ask(repayment.pk, by=None, at=make.later(hours=1)).status == "succeeded"
    assert list(SandboxRefund.objects.values_list("amount", "charge__amount")) == [(1100, 1100)]
    assert followed == [(repayment.public_id, "succeeded")]
    assert AuditEvent.objects.filter(action="repayment.created", subject=repayment.public_id).count() == 1
    assert list(
        Transition.objects.filter(subject=repayment.public_id).order_by("pk").values_list("to_state", flat=True)
    ) == ["pending", "succeeded"]


def test_same_key_is_one_repayment():
    payment = paid()
    assert begun(payment).pk == begun(payment).pk
    with pytest.raises(IdempotencyMismatch):
        begun(payment, "1")
    assert Repayment.objects.count() == 1


def test_parts_come_to_no_more_than_was_paid():
    payment = paid()
    repaid(payment, "600", key="a")
    begun(payment, "500", key="b")
    assert repayments.left_of(payment) == 0
    with pytest.raises(MoreThanPaid) as refused:
        begun(payment, "1", key="c")
    assert refused.value.facts == {"left": 0, "amount": 1, "currency": "KRW"}
    assert Repayment.objects.count() == 2


def test_payment_that_failed_gives_nothing_back():
    kim = make.member(card="times_out_declined")
    payment = paid(holder=kim)
    with pytest.raises(MoreThanPaid):
        begun(payment, "1")
    assert not Repayment.objects.exists()


@pytest.mark.parametrize("amount", ["0", "-1", "0.5"])
def test_amount_that_cannot_go_back(amount):
    with pytest.raises(InvalidAmount):
        begun(paid(), amount)
    assert not Repayment.objects.exists()


def test_what_nobody_follows_is_not_begun():
    with pytest.raises(KeyError):
        begun(paid(), subject="nobody_1")
    assert not Repayment.objects.exists()


def test_bank_that_is_late_is_asked_until_it_knows(followed):
    repayment = repaid(paid(card="refund_late"))
    assert (repayment.status, followed) == ("pending", [])
    assert repayments.reconcile(at=make.later(hours=23)) == 0
    assert repayments.reconcile(at=make.later(days=1)) == 1
    assert followed == [(repayment.public_id, "succeeded")]
    assert (SandboxRefund.objects.count(), repayments.reconcile(at=make.later(days=2))) == (1, 0)


def test_gateway_that_was_down_is_asked_again_under_the_same_key(followed):
    repayment = repaid(paid(card="refund_down"))
    assert repayment.status == "pending"
    assert repayments.reconcile(at=make.later(minutes=59)) == 0
    assert repayments.reconcile(at=make.later(minutes=60)) == 1
    assert (followed, SandboxRefund.objects.count()) == ([(repayment.public_id, "succeeded")], 1)


def test_refund_the_bank_refuses_leaves_the_money_to_another_way(followed):
    payment = paid(card="refund_fails")
    repayment = repaid(payment)
    assert (repayment.status, repayment.failure) == ("failed", "expired_or_canceled_card")
    assert followed == [(repayment.public_id, "failed")]
    assert repayments.left_of(payment) == 1100


class Killed(Exception):
    pass


@pytest.mark.parametrize("where", ["before", "inside", "after", "in what follows"])
def test_crash_anywhere_is_healed_without_a_second_refund(monkeypatch, followed, where):
    payment = paid()
    sandbox = type(gateways.current())
    target, name = {
        "before": (repayments, "_note_asked"),
        "inside": (sandbox, "refund"),
        "after": (repayments, "settle"),
        "in what follows": (fulfilment, "follow_repayment"),
    }[where]

    def dying(*args, **named):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(target, name, dying)
        with pytest.raises(Killed):
            repaid(payment)
    assert repayments.reconcile(at=make.later(minutes=1)) == 0
    assert repayments.reconcile(at=make.later(minutes=3)) == 1
    assert (Repayment.objects.get().status, SandboxRefund.objects.count(), len(followed)) == ("succeeded", 1, 1)


def test_database_refuses_more_than_was_paid():
    payment = paid()
    repaid(payment, "600")
    row = Repayment.objects.get()
    row.pk, row.public_id, row.key, row.status, row.settled_at = None, f"rpy_{'1' * 32}", "other", "created", None
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        row.save(force_insert=True)
    assert refused.value.__cause__.diag.constraint_name == "repayment_within_payment"


@pytest.mark.parametrize("change", ["amount = 1", "key = 'x'", "payment_id = 1"])
def test_database_keeps_what_was_agreed(change):
    begun(paid())
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE billing_repayment SET {change}")


def test_failed_repayment_is_not_brought_back():
    payment = paid(card="refund_fails")
    repaid(payment)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Repayment.objects.update(status=RepaymentStatus.CREATED, settled_at=None)
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        Repayment.objects.get().delete()


def test_repayment_of_another_members_payment_is_refused_by_the_database():
    payment, stranger = paid(), make.member()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Repayment.objects.create(
            member=stranger, payment=payment, subject="tst_1", key="k", amount=1, currency="KRW", created_at=make.NOON
        )
    assert refused.value.__cause__.diag.constraint_name == "repayment_of_a_payment"


def test_one_that_cannot_be_looked_up_stops_no_other(monkeypatch, followed):
    odd, other = begun(paid()), begun(paid(), key="other")
    Repayment.objects.filter(pk=odd.pk).update(status="pending", pending_at=make.NOON)
    sandbox = type(gateways.current())
    real = sandbox.find_refund

    def failing(self, *, key, **asked):
        if key == odd.public_id:
            raise LookupError(key)
        return real(self, key=key, **asked)

    monkeypatch.setattr(sandbox, "find_refund", failing)
    with pytest.raises(ExceptionGroup):
        repayments.reconcile(at=make.later(minutes=3))
    assert followed == [(other.public_id, "succeeded")]


@pytest.mark.clause("upstage/21.1")
def test_money_on_its_way_back_is_waited_for_and_what_went_back_is_kept():
    payment = paid()
    repayment = begun(payment)
    assert list(keeping.not_settled([payment.member_id], make.NOON)) == [payment.member_id]
    assert list(keeping.repaid([payment.member_id])) == []
    repayments.ask(repayment.pk, by=None, at=make.NOON)
    assert list(keeping.not_settled([payment.member_id], make.NOON)) == []
    [kept] = keeping.repaid([payment.member_id])
    assert (kept.content["repayment"], kept.content["amount"]) == (repayment.public_id, "1100.00")
