"""What the programs ask for, and what their member has to spend."""

from datetime import timedelta

from accounts.models import Member
from tests.billing import make
from tests.soak.clients import Errand, Step, step
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date

MANY = 1000


def give(member: Member, *amounts: str) -> None:
    """Lots that live on, each ending a day after the one before it."""
    now = clock.now()
    for place, amount in enumerate(amounts):
        make.granted(member, amount, until=kst_date(now) + timedelta(days=30 + place), at=now)


def charge(member: Member, amount: str, key: str) -> Errand:
    """One use, charged at once."""
    return [step("/charges", {"member": member.public_id, "amount": amount}, key)]


def hold(member: Member, amount: str, key: str, *after: Step, seconds: int = 600) -> Errand:
    """Credits held, and what is done with the hold afterwards."""
    asked = {"member": member.public_id, "amount": amount, "expires_in": seconds}
    return [step("/holds", asked, key), *after]


def capture(amount: str, key: str) -> Step:
    """What was used of the hold before it."""
    return step("/holds/{id}/capture", {"amount": amount}, key)


def release(key: str) -> Step:
    """The hold before it let go."""
    return step("/holds/{id}/release", {}, key)
