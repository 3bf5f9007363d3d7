"""What every verb of a firm's invoice knows: the contract that it belongs to."""

from billing.models import FirmInvoice
from upstage_console.kernel.admin import Verb


class OfInvoice(Verb):
    """A verb of an invoice; its service wants the contract too."""

    def contract_of(self, row: FirmInvoice) -> str:
        """The contract that the invoice belongs to."""
        return str(row.under_contract.contract.public_id)
