"""Registering a card, which concludes the agreement on paid services (upstage/9.2, 17.1, 19)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.enums import MemberStatus
from accounts.models import Member
from billing import gateways
from billing.enums import SETUP_MOVES, AgreementMode, EventOutcome, SetupStatus
from billing.errors import CardRefused, CardWaits
from billing.gateways import NewCard
from billing.models import CardSetup, PaymentAgreement, PaymentMethod
from billing.queries import refund_policies
from billing.services import detaching
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.transitions import move

CONCLUDED = ("upstage/9.2", "upstage/17.1", "upstage/20.2")

NAME = "SETUP"
"""Where the name of the registration belongs in the way back."""


@dataclass(frozen=True)
class Form:
    """What a member asked for in the form: a way of paying, the way back from the gateway, and the test card."""

    back_url: str
    choice: str = ""
    mode: AgreementMode | None = None


def begin(*, member_id: int, form: Form, by: Any, at: datetime) -> CardSetup:
    """Begin to register a card under the conditions that were shown; it ends at once where nothing has to be confirmed.

    Refuses `card_refused`, `gateway_unreachable`. It talks to the gateway, so it is not called inside a transaction.
    """
    gateway = gateways.current()
    setup = _begin(member_id, gateway.code, form.mode, by, at)
    user = setup.member.user
    wanted = NewCard(
        setup.public_id, user.email, setup.member.language, form.back_url.replace(NAME, setup.public_id), form.choice
    )
    try:
        begun = gateway.begin(wanted)
    except CardRefused as refusal:
        _fail(setup.pk, refusal.code, by, at)
        raise
    setup.reference, setup.url = begun.reference, begun.url
    setup.save(update_fields=["reference", "url"])
    return setup if begun.url else finish(setup.public_id, by=by, at=at)


@transaction.atomic
def _begin(member_id: int, gateway: str, mode: AgreementMode | None, by: Any, at: datetime) -> CardSetup:
    member = Member.objects.select_related("user").get(pk=member_id)
    shown = refund_policies.in_force(kst_date(at)).version
    setup = CardSetup.objects.create(
        member=member, gateway=gateway, mode=mode or "", conditions=shown, began_at=at
    )  # fmt: skip
    audit.record("card_setup.begun", setup, by=by, at=at, about=member, clauses=["upstage/20.2"])
    return setup


def finish(setup_id: str, *, by: Any, at: datetime) -> CardSetup:
    """Keep the card once the gateway has it; a repeat returns what came of it.

    Refuses `card_refused`, `card_waits`, `gateway_unreachable`, `not_found`. Not inside a transaction.
    """
    setup: CardSetup = CardSetup.objects.get_public(setup_id)
    if setup.status != SetupStatus.BEGUN:
        return setup
    try:
        card = gateways.get(setup.gateway).register(setup.reference, at=at)
    except CardRefused as refusal:
        _fail(setup.pk, refusal.code, by, at)
        raise
    return _finish(setup, card, by, at)


@transaction.atomic
def _finish(setup: CardSetup, card: gateways.Card, by: Any, at: datetime) -> CardSetup:
    """The gateway tells by itself while the holder comes back: whoever is second finds it done."""
    Member.objects.filter(pk=setup.member_id).locked().get()
    setup.refresh_from_db()
    if setup.status != SetupStatus.BEGUN:
        return setup
    mode = AgreementMode(setup.mode) if setup.mode else None
    method = _keep(setup.member_id, setup.gateway, card, mode, by, at)
    move(setup, SetupStatus.DONE, allowed=SETUP_MOVES, by=by, at=at, ended_at=at, payment_method=method)
    return setup


@transaction.atomic
def _fail(setup_pk: int, failure: str, by: Any, at: datetime) -> None:
    setup: CardSetup = CardSetup.objects.filter(pk=setup_pk).locked().get()
    if setup.status == SetupStatus.BEGUN:
        move(setup, SetupStatus.FAILED, allowed=SETUP_MOVES, by=by, at=at, ended_at=at, failure=failure)


def told(setup_id: str, *, gateway: str, at: datetime) -> EventOutcome:
    """The gateway says that a registration has ended; it is asked what came of it. Refuses `gateway_unreachable`."""
    named = CardSetup._meta.get_field("public_id").parse(setup_id) is not None
    setup: CardSetup | None = CardSetup.objects.filter(public_id=setup_id, gateway=gateway).first() if named else None
    if setup is None:
        return EventOutcome.IGNORED
    if setup.status != SetupStatus.BEGUN:
        return EventOutcome.KNOWN
    try:
        finish(setup.public_id, by=None, at=at)
    except CardRefused:
        return EventOutcome.APPLIED
    except CardWaits:
        return EventOutcome.KNOWN
    return EventOutcome.APPLIED


def register(
    *, member_id: int, reference: str, by: Any, at: datetime, mode: AgreementMode | None = None
) -> PaymentMethod:
    """Register the card behind the gateway's `reference` in place of an earlier one.

    The first card of a member concludes the agreement, prepaid unless `mode` says otherwise; somebody whose membership
    has ended pays debts with it and agrees to nothing. Refuses `card_refused`. The gateway is asked outside of the
    transaction.
    """
    gateway = gateways.current()
    card = gateway.register(reference, at=at)
    return _keep(member_id, gateway.code, card, mode, by, at)


@enforces("upstage/9.2", "upstage/17.1", "upstage/19")
@transaction.atomic
def _keep(
    member_id: int, gateway: str, card: gateways.Card, mode: AgreementMode | None, by: Any, at: datetime
) -> PaymentMethod:
    member = Member.objects.filter(pk=member_id).locked().get()
    _put_away(member, at)
    method = PaymentMethod.objects.create(
        member=member,
        gateway=gateway,
        token=card.token,
        brand=card.brand,
        last4=card.last4,
        expires_on=card.expires_on,
        registered_at=at,
    )
    audit.record("payment_method.registered", method, by=by, at=at, about=member, clauses=["upstage/19"])
    if member.status == MemberStatus.ACTIVE:
        _agree(member, method, mode, by, at)
    return method


def _agree(member: Member, method: PaymentMethod, mode: AgreementMode | None, by: Any, at: datetime) -> None:
    """Keep the agreement in force, or conclude one where there is none or another mode is wanted."""
    current = PaymentAgreement.objects.filter(member=member, ended_at__isnull=True).locked().first()
    if current is not None and mode in (None, current.mode):
        return
    if current is not None:
        current.ended_at = at
        current.save(update_fields=["ended_at"])
    agreement = PaymentAgreement.objects.create(
        member=member,
        mode=mode or AgreementMode.PREPAID,
        payment_method=method,
        conditions=refund_policies.in_force(kst_date(at)).version,
        concluded_at=at,
        clauses=list(CONCLUDED),
    )
    audit.record("agreement.concluded", agreement, by=by, at=at, about=member, clauses=CONCLUDED)


def _put_away(member: Member, at: datetime) -> bool:
    """The card in use is used no more, here at once and at its gateway soon; whether there was one."""
    in_use = PaymentMethod.objects.filter(member=member, replaced_at__isnull=True)
    detaching.ask(in_use, at=at)
    return bool(in_use.update(replaced_at=at))


@transaction.atomic
def remove(*, member_id: int, by: Any, at: datetime) -> None:
    """Take the card away, here at once and at its gateway soon; the agreement on paid services ends with it.

    A repeat changes nothing.
    """
    member = Member.objects.filter(pk=member_id).locked().get()
    if not _put_away(member, at):
        return
    PaymentAgreement.objects.filter(member=member, ended_at__isnull=True).update(ended_at=at)
    audit.record("payment_method.removed", member, by=by, at=at, about=member, clauses=["upstage/19"])
