"""Cards that are removed or replaced here are forgotten by their gateway as well (upstage/19)."""

import pytest
from django.db import transaction

from billing.models import Payment, PaymentMethod, SandboxDetachment
from billing.services import keeping, payment_methods, payments
from tests.billing import make
from upstage_console.kernel import clock, outbox
from upstage_console.kernel.models import AuditEvent, OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/19")]


def removed(kim):
    payment_methods.remove(member_id=kim.pk, by=kim.user, at=make.NOON)
    return PaymentMethod.objects.get(member=kim)


def delivered(card, **delta):
    at = make.later(**delta)
    with clock.fixed(at):
        outbox.deliver_due(at=at, topic="card_detach")
    card.refresh_from_db()
    return card.detached_at


def test_a_card_that_is_removed_is_forgotten_once():
    card = removed(make.member(card="ok"))
    assert (card.replaced_at, card.detached_at, SandboxDetachment.objects.exists()) == (make.NOON, None, False)
    assert [delivered(card, minutes=1), delivered(card, minutes=2)] == [make.later(minutes=1)] * 2
    assert SandboxDetachment.objects.get().key == card.public_id
    assert AuditEvent.objects.filter(action="payment_method.detached").count() == 1


def test_a_card_that_is_replaced_is_forgotten_and_the_new_one_is_not():
    kim = make.member(card="ok")
    make.give_card(kim, "ok", at=make.later(minutes=1))
    old, new = PaymentMethod.objects.order_by("pk")
    assert (delivered(old, minutes=2), delivered(new, minutes=2)) == (make.later(minutes=2), None)


def test_a_gateway_that_is_down_is_told_later_and_removing_waits_for_nothing():
    card = removed(make.member(card="gateway_down"))
    assert (delivered(card, minutes=1), card.replaced_at) == (None, make.NOON)
    message = OutboxMessage.objects.get(topic="card_detach")
    assert (message.state, "GatewayUnreachable" in message.error) == ("waiting", True)
    assert delivered(card, hours=2) == make.later(hours=2)


def test_while_a_payment_is_open_the_card_is_kept():
    kim = make.member(card="times_out")
    make.bought(kim, "1000")
    assert Payment.objects.get().status == "pending"
    card = removed(kim)
    assert delivered(card, minutes=1) is None
    payments.reconcile(at=make.later(hours=1))
    assert delivered(card, hours=2) == make.later(hours=2)


def test_what_the_card_paid_still_goes_back():
    kim = make.member(card="ok")
    purchase = make.bought(kim, "1000")
    delivered(removed(kim), minutes=1)
    gateway = payments.gateways.get("sandbox")
    back = gateway.refund(key="r", reference=purchase.payment.reference, amount=purchase.total, currency="KRW",
                          at=make.later(hours=1))  # fmt: skip
    assert back.said.value == "succeeded"


def test_a_member_who_is_destroyed_leaves_no_card_at_the_gateway(django_assert_max_num_queries):
    members = [make.member(card="ok") for _ in range(3)]
    with transaction.atomic(), django_assert_max_num_queries(6):
        keeping.cards([member.pk for member in members], make.NOON)
    card = PaymentMethod.objects.first()
    assert (card.token, delivered(card, minutes=1)) == ("", make.later(minutes=1))
    assert SandboxDetachment.objects.filter(detached_at__isnull=False).count() == 3
    assert not AuditEvent.objects.filter(action="payment_method.detached").exists()
