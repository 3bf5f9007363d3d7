"""A console whose gateway is Stripe, as localstripe plays it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import Member
from billing import gateways
from billing.gateways.stripe import Stripe
from billing.models import CardSetup
from billing.services import payment_methods
from tests.billing import make
from tests.stripe.desk import KEY, SECRET, Desk, opened

Holder = Callable[..., Member]


@pytest.fixture(scope="session")
def open_desk() -> Iterator[Desk]:
    with opened() as desk:
        yield desk


@pytest.fixture
def desk(open_desk: Desk, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty Stripe, which the console charges cards with."""
    open_desk.begin_anew()
    settings.PAYMENT_GATEWAY = "stripe"
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = KEY, [SECRET]
    settings.STRIPE_API_ADDRESS = open_desk.address
    monkeypatch.setitem(gateways._GATEWAYS, "stripe", Stripe())
    return open_desk


def begun(kim: Member) -> CardSetup:
    """A registration whose card is not entered yet."""
    form = payment_methods.Form(back_url="https://console.example/card/SETUP/")
    return payment_methods.begin(member_id=kim.pk, form=form, by=kim.user, at=make.NOON)


def finished(setup: CardSetup) -> CardSetup:
    return payment_methods.finish(setup.public_id, by=None, at=make.NOON)


@pytest.fixture
def holder(desk: Desk, db: None) -> Holder:
    """Makes members with a card of this number at Stripe."""

    def make_holder(number: str = "4242424242424242", *, currency: str = "KRW") -> Member:
        kim = make.member(currency=currency)
        setup = begun(kim)
        desk.enter_card(setup.reference, number)
        finished(setup)
        return kim

    return make_holder
