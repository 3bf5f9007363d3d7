"""What is used under a contract, counted from the day it is in force (rift/7.1)."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from contracts.models import Contract, ContractUse, Customer
from contracts.queries.standing import require_in_force
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidAmount


@enforces("rift/7.1", "rift/15.1")
@transaction.atomic
def use(contract_id: str, quantity: Decimal, *, key: str, at: datetime) -> ContractUse:
    """Count units used now; the same key is counted once, and the first is returned.

    Refuses `not_found`, `invalid_amount`, `not_concluded`, `service_suspended` and `not_active`.
    """
    contract: Contract = Contract.objects.get_public(contract_id)
    Customer.objects.filter(pk=contract.customer_id).locked().get()
    contract.refresh_from_db()
    require_in_force(contract, on=kst_date(at))
    if not quantity.is_finite() or quantity <= 0:
        raise InvalidAmount(facts={"amount": quantity})
    made, _ = ContractUse.objects.get_or_create(
        customer_id=contract.customer_id, contract=contract, key=key,
        defaults={"quantity": quantity, "used_on": kst_date(at), "used_at": at},
    )  # fmt: skip
    return made
