"""Who a page of a contract is for: somebody logged in who has a seat of it, or staff who may see contracts."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from contracts.queries.people import Access, access_for
from contracts.queries.suspensions import limits_of
from contracts.views.sections import tabs_for
from upstage_console.kernel import clock

Given = ParamSpec("Given")
Inner = Callable[Concatenate[HttpRequest, Access, Given], HttpResponse]
View = Callable[Concatenate[HttpRequest, str, Given], HttpResponse]


def contract_page(view: Inner[Given]) -> View[Given]:
    """The view gets what the reader may see of the contract that the address names; all others get a 404."""

    @login_required
    def shown(request: HttpRequest, contract_id: str, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        access = access_for(request.user, contract_id, at=clock.now())
        return view(request, access, *args, **kwargs)

    return wraps(view)(shown)  # type: ignore[return-value]


def administrators_page(view: Inner[Given]) -> View[Given]:
    """The same for administrators of the customer alone; a user of the contract is told so."""

    def shown(request: HttpRequest, access: Access, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        access.require_administrator()
        return view(request, access, *args, **kwargs)

    return contract_page(wraps(view)(shown))  # type: ignore[arg-type]


def show(request: HttpRequest, access: Access, template: str, shown: Mapping[str, Any]) -> HttpResponse:
    """A page of a contract, with the tabs above it, and what is stopped or will be."""
    around = {
        "access": access, "contract": access.contract, "tabs": tabs_for(access, request.path),
        "limits": limits_of(access.contract, at=access.at),
    }  # fmt: skip
    return render(request, template, {**around, **shown})
