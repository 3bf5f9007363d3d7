"""Gateways' own messages: twice, late, out of order, replayed, forged, and such as fit nothing."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.errors import ForgedEvent, UnreadableEvent
from billing.gateways import sandbox_messages
from billing.models import GatewayEvent, Payment, Purchase, SandboxCharge
from billing.services import inbox, payments, sandbox_bank
from credits import queries as credit_queries
from tests.billing import gateway, make
from upstage_console.kernel import clock
from upstage_console.kernel.models import DueItem

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/19")]
ADDRESS = "/webhooks/payments/sandbox/"


def waiting(card="times_out"):
    """A payment whose outcome is not known yet."""
    return Payment.objects.get(pk=make.bought(make.member(card=card), "1000").payment_id)


def balance(payment):
    return credit_queries.balance(payment.member_id, make.later(hours=1)).total


def test_message_that_comes_before_the_answer_settles_once():
    payment = waiting()
    row = gateway.sent(gateway.told(payment))
    payment.refresh_from_db()
    assert (row.outcome, payment.status, payment.reference) == ("applied", "succeeded", f"told_{payment.pk}")
    assert (Purchase.objects.get().status, balance(payment)) == ("paid", 1000)
    assert payments.reconcile(at=make.later(hours=1)) == 0
    assert (SandboxCharge.objects.count(), balance(payment)) == (1, 1000)


def test_message_that_comes_twice_is_kept_once():
    payment = waiting()
    first, again = gateway.sent(gateway.told(payment)), gateway.sent(gateway.told(payment))
    assert (first.pk, again.deliveries, again.outcome, balance(payment)) == (again.pk, 2, "applied", 1000)


def test_message_after_the_answer_says_nothing_new():
    payment = waiting("ok")
    assert gateway.sent(gateway.told(payment)).outcome == "known"
    assert balance(payment) == 1000


def test_decline_that_comes_late_and_after_success_goes_to_staff():
    payment = waiting("ok")
    row = gateway.sent(gateway.told(payment, said="failed", failure="card_declined"))
    payment.refresh_from_db()
    assert (row.outcome, payment.status, balance(payment)) == ("differs", "succeeded", 1000)
    assert DueItem.objects.get(kind=inbox.TASK).about == payment.member.public_id


@pytest.mark.parametrize("changes", [{"amount": "1"}, {"currency": "USD"}, {"amount": "999999999"}])
def test_other_amount_than_was_asked_for_changes_nothing(changes):
    payment = waiting()
    assert gateway.sent(gateway.told(payment, **changes)).outcome == "differs"
    payment.refresh_from_db()
    assert (payment.status, balance(payment), DueItem.objects.filter(kind=inbox.TASK).count()) == ("pending", 0, 1)


@pytest.mark.parametrize("key", ["", "pay_1", f"pay_{'0' * 32}", "another-shop-42", f"rpy_{'0' * 32}"])
def test_what_is_not_ours_is_ignored(key):
    row = gateway.sent(gateway.told(waiting(), key=key))
    assert (row.outcome, Purchase.objects.get().status) == ("ignored", "pending")


def test_unknown_outcome_says_nothing():
    assert gateway.sent(gateway.told(waiting(), said="unknown")).outcome == "known"
    assert Purchase.objects.get().status == "pending"


def forged_body(payment):
    raw, headers = sandbox_messages.signed(gateway.told(payment), at=make.NOON)
    return raw.replace(b"succeeded", b"failed   "), headers


@pytest.mark.parametrize(
    "headers", [{}, {sandbox_messages.HEADER: ""}, {sandbox_messages.HEADER: "t=1,v1=00"},
                {sandbox_messages.HEADER: "v1=é"}]
)  # fmt: skip
def test_message_without_our_signature_is_refused(headers):
    raw, _headers = sandbox_messages.signed(gateway.told(waiting()), at=make.NOON)
    with pytest.raises(ForgedEvent):
        inbox.receive("sandbox", raw, headers, at=make.NOON)
    assert (GatewayEvent.objects.exists(), Purchase.objects.get().status) == (False, "pending")


def test_changed_message_is_refused():
    raw, headers = forged_body(waiting())
    with pytest.raises(ForgedEvent):
        inbox.receive("sandbox", raw, headers, at=make.NOON)


def test_old_message_replayed_is_refused():
    raw, headers = sandbox_messages.signed(gateway.told(waiting()), at=make.NOON)
    with pytest.raises(ForgedEvent):
        inbox.receive("sandbox", raw, headers, at=make.NOON + timedelta(minutes=6))
    assert not GatewayEvent.objects.exists()


@pytest.mark.parametrize("body", [{}, {"id": "x"}, {"id": "x", "about": "nothing", "at": "2026-01-01T00:00:00+09:00"}])
def test_signed_nonsense_is_refused(body):
    raw, headers = sandbox_messages.signed(body, at=make.NOON)
    with pytest.raises(UnreadableEvent):
        inbox.receive("sandbox", raw, headers, at=make.NOON)
    assert not GatewayEvent.objects.exists()


def test_message_kept_before_a_crash_is_applied_by_the_job(monkeypatch):
    payment = waiting()

    def dying(*args, **named):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "handle", dying)
        with pytest.raises(RuntimeError):
            gateway.sent(gateway.told(payment))
    assert (GatewayEvent.objects.get().outcome, balance(payment)) == ("", 0)
    assert inbox.handle_waiting(at=make.later(minutes=1)) == 1
    assert (GatewayEvent.objects.get().outcome, balance(payment)) == ("applied", 1000)
    assert inbox.handle_waiting(at=make.later(minutes=2)) == 0


def test_card_that_answers_twice_is_charged_once():
    kim = make.member(card="answers_twice")
    make.bought(kim, "1000")
    assert sandbox_bank.deliver(at=make.later(minutes=1)) == 1
    row = GatewayEvent.objects.get()
    assert (row.deliveries, row.outcome) == (2, "known")
    assert (SandboxCharge.objects.count(), credit_queries.balance(kim.pk, make.NOON).total) == (1, 1000)
    assert sandbox_bank.deliver(at=make.later(minutes=2)) == 0


def posted(client, body, *, at=make.NOON, address=ADDRESS, **changes):
    raw, headers = sandbox_messages.signed(body, at=at)
    with clock.fixed(at):
        return client.post(
            address, raw, content_type="application/json", headers={**headers, **changes.get("headers", {})}
        )


def test_address_takes_signed_messages(client):
    payment = waiting()
    assert posted(client, gateway.told(payment)).status_code == 204
    assert posted(client, gateway.told(payment)).status_code == 204
    assert balance(payment) == 1000


def test_address_refuses_the_rest(client):
    payment = waiting()
    forged = posted(client, gateway.told(payment), headers={sandbox_messages.HEADER: "t=1,v1=00"})
    assert (forged.status_code, forged.content) == (400, b"forged_event")
    assert posted(client, gateway.told(payment), address="/webhooks/payments/nobody/").status_code == 404
    assert client.get(ADDRESS).status_code == 405
    assert posted(client, {"id": "x" * 300_000}).status_code == 413
    assert (GatewayEvent.objects.exists(), Purchase.objects.get().status) == (False, "pending")


def test_amounts_are_compared_as_numbers():
    payment = waiting()
    assert gateway.sent(gateway.told(payment, amount=str(Decimal("1100.00")))).outcome == "applied"
