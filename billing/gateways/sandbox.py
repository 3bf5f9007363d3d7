"""The built-in gateway: deterministic test cards, and a bank side of its own to reconcile against."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.urls import reverse

from billing.errors import CardRefused, CardWaits, GatewayUnreachable
from billing.gateways import sandbox_messages
from billing.gateways.port import Card, Event, NewCard, Outcome, Said, Setup
from billing.gateways.test_cards import TEST_CARDS, Refunds, Says, TestCard, of_token
from billing.models import SandboxCharge, SandboxDetachment, SandboxMessage, SandboxRefund, SandboxSetup
from billing.models.sandbox import SandboxRow
from upstage_console.kernel.calendars import kst_date, month_end, month_of, months_later

SILENCE = timedelta(minutes=15)
"""How long the bank cannot say what became of money whose answer timed out."""

OUTAGE = timedelta(hours=1)
"""How long the gateway is down for a card that meets it so; what it was asked meanwhile never arrived."""

REFUND_LATE = timedelta(days=1)
"""How long money that goes back late is under way."""

DISPUTED_AFTER = timedelta(minutes=1)
"""How soon the holder of a card that disputes everything does so."""

EVIDENCE_DAYS = timedelta(days=7)
"""How long the bank waits for what we say to a dispute."""


class Sandbox:
    """Moves nobody's money; each test card always behaves the same."""

    code = "sandbox"

    def begin(self, card: NewCard) -> Setup:
        chosen = TEST_CARDS.get(card.choice)
        if chosen is None or chosen.refused:
            raise CardRefused
        SandboxSetup.objects.get_or_create(
            key=card.key, defaults={"card": chosen.name, "confirmed": None if chosen.secure else True}
        )
        return Setup(card.key, reverse("card-bank", args=[card.key]) if chosen.secure else "")

    def register(self, reference: str, *, at: datetime) -> Card:
        """A card that needs no confirmation may also be named itself."""
        setup = SandboxSetup.objects.filter(key=reference).first()
        card = TEST_CARDS.get(setup.card if setup else reference)
        if card is None or card.refused or setup and setup.confirmed is False:
            raise CardRefused
        if card.secure and not (setup and setup.confirmed):
            raise CardWaits
        expires_on = month_end(months_later(month_of(kst_date(at)), card.months))
        return Card(f"{card.token}@{expires_on.isoformat()}", "Sandbox", card.last4, expires_on)

    def detach(self, *, key: str, token: str, at: datetime) -> None:
        """Written down once for its key; where the gateway is down it hears of it an hour later."""
        row, _made = SandboxDetachment.objects.get_or_create(key=key, defaults={"token": token, "asked_at": at})
        if of_token(token).lost and at < row.asked_at + OUTAGE:
            raise GatewayUnreachable
        SandboxDetachment.objects.filter(pk=row.pk, detached_at__isnull=True).update(detached_at=at)

    def charge(self, *, key: str, token: str, amount: Decimal, currency: str, at: datetime) -> Outcome:
        card, failure = of_token(token), _failure(token, at)
        row, made = SandboxCharge.objects.get_or_create(
            key=key,
            defaults={
                "token": token,
                "amount": amount,
                "currency": currency,
                "succeeded": not failure,
                "failure": failure,
                "asked_at": at,
                **_when_known(card, at),
            },
        )
        if made and card.says is not Says.NOTHING:
            SandboxMessage.objects.create(**_message(row, card, at))
        return _outcome(_received(row, at), at)

    def find(self, *, key: str, token: str, at: datetime) -> Outcome | None:
        return _found(SandboxCharge.objects.filter(key=key, token=token).first(), at)

    def refund(self, *, key: str, reference: str, amount: Decimal, currency: str, at: datetime) -> Outcome:
        charge = SandboxCharge.objects.get(pk=reference.removeprefix("sandbox_"))
        how = of_token(charge.token).refunds
        row, _made = SandboxRefund.objects.get_or_create(
            key=key,
            defaults={
                "charge": charge,
                "amount": amount,
                "currency": currency,
                "succeeded": how is not Refunds.NEVER,
                "failure": "expired_or_canceled_card" if how is Refunds.NEVER else "",
                "asked_at": at,
                **_when_back(how, at),
            },
        )
        return _outcome(_received(row, at), at)

    def find_refund(self, *, key: str, reference: str, at: datetime) -> Outcome | None:
        return _found(SandboxRefund.objects.filter(key=key).first(), at)

    def parse(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> Event:
        return sandbox_messages.parse(body, headers, at=at)


def _failure(token: str, at: datetime) -> str:
    """A card whose last day is over pays nothing more."""
    _name, _at, last_day = token.partition("@")
    if last_day and kst_date(at) > date.fromisoformat(last_day):
        return "expired_card"
    return of_token(token).failure


def _when_known(card: TestCard, at: datetime) -> dict[str, object]:
    if card.lost:
        return {"known_at": at + OUTAGE, "lost": True}
    return {"known_at": at + SILENCE if card.times_out else at}


def _when_back(how: Refunds, at: datetime) -> dict[str, object]:
    if how is Refunds.LOST:
        return {"known_at": at + OUTAGE, "lost": True}
    return {"known_at": at + REFUND_LATE if how is Refunds.LATE else at}


def _message(row: SandboxCharge, card: TestCard, at: datetime) -> dict[str, object]:
    """What the sandbox will say of a charge by itself."""
    told = {"reference": f"sandbox_{row.pk}", "amount": str(row.amount), "currency": row.currency, "key": row.key}
    if card.says is Says.TWICE:
        body = {"id": f"evt_{row.key}", "about": "charge", "said": "succeeded", "at": at.isoformat(), **told}
        return {"body": body, "due_at": at, "times": 2}
    when = at + DISPUTED_AFTER
    dispute = {"reference": f"dispute_{row.pk}", "amount": str(row.amount), "reason": "fraudulent", "status": "open",
               "evidence_by": (when + EVIDENCE_DAYS).isoformat()}  # fmt: skip
    body = {"id": f"evt_dispute_{row.key}", "about": "dispute", "at": when.isoformat(), **told}
    return {"body": body | {"dispute": dispute}, "due_at": when}


def _received(row: SandboxRow, at: datetime) -> SandboxRow:
    """What never arrived while the gateway was down arrives when it is asked again."""
    if row.lost and at >= row.known_at:
        row.lost, row.asked_at, row.known_at = False, at, at
        row.save(update_fields=["lost", "asked_at", "known_at"])
    return row


def _found(row: SandboxRow | None, at: datetime) -> Outcome | None:
    if row is None or row.lost and at >= row.known_at:
        return None
    return _outcome(row, at)


def _outcome(row: SandboxRow, at: datetime) -> Outcome:
    if at < row.known_at:
        return Outcome(Said.UNKNOWN)
    if row.succeeded:
        return Outcome(Said.SUCCEEDED, reference=f"sandbox_{row.pk}")
    return Outcome(Said.FAILED, reference=f"sandbox_{row.pk}", failure=row.failure)
