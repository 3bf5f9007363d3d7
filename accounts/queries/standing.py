"""What a member may do now, and why not: the one place that the API, purchases and pages ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberStatus, RestrictionKind, RestrictionScope
from accounts.models import Member, RegistrationHold, Restriction

SANCTIONS = frozenset({RestrictionKind.SUSPENSION, RestrictionKind.TERMINATION, RestrictionKind.STOP})
"""Restrictions that are a sanction beyond a warning: while one stands, nothing can be bought (upstage/15.1)."""


HOW_TO_LIFT = {
    RestrictionKind.SUSPENSION: _(
        "It ends by itself after its last day. If you think it is wrong, object: somebody who did not decide it looks "
        "at it again."
    ),
    RestrictionKind.TERMINATION: _(
        "It has no end. If you think it is wrong, object: somebody who did not decide it looks at it again."
    ),
    RestrictionKind.STOP: _(
        "It ends once its ground is gone, and after its last day by itself. If you think it is wrong, object."
    ),
    RestrictionKind.UNPAID: _("Pay what is due: in the moment everything is paid, you can use all services again."),
    RestrictionKind.DORMANT: _("Confirm that it is you: you can use all services again at once."),
    RestrictionKind.LOCKED: _(
        "Verify your identity: then the account is open again. Keys that were revoked stay revoked."
    ),
    RestrictionKind.INFORMATION: _("Give the missing information: paid services open again at once."),
    RestrictionKind.PAID_ENDED: _("Agree to the terms in force: paid services can open again."),
}
"""What takes a restriction off again, told to the member."""


@dataclass(frozen=True)
class Standing:
    """The state of a membership and everything laid over it at one instant, the weightiest first."""

    status: str
    restrictions: tuple[Restriction, ...]

    @property
    def is_active(self) -> bool:
        """Whether the membership itself is active."""
        return self.status == MemberStatus.ACTIVE

    @property
    def may_use(self) -> bool:
        """Whether every service may be used (rules.md, section 3: what a restriction stops)."""
        return self.is_active and not self.restrictions

    @property
    def may_use_free(self) -> bool:
        """Whether services without a price may be used: some restrictions close paid services alone (4.5, 6.1)."""
        return self.is_active and not self.closing(paid=False)

    def closing(self, *, paid: bool) -> tuple[Restriction, ...]:
        """The restrictions that close a service, one that costs something (`paid`) or a free one, weightiest first."""
        return tuple(one for one in self.restrictions if paid or one.scope == RestrictionScope.ALL)

    @property
    def may_buy(self) -> bool:
        """Whether nothing laid over the membership stops buying; a purchase needs more (upstage/15.1)."""
        return self.may_use

    @property
    def sanctions(self) -> tuple[Restriction, ...]:
        """The restrictions that are a sanction beyond a warning."""
        return tuple(one for one in self.restrictions if one.kind in SANCTIONS)


def standing(member: Member, *, at: datetime) -> Standing:
    """What `member` may do at `at`: one statement, or none where the membership is not active."""
    if member.status != MemberStatus.ACTIVE:
        return Standing(status=member.status, restrictions=())
    return Standing(status=member.status, restrictions=tuple(weightiest_first(restrictions_of(member.pk, at=at))))


def restrictions_of(member_id: int, *, at: datetime) -> QuerySet[Restriction]:
    """What is laid over a membership at `at`."""
    return restrictions_at(at).filter(member_id=member_id)


def restrictions_at(at: datetime) -> QuerySet[Restriction]:
    """Every restriction that holds at `at`; each begins and ends by itself at its instant."""
    over = Q(lifted_at__lte=at) | Q(ends_at__lte=at)
    return Restriction.objects.filter(starts_at__lte=at).exclude(over)


def weightiest_first(found: Iterable[Restriction]) -> list[Restriction]:
    """Without an end before with one, the later end before the earlier."""
    endless = [one for one in found if one.ends_at is None]
    ending = [one for one in found if one.ends_at is not None]
    return [*endless, *sorted(ending, key=lambda one: str(one.ends_at), reverse=True)]


def registration_hold() -> RegistrationHold | None:
    """The hold that is on now, if any (upstage/3.1)."""
    return RegistrationHold.objects.filter(ends_at__isnull=True).first()
