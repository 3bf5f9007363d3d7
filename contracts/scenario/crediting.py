"""What scenarios can do with credit notes of firms."""

from decimal import Decimal
from typing import Any

from billing.enums import FirmCreditGround, ProposalStatus
from billing.models import FirmCreditNote, FirmCreditProposal, FirmInvoice
from billing.queries.firm_debts import debt_of
from billing.services.firm_credits import Wanted
from contracts.services import crediting
from upstage_console.scenarios.arguments import Choice, Name, Number, Staff, Text
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World

AN_INVOICE = Name("contract_invoice", required=True)


@action(
    "credit_contract_invoice",
    {
        "contract": Name("contract", required=True), "invoice": AN_INVOICE, "amount": Number(required=True),
        "ground": Choice(*FirmCreditGround.values, required=True), "reason": Text(required=True),
        "approver": Staff(default=None),
    },
)  # fmt: skip
def credit_contract_invoice(
    world: World, *, contract: str, invoice: str, amount: Decimal, ground: str, reason: str, approver: Any
) -> Result:
    """Staff take an amount off an invoice; above the setting a second person agrees, or it waits."""
    wanted = Wanted(amount, FirmCreditGround(ground), reason)
    answer = crediting.propose(contract, invoice, wanted, by=world.staff("amy"), at=world.now)
    note = answer.note
    if answer.proposal is not None and approver is not None:
        note = crediting.approve(answer.proposal.public_id, reason="", by=approver, at=world.now)
    return _shown(world, invoice, note)


@action("decide_contract_credit", {"invoice": AN_INVOICE, "by": Staff(required=True)})
def decide_contract_credit(world: World, *, invoice: str, by: Any) -> Result:
    """A second person approves what waits for an invoice."""
    row = FirmCreditProposal.objects.get(
        invoice=FirmInvoice.objects.get_public(invoice), status=ProposalStatus.PROPOSED
    )  # fmt: skip
    return _shown(world, invoice, crediting.approve(row.public_id, reason="", by=by, at=world.now))


def _shown(world: World, invoice: str, note: FirmCreditNote | None) -> dict[str, Any]:
    owed = debt_of(FirmInvoice.objects.get_public(invoice), today=world.today)
    found = {"status": "proposed" if note is None else "issued", "due": owed.total, "clauses": crediting.TOPIC.clauses}
    if note is None:
        return found
    return found | {"total": note.total, "no_longer_owed": note.off, "goes_back": note.back}
