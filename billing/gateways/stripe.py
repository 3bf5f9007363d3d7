"""Stripe, through its official library: cards by its own page, charges off session, refunds, each once for a key.

The card form is Stripe's (Checkout in setup mode, by redirect), so card data never reaches the console and no script of
a foreign host is loaded. What is charged carries our key in its metadata: that is how it is found again after an answer
was lost. What Stripe says for certain is an outcome; a time-out, a limit, a fault of Stripe's is an unknown one.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import stripe
from django.conf import settings

from billing.errors import CardRefused, CardWaits, GatewayUnreachable
from billing.gateways import stripe_events
from billing.gateways.port import Card, Event, NewCard, Outcome, Said, Setup
from billing.gateways.stripe_words import card_of, charged, minor_units, refunded, requires_action

SECONDS = 20
"""How long Stripe is waited for."""

CHARGES_SEARCHED = 100
"""How many of a customer's charges are read at a time when one is looked for."""

NOT_ASKED = (stripe.AuthenticationError, stripe.PermissionError, stripe.RateLimitError, stripe.IdempotencyError)
"""Answers that say nothing about the money."""


class Stripe:
    """The adapter; its settings are read when it is first used."""

    code = "stripe"

    @cached_property
    def _api(self) -> Any:
        client = stripe.StripeClient(
            settings.STRIPE_SECRET_KEY,
            base_addresses={"api": settings.STRIPE_API_ADDRESS},
            http_client=stripe.RequestsClient(timeout=SECONDS),
            max_network_retries=0,
        )
        return client.v1

    def begin(self, card: NewCard) -> Setup:
        """A customer and a page of Stripe's where the card is entered and, where its bank wants it, confirmed."""
        metadata = {"key": card.key}
        try:
            customer = self._api.customers.create(
                params={"email": card.email, "preferred_locales": [card.language], "metadata": metadata},
                options={"idempotency_key": f"customer:{card.key}"},
            )
            session = self._api.checkout.sessions.create(
                params={
                    "mode": "setup",
                    "customer": customer.id,
                    "payment_method_types": ["card"],
                    "client_reference_id": card.key,
                    "metadata": metadata,
                    "locale": card.language,
                    "success_url": card.back_url,
                    "cancel_url": card.back_url,
                },
                options={"idempotency_key": f"setup:{card.key}"},
            )
        except stripe.StripeError as error:
            raise GatewayUnreachable from error
        return Setup(session.id, session.url)

    def register(self, reference: str, *, at: datetime) -> Card:
        try:
            session = self._api.checkout.sessions.retrieve(
                reference, params={"expand": ["setup_intent.payment_method"]}
            )
        except stripe.InvalidRequestError as error:
            raise CardRefused from error
        except stripe.StripeError as error:
            raise GatewayUnreachable from error
        if session.status == "expired":
            raise CardRefused
        if session.status != "complete" or session.setup_intent.status != "succeeded":
            raise CardWaits
        return card_of(session.customer, session.setup_intent.payment_method)

    def detach(self, *, key: str, token: str, at: datetime) -> None:
        """Stripe refuses a card that hangs on no customer any more, so what it refuses is looked at.

        localstripe detaches as often as it is asked; that refusal is played by the desk of the tests.
        """
        _, _, method = token.partition("/")
        try:
            self._api.payment_methods.detach(method, options={"idempotency_key": f"detach:{key}"})
        except stripe.InvalidRequestError as error:
            if self._is_attached(method):
                raise GatewayUnreachable from error
        except stripe.StripeError as error:
            raise GatewayUnreachable from error

    def _is_attached(self, method: str) -> bool:
        try:
            return self._api.payment_methods.retrieve(method).customer is not None
        except stripe.InvalidRequestError:
            return False
        except stripe.StripeError as error:
            raise GatewayUnreachable from error

    def charge(self, *, key: str, token: str, amount: Decimal, currency: str, at: datetime) -> Outcome:
        customer, _, method = token.partition("/")
        params = {
            "amount": minor_units(amount, currency),
            "currency": currency.lower(),
            "customer": customer,
            "payment_method": method,
            "payment_method_types": ["card"],
            "off_session": True,
            "confirm": True,
            "metadata": {"key": key},
        }
        try:
            return self._decided(self._api.payment_intents.create(params=params, options={"idempotency_key": key}))
        except stripe.StripeError as error:
            return _said_by(error)

    def find(self, *, key: str, token: str, at: datetime) -> Outcome | None:
        customer, _, _method = token.partition("/")
        params = {"customer": customer, "limit": CHARGES_SEARCHED}
        try:
            found = self._api.payment_intents.list(params=params)
            mine = next((one for one in found.auto_paging_iter() if stripe_events.key_of(one) == key), None)
            return None if mine is None else self._decided(mine)
        except stripe.StripeError:
            return Outcome(Said.UNKNOWN)

    def refund(self, *, key: str, reference: str, amount: Decimal, currency: str, at: datetime) -> Outcome:
        params = {"payment_intent": reference, "amount": minor_units(amount, currency), "metadata": {"key": key}}
        try:
            return refunded(self._api.refunds.create(params=params, options={"idempotency_key": key}))
        except stripe.StripeError as error:
            return _said_by(error)

    def find_refund(self, *, key: str, reference: str, at: datetime) -> Outcome | None:
        params = {"payment_intent": reference, "limit": CHARGES_SEARCHED}
        try:
            found = self._api.refunds.list(params=params)
            mine = next((one for one in found.auto_paging_iter() if stripe_events.key_of(one) == key), None)
            return None if mine is None else refunded(mine)
        except stripe.StripeError:
            return Outcome(Said.UNKNOWN)

    def parse(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> Event:
        return stripe_events.parse(body, headers, secrets=settings.STRIPE_WEBHOOK_SECRETS, at=at)

    def _decided(self, intent: Any) -> Outcome:
        """What became of a charge. One that its bank wants confirmed is called off: nobody is there to do it.

        Where it cannot be called off nothing is known: it may have been confirmed meanwhile.
        """
        if requires_action(intent):
            try:
                self._api.payment_intents.cancel(intent.id)
            except stripe.StripeError:
                return Outcome(Said.UNKNOWN)
            return Outcome(Said.FAILED, intent.id, "authentication_required")
        return charged(intent)


def _said_by(error: stripe.StripeError) -> Outcome:
    """What an error says of the money: a card that was declined and a request that makes no sense charged nothing."""
    if isinstance(error, stripe.CardError):
        told = error.error
        failure = getattr(told, "decline_code", None) or error.code or "card_declined"
        intent = getattr(told, "payment_intent", None)
        return Outcome(Said.FAILED, intent.id if intent else "", failure)
    if isinstance(error, stripe.InvalidRequestError) and not isinstance(error, NOT_ASKED) and error.http_status != 409:
        return Outcome(Said.FAILED, "", error.code or "invalid_request")
    return Outcome(Said.UNKNOWN)
