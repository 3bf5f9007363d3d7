"""What Stripe tells by itself: its signature, and each kind of message read."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from billing.errors import ForgedEvent, UnreadableEvent
from billing.models import Dispute, GatewayEvent, Payment, PaymentMethod, Purchase
from billing.services import inbox
from tests.billing import make
from tests.stripe.conftest import Holder, begun
from tests.stripe.desk import SECRET, Desk

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/19")]


Signed = tuple[bytes, dict[str, str]]


def signed(body: dict[str, Any], *, secret: str = SECRET, after: timedelta = timedelta()) -> Signed:
    raw, stamp = json.dumps(body).encode(), int((make.NOON - after).timestamp())
    proof = hmac.new(secret.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()
    return raw, {"Stripe-Signature": f"t={stamp},v1={proof}"}


def message(kind: str, thing: dict[str, Any], name: str = "evt_1") -> dict[str, Any]:
    return {"id": name, "type": kind, "created": int(make.NOON.timestamp()), "data": {"object": thing}}


def sent(kind: str, thing: dict[str, Any], name: str = "evt_1") -> GatewayEvent:
    raw, headers = signed(message(kind, thing, name))
    return inbox.receive("stripe", raw, headers, at=make.NOON)


def intent(payment: Payment, **changes: Any) -> dict[str, Any]:
    return {
        "id": "pi_told", "object": "payment_intent", "amount": 1100, "currency": "krw", "status": "succeeded",
        "metadata": {"key": payment.public_id}, "last_payment_error": None,
    } | changes  # fmt: skip


@pytest.fixture
def waiting(desk: Desk, holder: Holder) -> Payment:
    """A charge that never reached Stripe, as far as the console knows."""
    kim = holder()
    desk.losing = "request"
    return Payment.objects.get(pk=make.bought(kim, "1000").payment_id)


def test_success_is_applied(waiting: Payment) -> None:
    assert sent("payment_intent.succeeded", intent(waiting)).outcome == "applied"
    waiting.refresh_from_db()
    assert (waiting.status, waiting.reference, Purchase.objects.get().status) == ("succeeded", "pi_told", "paid")


def test_decline_is_applied_with_its_reason(waiting: Payment) -> None:
    error = {"code": "card_declined", "decline_code": "insufficient_funds"}
    thing = intent(waiting, status="requires_payment_method", last_payment_error=error)
    assert sent("payment_intent.payment_failed", thing).outcome == "applied"
    waiting.refresh_from_db()
    assert (waiting.status, waiting.failure) == ("failed", "insufficient_funds")


@pytest.mark.parametrize(
    ("kind", "changes"),
    [("payment_intent.succeeded", {"amount": 1}), ("payment_intent.succeeded", {"currency": "usd"})],
)
def test_other_amount_goes_to_staff(waiting: Payment, kind: str, changes: dict[str, Any]) -> None:
    assert sent(kind, intent(waiting, **changes)).outcome == "differs"
    waiting.refresh_from_db()
    assert waiting.status == "pending"


def test_card_entered_is_kept_before_its_holder_is_back(desk: Desk) -> None:
    setup = begun(make.member())
    desk.enter_card(setup.reference, "4242424242424242")
    session = {"id": setup.reference, "object": "checkout.session", "client_reference_id": setup.public_id}
    assert sent("checkout.session.completed", session).outcome == "applied"
    assert sent("checkout.session.completed", session, "evt_2").outcome == "known"
    assert PaymentMethod.objects.count() == 1


def test_stripe_down_while_it_tells_of_a_card_is_asked_later(desk: Desk) -> None:
    setup = begun(make.member())
    desk.enter_card(setup.reference, "4242424242424242")
    desk.is_down = True
    session = {"id": setup.reference, "object": "checkout.session", "client_reference_id": setup.public_id}
    assert sent("checkout.session.completed", session).handled_at is None
    desk.is_down = False
    assert inbox.handle_waiting(at=make.NOON) == 1
    assert PaymentMethod.objects.count() == 1


def test_dispute_is_recorded_with_its_deadline(holder: Holder) -> None:
    make.bought(holder(), "1000")
    due_by = int((make.NOON + timedelta(days=9)).timestamp())
    thing = {
        "id": "dp_1", "object": "dispute", "amount": 1100, "currency": "krw", "reason": "fraudulent",
        "status": "needs_response", "payment_intent": Payment.objects.get().reference,
        "evidence_details": {"due_by": due_by},
    }  # fmt: skip
    assert sent("charge.dispute.created", thing).outcome == "applied"
    dispute = Dispute.objects.get()
    assert (dispute.amount, dispute.status, dispute.evidence_by) == (1100, "open", make.NOON + timedelta(days=9))
    assert sent("charge.dispute.closed", thing | {"status": "lost"}, "evt_2").outcome == "applied"
    dispute.refresh_from_db()
    assert dispute.status == "lost"


def test_refund_made_at_stripe_itself_goes_to_staff(holder: Holder) -> None:
    make.bought(holder(), "1000")
    thing = {
        "id": "re_1", "object": "refund", "amount": 500, "currency": "krw", "status": "succeeded", "metadata": {},
        "payment_intent": Payment.objects.get().reference,
    }  # fmt: skip
    assert sent("refund.created", thing).outcome == "differs"
    assert sent("refund.created", thing | {"payment_intent": "pi_of_another_shop"}, "evt_2").outcome == "ignored"


def test_what_is_not_asked_for_is_ignored(desk: Desk) -> None:
    assert (
        sent("customer.created", {"id": "cus_1", "object": "customer", "email": "kim@example.com"}).outcome == "ignored"
    )
    assert "kim@example.com" not in json.dumps(GatewayEvent.objects.get().facts)


def by_another(body: dict[str, Any]) -> Signed:
    return signed(body, secret="whsec_another")


def too_old(body: dict[str, Any]) -> Signed:
    return signed(body, after=timedelta(minutes=6))


def unsigned(body: dict[str, Any]) -> Signed:
    return signed(body)[0], {}


def changed(body: dict[str, Any]) -> Signed:
    raw, headers = signed(body)
    return raw.replace(b"1100", b"9900"), headers


def no_text(body: dict[str, Any]) -> Signed:
    return b"\xff\xfe", signed(body)[1]


@pytest.mark.parametrize("forge", [by_another, too_old, unsigned, changed, no_text])
def test_forged_message_is_refused(waiting: Payment, forge: Callable[..., Signed]) -> None:
    raw, headers = forge(message("payment_intent.succeeded", intent(waiting)))
    with pytest.raises(ForgedEvent):
        inbox.receive("stripe", raw, headers, at=make.NOON)
    waiting.refresh_from_db()
    assert (GatewayEvent.objects.exists(), waiting.status) == (False, "pending")


def test_second_secret_is_good_while_they_are_rotated(waiting: Payment, settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET, "whsec_another"]
    raw, headers = by_another(message("payment_intent.succeeded", intent(waiting)))
    assert inbox.receive("stripe", raw, headers, at=make.NOON).outcome == "applied"


@pytest.mark.parametrize("body", [{}, {"id": "evt_1"}, {"id": "x", "type": "refund.created", "created": 1, "data": {}}])
def test_signed_nonsense_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    raw, headers = signed(body)
    with pytest.raises(UnreadableEvent):
        inbox.receive("stripe", raw, headers, at=make.NOON)
    assert not GatewayEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_stripes_own_message_settles_what_was_lost(desk: Desk, holder: Holder, live_server: Any) -> None:
    """The signature, the form and the delivery are those of a running server."""
    desk.tell(f"{live_server.url}/webhooks/payments/stripe/")
    kim = holder()
    desk.losing = "answer"
    assert make.bought(kim, "1000").status == "pending"
    for _second in range(20):
        if Purchase.objects.get().status != "pending":
            break
        time.sleep(0.5)
    assert (Purchase.objects.get().status, GatewayEvent.objects.get(about="charge").outcome) == ("paid", "applied")
