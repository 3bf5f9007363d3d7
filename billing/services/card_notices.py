"""Telling members that their card expires: payment data are to be kept current (upstage/19)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberStatus
from accounts.services import notices
from accounts.services.notices import Letter
from billing.models import PaymentMethod
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import LockingQuerySet

EXPIRED: Final = 0
STAGES: Final = (7, 30)
"""How many days before its last day a card's holder is told; once more when it is over."""

AT_A_TIME: Final = 1_000
"""Cards per transaction."""


@enforces("upstage/19")
def tell(*, at: datetime) -> int:
    """Tell members whose card expires in 30 days, in 7, or is over; once each, and of several only the last.

    Returns how many letters were written. A batch of cards is a transaction with a fixed number of statements.
    """
    told = 0
    while batch := _tell(at):
        told += batch
    return told


@transaction.atomic
def _tell(at: datetime) -> int:
    today = kst_date(at)
    cards: list[PaymentMethod] = list(_waiting(today).locked()[:AT_A_TIME])
    stages = {card.pk: stage_of(card, today) for card in cards}
    for stage in set(stages.values()):
        named = [pk for pk, found in stages.items() if found == stage]
        PaymentMethod.objects.filter(pk__in=named).update(expiry_told=stage)
    notices.notify_all(list(_letters(cards, stages)), at=at)
    return len(cards)


def _waiting(today: date) -> LockingQuerySet:
    """Cards in use that have come to a stage their holder was not told of."""
    near = [When(expires_on__lte=today + timedelta(days=days), then=Value(days)) for days in STAGES]
    stage = Case(When(expires_on__lt=today, then=Value(EXPIRED)), *near)
    cards = PaymentMethod.objects.filter(
        replaced_at__isnull=True,
        expires_on__lte=today + timedelta(days=max(STAGES)),
        member__status=MemberStatus.ACTIVE,
    )
    waiting: LockingQuerySet = cards.annotate(stage=stage).filter(
        Q(expiry_told__isnull=True) | Q(expiry_told__gt=F("stage"))
    )
    return waiting


def stage_of(card: PaymentMethod, today: date) -> int:
    """How near its end a card is: the smallest of the stages that it has come to."""
    if card.expires_on is None or card.expires_on < today:
        return EXPIRED
    return next(days for days in STAGES if card.expires_on <= today + timedelta(days=days))


def _letters(cards: Sequence[PaymentMethod], stages: dict[int, int]) -> Iterator[Letter]:
    for card in cards:
        stage = stages[card.pk]
        over = stage == EXPIRED
        text = notices.compose(
            _("Your card %(card)s has expired") if over else _("Your card %(card)s expires soon"),
            _("It was valid until %(day)s. Nothing can be paid with it any more; please register another card.")
            if over
            else _("It is valid until %(day)s. Please register another card before that, so that payments go on."),
            card=str(card),
            day=card.expires_on,
        )
        key = f"card:{card.public_id}:{stage}"
        yield Letter(card.member_id, "card", text, key, stage, ["upstage/19"])
