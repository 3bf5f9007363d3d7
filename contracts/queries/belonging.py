"""Everything that belongs to a contract, by its public ids: what its timeline and its tasks are found by."""

from functools import cache

from django.apps import apps
from django.db.models import Model

from billing.models import FirmInvoice
from contracts.models import Contract, Disclosure
from upstage_console.kernel.db import PublicIdField


def names_of(contract: Contract) -> list[str]:
    """The public ids of a contract, its invoices, and every row of this app that names it; one query for each table."""
    billed = FirmInvoice.objects.filter(under_contract__contract=contract)
    found = [contract.public_id, *billed.values_list("public_id", flat=True)]
    for model in _below():
        found += model._default_manager.filter(contract=contract).values_list("public_id", flat=True)
    return found


@cache
def _below() -> tuple[type[Model], ...]:
    """The tables of this app that hang on a contract and whose rows have a public id.

    Not demands of authorities: only their own page tells of them, for the law may keep them from the customer (11.3).
    """
    return tuple(
        model
        for model in apps.get_app_config("contracts").get_models()
        if model is not Disclosure and _hangs_on_a_contract(model)
    )


def _hangs_on_a_contract(model: type[Model]) -> bool:
    fields = {field.name: field for field in model._meta.get_fields()}
    is_below = getattr(fields.get("contract"), "related_model", None) is Contract
    return is_below and isinstance(fields.get("public_id"), PublicIdField)
