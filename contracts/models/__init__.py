from contracts.models.contracts import Conclusion, Contract, ContractFee, ContractFile
from contracts.models.customers import Contact, Customer
from contracts.models.documents import ContractDocument, Sow, SowRow
from contracts.models.reviews import Review
from contracts.models.signing import EmailApproval, SignatureEvent, Signer, Signing

__all__ = [
    "Conclusion",
    "Contact",
    "Contract",
    "ContractDocument",
    "ContractFee",
    "ContractFile",
    "Customer",
    "EmailApproval",
    "Review",
    "SignatureEvent",
    "Signer",
    "Signing",
    "Sow",
    "SowRow",
]
