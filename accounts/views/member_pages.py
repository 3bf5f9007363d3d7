"""Who a member's page is for: somebody logged in who has a membership, and who for some pages proves it once more."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from accounts.models import Member

Given = ParamSpec("Given")
View = Callable[Concatenate[HttpRequest, Given], HttpResponseBase]


def member_page(
    view: Callable[Concatenate[HttpRequest, Member, Given], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Given], HttpResponseBase]:
    """The view gets the member who is logged in; staff without a membership are led to the back office."""

    @login_required
    def shown(request: HttpRequest, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponseBase:
        member: Any = getattr(request.user, "member", None)
        if member is None:
            return redirect("admin:index" if getattr(request.user, "is_staff", False) else "home")
        return view(request, member, *args, **kwargs)

    return wraps(view)(shown)  # type: ignore[return-value]


def sensitive(view: View[Given]) -> View[Given]:
    """Ask for the password or the second factor again, unless that was done some minutes ago (upstage/6.5).

    Stands outermost: `@sensitive`, then `@member_page`. What was being posted is carried out once it is answered.
    """
    return wraps(view)(login_required(reauthentication_required(view)))
