"""Who a member's page is for: somebody logged in who has a membership, and who for some pages proves it once more."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from accounts.enums import MemberStatus
from accounts.models import Member

Given = ParamSpec("Given")
View = Callable[Concatenate[HttpRequest, Given], HttpResponseBase]


HOMES = {MemberStatus.WITHDRAWN: "left", MemberStatus.DISQUALIFIED: "appeal"}
"""Where somebody is led whose membership has ended, from pages that are for members alone."""

_open_afterwards: set[Any] = set()


def open_afterwards(view: View[Given]) -> View[Given]:
    """A page that stays open when the membership has ended: bills, notices, refunds, coming back (upstage/3.5.1)."""
    _open_afterwards.add(view)
    return view


def member_page(
    view: Callable[Concatenate[HttpRequest, Member, Given], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Given], HttpResponseBase]:
    """The view gets the member who is logged in; who has no membership is led to what they have.

    Whose membership has ended sees only what is marked `open_afterwards`, which stands right above the view.
    """

    @login_required
    def shown(request: HttpRequest, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponseBase:
        member: Any = getattr(request.user, "member", None)
        if member is None:
            return redirect("admin:index" if getattr(request.user, "is_staff", False) else "start")
        home = HOMES.get(member.status)
        if home is not None and view not in _open_afterwards:
            return redirect(home)
        return view(request, member, *args, **kwargs)

    return wraps(view)(shown)  # type: ignore[return-value]


def sensitive(view: View[Given]) -> View[Given]:
    """Ask for the password or the second factor again, unless that was done some minutes ago (upstage/6.5).

    Stands outermost: `@sensitive`, then `@member_page`. What was being posted is carried out once it is answered.
    """
    return wraps(view)(login_required(reauthentication_required(view)))
