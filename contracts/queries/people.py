"""Which contracts somebody who logged in may see."""

from typing import TYPE_CHECKING

from contracts.models import Contract
from upstage_console.kernel.errors import NotFound

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def contract_for(user: "User | AnonymousUser", public_id: str) -> Contract:
    """The contract, for staff who may see contracts. Refuses `not_found` for everybody else."""
    if not (user.is_staff and user.has_perm("contracts.view_contract")):
        raise NotFound
    contract: Contract = Contract.objects.select_related("customer__firm").get_public(public_id)
    return contract


def may_preview(user: "User | AnonymousUser") -> bool:
    """Whether somebody sees a month before it is approved: staff do, customers do not."""
    return user.is_staff
