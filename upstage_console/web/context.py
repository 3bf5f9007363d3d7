"""What every page of the console shows around its content."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Member, Notice
from upstage_console.kernel import clock


@dataclass(frozen=True)
class Entry:
    """One line of the side menu; `count` stands beside it when there is something new."""

    label: str
    url: str
    current: bool
    count: int = 0


class Surroundings:
    """Read only as far as the page shows it: a public page asks nothing of the database."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def member(self) -> Member | None:
        user = getattr(self._request, "user", None)
        return Member.objects.filter(user=user).first() if user is not None and user.is_authenticated else None

    @cached_property
    def unread(self) -> int:
        return Notice.objects.filter(member=self.member, read_at=None).count() if self.member else 0

    @property
    def navigation(self) -> Sequence[Entry]:
        names = [
            ("overview", _("Overview"), 0), ("usage", _("Usage"), 0), ("credits", _("Credits"), 0),
            ("invoices", _("Billing"), 0), ("keys", _("API keys"), 0), ("notices", _("Notices"), self.unread),
            ("account", _("Account"), 0),
        ]
        return [self._entry(name, label, count) for name, label, count in names]

    def _entry(self, name: str, label: str, count: int) -> Entry:
        url = reverse(name)
        return Entry(label, url, self._request.path.startswith(url), count)


def console(request: HttpRequest) -> dict[str, Any]:
    return {"console": Surroundings(request), "today": clock.today()}
