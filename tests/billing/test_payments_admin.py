"""Payments at the desk: asked about, told of by gateways, disputed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from billing.models import Dispute, GatewayEvent, Payment, Purchase
from tests.admin.conftest import clerk, desk_of
from tests.admin.verbs import page_of, preview, use, verb_of
from tests.billing import gateway, make
from upstage_console.kernel import clock
from upstage_console.kernel.models import AuditEvent

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db
LATER = make.NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def fixed_clock():
    with clock.fixed(LATER):
        yield


def payment(card="times_out"):
    return Payment.objects.get(pk=make.bought(make.member(card=card), "1000").payment_id)


def test_one_payment_is_asked_about(amy):
    row = payment()
    preview(desk_of(amy), verb_of(row, "look-up"))
    assert Purchase.objects.get().status == "pending"
    use(desk_of(amy), verb_of(row, "look-up"))
    assert Purchase.objects.get().status == "paid"
    assert AuditEvent.objects.get(action="payment.looked_up").actor == amy
    again = preview(desk_of(amy), verb_of(row, "look-up")).content.decode()
    assert "done" in again or "이미" in again


def test_all_that_are_open_are_asked_about(amy):
    payment(), payment("times_out_declined")
    url = reverse("admin:billing_payment_do_on_list", args=["look-up-all"])
    use(desk_of(amy), url)
    assert set(Purchase.objects.values_list("status", flat=True)) == {"paid", "failed"}


def test_inbox_shows_what_came_and_applies_what_waits(amy):
    row = gateway.sent(gateway.told(payment()))
    GatewayEvent.objects.update(outcome="", handled_at=None)
    office = desk_of(amy)
    assert office.get(page_of(row)).status_code == 200
    use(office, reverse("admin:billing_gatewayevent_do_on_list", args=["apply-waiting"]))
    assert GatewayEvent.objects.get().outcome == "known"


def test_loss_is_answered_by_two(amy, ben):
    gateway.sent(gateway.disputed(payment("ok"), "lost"))
    dispute = Dispute.objects.get()
    use(desk_of(amy), verb_of(dispute, "answer"), how="written_off", reason="a small amount")
    refused = preview(desk_of(amy), verb_of(dispute, "approve")).content.decode()
    assert "second person" in refused
    use(desk_of(ben), verb_of(dispute, "approve"), reason="I agree")
    dispute.refresh_from_db()
    assert (dispute.answer, dispute.answered_by) == ("written_off", ben)


def test_who_may_only_look_sees_no_verb(clerk):
    row = payment()
    client = clerk("billing.view_payment")
    assert client.get(page_of(row)).status_code == 200
    assert client.get(verb_of(row, "look-up")).status_code == 403


@pytest.mark.parametrize("table", ["payment", "repayment", "gatewayevent", "dispute", "cardsetup"])
def test_lists_open(amy, table):
    gateway.sent(gateway.disputed(payment("ok")))
    assert desk_of(amy).get(reverse(f"admin:billing_{table}_changelist")).status_code == 200
