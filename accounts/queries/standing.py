"""What a member may do now, and why not."""

from dataclasses import dataclass
from datetime import datetime

from accounts.enums import MemberStatus
from accounts.models import Member, RegistrationHold


@dataclass(frozen=True)
class Restriction:
    """One fact that limits a member: its code, the clauses it rests on, and when it ends (None: when it is lifted)."""

    code: str
    clauses: tuple[str, ...]
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """The state of a membership and everything laid over it at one instant."""

    status: str
    restrictions: tuple[Restriction, ...]

    @property
    def may_use(self) -> bool:
        """Whether services may be used (rules.md, section 3: what a restriction stops)."""
        return self.status == MemberStatus.ACTIVE and not self.restrictions


def standing(member: Member, *, at: datetime) -> Standing:  # noqa: ARG001
    """What `member` may do at `at`."""
    return Standing(status=member.status, restrictions=())


def registration_hold() -> RegistrationHold | None:
    """The hold that is on now, if any (upstage/3.1)."""
    return RegistrationHold.objects.filter(ends_at__isnull=True).first()
