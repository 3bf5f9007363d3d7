"""Cards on their way in: confirmed at the bank, refused, told twice, and the pages of it."""

import pytest

from billing.errors import CardRefused, CardWaits, PaymentDeclined
from billing.models import CardSetup, GatewayEvent, PaymentAgreement, PaymentMethod
from billing.services import payment_methods, sandbox_bank
from billing.services.payment_methods import Form
from tests.billing import gateway, make
from upstage_console.kernel import clock
from upstage_console.kernel.errors import AlreadyDone
from upstage_console.kernel.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/9.2"), pytest.mark.clause("upstage/17.1")]


@pytest.fixture(autouse=True)
def at_noon():
    with clock.fixed(make.NOON):
        yield


@pytest.fixture
def kim():
    return make.member()


@pytest.fixture
def kims(client, kim):
    client.force_login(kim.user)
    return client


def begun(kim, card):
    form = Form(back_url="https://console.example/card/SETUP/", choice=card)
    return payment_methods.begin(member_id=kim.pk, form=form, by=kim.user, at=make.NOON)


@pytest.mark.clause("upstage/20.2")
def test_card_without_confirmation_is_there_at_once(kim):
    setup = begun(kim, "ok")
    card = PaymentMethod.objects.get()
    assert (setup.status, setup.payment_method, setup.conditions) == ("done", card, "2026-01")
    assert (card.last4, f"{card.expires_on:%Y-%m-%d}", PaymentAgreement.objects.count()) == ("4242", "2029-02-28", 1)


def test_card_that_its_bank_wants_confirmed_waits_for_it(kim):
    setup = begun(kim, "secure")
    assert (setup.status, setup.url) == ("begun", f"/card/{setup.public_id}/bank/")
    with pytest.raises(CardWaits):
        payment_methods.finish(setup.public_id, by=kim.user, at=make.NOON)
    assert not PaymentMethod.objects.exists()
    sandbox_bank.answer(setup, confirmed=True)
    done = payment_methods.finish(setup.public_id, by=kim.user, at=make.NOON)
    assert (done.status, PaymentMethod.objects.get().last4) == ("done", "3184")
    assert make.bought(kim, "1000").status == "paid"


def test_holder_who_refuses_registers_nothing(kim):
    setup = begun(kim, "secure")
    sandbox_bank.answer(setup, confirmed=False)
    with pytest.raises(AlreadyDone):
        sandbox_bank.answer(setup, confirmed=True)
    with pytest.raises(CardRefused):
        payment_methods.finish(setup.public_id, by=kim.user, at=make.NOON)
    assert (CardSetup.objects.get().status, PaymentMethod.objects.exists()) == ("failed", False)
    assert payment_methods.finish(setup.public_id, by=kim.user, at=make.NOON).status == "failed"


def test_refused_card_leaves_a_failed_registration_alone(kim):
    with pytest.raises(CardRefused):
        begun(kim, "expired")
    assert (CardSetup.objects.get().failure, PaymentMethod.objects.exists()) == ("card_refused", False)


def told(setup, at=make.NOON):
    body = {"id": f"evt_{setup.public_id}", "about": "setup", "key": setup.public_id, "at": at.isoformat()}
    return gateway.sent(body, at=at)


def test_gateway_may_tell_before_the_holder_is_back(kim):
    setup = begun(kim, "secure")
    assert told(setup).outcome == "known"
    sandbox_bank.answer(setup, confirmed=True)
    GatewayEvent.objects.all().delete()
    assert told(setup).outcome == "applied"
    payment_methods.finish(setup.public_id, by=kim.user, at=make.NOON)
    assert PaymentMethod.objects.count() == 1


def test_card_of_this_month_pays_to_its_end_and_no_longer(kim):
    make.give_card(kim, "expires_soon")
    assert make.bought(kim, "1000").status == "paid"
    with pytest.raises(PaymentDeclined) as refused:
        make.bought(kim, "1000", key="march", at=make.later(days=19))
    assert refused.value.facts["failure"] == "expired_card"


def test_page_registers_and_shows_what_was_concluded(kims):
    page = kims.post("/card/", {"reference": "ok", "agreed": "on"}, follow=True)
    assert page.redirect_chain[-1][0] == "/payment-methods/"
    assert ("4242" in page.text, "2029" in page.text, PaymentAgreement.objects.count()) == (True, True, 1)


def test_page_leads_over_the_bank_back_to_buying(kims, kim):
    page = kims.post("/card/?amount=5000", {"reference": "secure", "agreed": "on"}, follow=True)
    setup = CardSetup.objects.get()
    bank = f"/card/{setup.public_id}/bank/?amount=5000"
    assert bank in page.text
    assert kims.get(bank).status_code == 200
    done = kims.post(bank, {"answer": "confirm"}, follow=True)
    assert done.redirect_chain[-1][0] == "/credits/buy/confirm/?amount=5000"


def test_page_says_when_the_holder_refused(kims):
    kims.post("/card/", {"reference": "secure", "agreed": "on"})
    setup = CardSetup.objects.get()
    page = kims.post(f"/card/{setup.public_id}/bank/", {"answer": "refuse"}, follow=True)
    assert (page.status_code, PaymentMethod.objects.exists()) == (200, False)
    assert kims.get(f"/card/{setup.public_id}/bank/").status_code == 404


def test_stranger_and_nobody_find_no_registration(client, kim):
    setup = begun(kim, "secure")
    for path in (f"/card/{setup.public_id}/", f"/card/{setup.public_id}/bank/"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")
    client.force_login(make.member().user)
    for path in (f"/card/{setup.public_id}/", f"/card/{setup.public_id}/bank/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"answer": "confirm"}).status_code in (404, 405)
    assert CardSetup.objects.get().status == "begun"


def test_removing_shows_what_ends_first(kims, kim):
    make.give_card(kim)
    assert kims.get("/payment-methods/remove/").status_code == 200
    assert PaymentMethod.objects.filter(replaced_at__isnull=True).count() == 1
    page = kims.post("/payment-methods/remove/", follow=True)
    assert page.redirect_chain[-1][0] == "/payment-methods/"
    assert not PaymentMethod.objects.filter(replaced_at__isnull=True).exists()
    assert not PaymentAgreement.objects.filter(ended_at__isnull=True).exists()
    assert kims.get("/payment-methods/remove/").headers["Location"] == "/payment-methods/"


def test_removing_twice_is_harmless(kim):
    make.give_card(kim)
    for _ in range(2):
        payment_methods.remove(member_id=kim.pk, by=kim.user, at=make.later(days=1))
    assert AuditEvent.objects.filter(action="payment_method.removed").count() == 1
