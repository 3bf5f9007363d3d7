"""Cards registered on Stripe's own page, in setup mode."""

from datetime import date

import pytest

from accounts.models import Member
from billing.errors import CardRefused, CardWaits, GatewayUnreachable
from billing.models import CardSetup, PaymentAgreement, PaymentMethod
from billing.services import payment_methods
from tests.billing import make
from tests.stripe.conftest import Holder, begun, finished
from tests.stripe.desk import Desk
from upstage_console.kernel import outbox
from upstage_console.kernel.models import OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/17.1")]


def test_card_is_entered_at_stripe_and_only_its_token_is_kept(desk: Desk) -> None:
    setup = begun(make.member())
    assert (setup.status, setup.url) == ("begun", f"https://checkout.example/{setup.reference}")
    session = desk.sessions[setup.reference]
    assert session["client_reference_id"] == setup.public_id
    assert session["success_url"] == f"https://console.example/card/{setup.public_id}/"
    desk.enter_card(setup.reference, "4242424242424242")
    finished(setup)
    card = PaymentMethod.objects.get()
    assert (card.gateway, card.brand, card.last4, card.expires_on) == ("stripe", "Visa", "4242", date(2031, 11, 30))
    assert card.token.startswith(f"{session['customer']}/pm_")
    assert PaymentAgreement.objects.count() == 1


def test_card_that_is_not_entered_yet_waits(desk: Desk) -> None:
    setup = begun(make.member())
    with pytest.raises(CardWaits):
        finished(setup)
    assert (CardSetup.objects.get().status, PaymentMethod.objects.exists()) == ("begun", False)


def test_card_that_the_bank_wants_confirmed(desk: Desk) -> None:
    setup = begun(make.member())
    desk.enter_card(setup.reference, "4000002500003155", confirmed=False)
    with pytest.raises(CardWaits):
        finished(setup)
    desk.enter_card(setup.reference, "4000002500003155")
    assert finished(setup).status == "done"


def test_page_that_was_left_for_good(desk: Desk) -> None:
    setup = begun(make.member())
    desk.sessions[setup.reference]["status"] = "expired"
    with pytest.raises(CardRefused):
        finished(setup)
    assert CardSetup.objects.get().status == "failed"


def test_stripe_that_is_down_registers_nothing(desk: Desk) -> None:
    desk.is_down = True
    with pytest.raises(GatewayUnreachable):
        begun(make.member())
    assert (CardSetup.objects.get().status, PaymentMethod.objects.exists()) == ("begun", False)


def test_stripe_that_is_down_when_the_holder_comes_back(desk: Desk) -> None:
    setup = begun(make.member())
    desk.enter_card(setup.reference, "4242424242424242")
    desk.is_down = True
    with pytest.raises(GatewayUnreachable):
        finished(setup)
    desk.is_down = False
    assert finished(setup).status == "done"


def removed(kim: Member) -> PaymentMethod:
    payment_methods.remove(member_id=kim.pk, by=kim.user, at=make.NOON)
    return PaymentMethod.objects.get(member=kim)


def customer_of(desk: Desk, card: PaymentMethod) -> str | None:
    found: str | None = desk.ask("GET", f"/v1/payment_methods/{card.token.partition('/')[2]}")["customer"]
    return found


@pytest.mark.clause("upstage/19")
def test_card_that_is_removed_is_detached_once(desk: Desk, holder: Holder) -> None:
    card = removed(holder())
    assert customer_of(desk, card) == card.token.partition("/")[0]
    outbox.deliver_due(at=make.NOON, topic="card_detach")
    card.refresh_from_db()
    assert (customer_of(desk, card), card.detached_at is not None) == (None, True)
    for message in OutboxMessage.objects.filter(topic="card_detach"):
        outbox.send_again(message.pk, reason="to be sure", by=None, at=make.NOON)
    desk.answers = {}
    outbox.deliver_due(at=make.NOON, topic="card_detach")
    assert OutboxMessage.objects.get(topic="card_detach").state == "sent"


@pytest.mark.parametrize("losing", ["request", "answer"])
def test_detaching_that_is_lost_on_the_way_is_done_again(desk: Desk, holder: Holder, losing: str) -> None:
    card, desk.losing = removed(holder()), losing
    outbox.deliver_due(at=make.NOON, topic="card_detach")
    card.refresh_from_db()
    assert (card.replaced_at, card.detached_at) == (make.NOON, None)
    outbox.deliver_due(at=make.later(hours=1), topic="card_detach")
    card.refresh_from_db()
    assert (customer_of(desk, card), card.detached_at is not None) == (None, True)


def test_card_that_stripe_does_not_know_any_more_is_detached(desk: Desk, holder: Holder) -> None:
    removed(holder())
    desk.begin_anew()
    outbox.deliver_due(at=make.NOON, topic="card_detach")
    assert OutboxMessage.objects.get(topic="card_detach").state == "sent"
