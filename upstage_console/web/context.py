"""What every page of the console shows around its content."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberStatus
from accounts.models import Member
from accounts.queries import standing, unread_notices
from accounts.queries.amendments import Coming, awaiting_answer
from accounts.views.account_area import current_section, sections
from contracts.queries.people import has_seats
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.wording import tongue


@dataclass(frozen=True)
class Entry:
    """One line of the side menu; `count` stands beside it when there is something new."""

    label: Any
    url: str
    current: bool
    count: int = 0


@dataclass(frozen=True)
class Barred:
    """Why something is closed to the member now, and where more of it stands."""

    title: Any
    text: Any
    clauses: tuple[str, ...]
    ends_at: datetime | None = None


STATES = {
    MemberStatus.APPLIED: Barred(
        _("Your application is not finished"), _("Verify your e-mail address to become a member."), ("upstage/3.1",)
    ),
    MemberStatus.HELD: Barred(
        _("Your application waits"),
        _("New memberships are on hold for now; we tell you as soon as yours is accepted."),
        ("upstage/3.1",),
    ),
    MemberStatus.REJECTED: Barred(
        _("Your application was refused"), _("The reason stands in your notices."), ("upstage/3.3",)
    ),
    MemberStatus.WITHDRAWN: Barred(
        _("You have left"), _("Credits are kept for a while; ask us if you want to come back."), ("upstage/3.2",)
    ),
    MemberStatus.DISQUALIFIED: Barred(
        _("Your membership was taken away"),
        _("You may submit one statement; the notice tells why, how and until when."),
        ("upstage/3.4", "upstage/3.5"),
    ),
}
RESTRICTED = _("Your use is restricted")
MENU = (
    ("overview", _("Overview")),
    ("usage", _("Usage")),
    ("credits", _("Credits")),
    ("invoices", _("Billing")),
    ("keys", _("API keys")),
    ("notices", _("Notices")),
    ("account", _("Account")),
)
AFTERWARDS = {
    MemberStatus.WITHDRAWN: (
        ("left", _("Come back")), ("invoices", _("Billing")), ("own-data", _("Your data")), ("notices", _("Notices")),
    ),
    MemberStatus.DISQUALIFIED: (
        ("appeal", pgettext_lazy("membership", "Statement")), ("invoices", _("Billing")), ("own-data", _("Your data")),
        ("notices", _("Notices")),
    ),
}  # fmt: skip
"""The menu of somebody whose membership has ended."""
CONTRACTS = ("contracts", _("Contracts"))
OF_FIRMS = (CONTRACTS, ("releases", _("Releases")), ("status", _("Service status")), ("security", _("Account")))
"""The menu of who has a seat of a contract and no membership."""
AREAS = ("account", "security")
"""Entries under which the whole account area stands."""
BELOW = {"invoices": ("payment-methods", "card")}
"""Pages that stand under an entry of the menu, at an address of their own."""


class Surroundings:
    """Read only as far as the page shows it: a public page asks nothing of the database."""

    def __init__(self, request: HttpRequest, at: datetime) -> None:
        self._request, self._at = request, at

    @cached_property
    def member(self) -> Member | None:
        member: Member | None = getattr(getattr(self._request, "user", None), "member", None)
        return member

    @cached_property
    def unread(self) -> int:
        return unread_notices(self.member.pk) if self.member else 0

    @cached_property
    def has_contracts(self) -> bool:
        """Whether the reader has a seat of a contract."""
        user: Any = getattr(self._request, "user", None)
        return bool(user and user.is_authenticated and not user.is_staff and has_seats(user, at=self._at))

    @property
    def home(self) -> str:
        """The address of the reader's first page."""
        if self.member:
            return "overview"
        return "contracts" if self.has_contracts else "home"

    @property
    def entrance(self) -> tuple[Any, str]:
        """What leads on from a public page, and where to: what the reader has, or could have."""
        if self.member:
            return _("Go to your overview"), "overview"
        if getattr(getattr(self._request, "user", None), "is_staff", False):
            return _("Go to the back office"), "admin:index"
        return (_("Go to your contracts"), "contracts") if self.has_contracts else (_("Become a member"), "join")

    @property
    def navigation(self) -> Sequence[Entry]:
        if not self.member:
            return [self._entry(name, label, 0) for name, label in OF_FIRMS] if self.has_contracts else ()
        counts = {"notices": self.unread}
        menu = AFTERWARDS.get(MemberStatus(self.member.status), MENU)
        shown = (*menu, CONTRACTS) if self.has_contracts else menu
        return [self._entry(name, label, counts.get(name, 0)) for name, label in shown]

    def _entry(self, name: str, label: Any, count: int) -> Entry:
        url = reverse(name)
        own = tuple(reverse(one) for one in (name, *BELOW.get(name, ())))
        current = self._request.path.startswith(own) or name in AREAS and bool(current_section(self._request.path))
        return Entry(label, url, current, count)

    @property
    def account_navigation(self) -> Sequence[Entry]:
        """The pages of the account area; whose membership has ended has the menu alone."""
        if self.member and MemberStatus(self.member.status) in AFTERWARDS:
            return ()
        here = current_section(self._request.path)
        found = sections(is_member=self.member is not None)
        return [Entry(one.label, reverse(one.name), one.name == here) for one in found]

    @property
    def restrictions(self) -> Sequence[Barred]:
        """What limits the member now, as each page says on top."""
        if not self.member:
            return ()
        now = standing(self.member, at=self._at)
        menu = AFTERWARDS.get(MemberStatus(now.status))
        is_told = menu is not None and self._request.path.startswith(reverse(menu[0][0]))
        barred = [] if now.status == MemberStatus.ACTIVE or is_told else [STATES[MemberStatus(now.status)]]
        why = f"why_{tongue(get_language())}"
        return barred + [
            Barred(RESTRICTED, getattr(row, why), tuple(row.clauses), row.ends_at) for row in now.restrictions
        ]

    @property
    def coming(self) -> Sequence[Coming]:
        """Announced versions of the terms to which the member has not answered yet."""
        if not self.member or self.member.status != MemberStatus.ACTIVE:
            return ()
        return awaiting_answer(self.member.pk, self._at)


def console(request: HttpRequest) -> dict[str, Any]:
    at = clock.now()
    return {"console": Surroundings(request, at), "today": kst_date(at)}
