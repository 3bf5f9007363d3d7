from contracts.models.announcements import FunctionChange, FunctionChangeContract
from contracts.models.billing_runs import BillingRun, RunLeftOut
from contracts.models.cases import Case, CaseClock, CaseEvent, SupportPolicy, SupportTarget
from contracts.models.changes import ChangeWish
from contracts.models.confidential import ConfidentialAccess, ConfidentialContent, ConfidentialItem
from contracts.models.contracts import Conclusion, Contract, ContractFee, ContractFile
from contracts.models.customers import Contact, Customer
from contracts.models.deliverables import Deliverable, Delivery, DeliveryFile
from contracts.models.disclosures import Disclosure, DisclosureItem
from contracts.models.documents import ContractDocument, Sow, SowRow
from contracts.models.endings import Breach, ContractAward, Termination
from contracts.models.fee_changes import FeeChange, FeePromotion, MilestoneAcceptance, Seat
from contracts.models.holds import CustomerHold
from contracts.models.invoicing import ContractInvoice, Delinquency, FeeBilling, InvoiceDispute
from contracts.models.keys import ContractKey
from contracts.models.meetings import Meeting, Minutes, MinutesAnswer
from contracts.models.notices import CustomerNotice
from contracts.models.permissions import PriorApproval, ReferencePermission, Succession
from contracts.models.proofs import ProofRequest
from contracts.models.releases import Release
from contracts.models.reviews import Review
from contracts.models.service_credits import ServiceCredit, ServiceCreditUse
from contracts.models.service_levels import (
    Maintenance,
    Outage,
    ServiceLevel,
    ServiceLevelReport,
)
from contracts.models.signing import EmailApproval, SignatureEvent, Signer, Signing
from contracts.models.suspensions import Suspension, SuspensionNotice
from contracts.models.third_parties import ThirdParty, ThirdPartyChange
from contracts.models.uses import ContractUse

__all__ = [
    "BillingRun",
    "Breach",
    "Case",
    "CaseClock",
    "CaseEvent",
    "Conclusion",
    "ChangeWish",
    "ConfidentialAccess",
    "ConfidentialContent",
    "ConfidentialItem",
    "Contact",
    "Contract",
    "ContractAward",
    "ContractDocument",
    "ContractFee",
    "ContractFile",
    "ContractInvoice",
    "ContractKey",
    "ContractUse",
    "Customer",
    "CustomerHold",
    "CustomerNotice",
    "Delinquency",
    "Deliverable",
    "Delivery",
    "DeliveryFile",
    "Disclosure",
    "DisclosureItem",
    "EmailApproval",
    "FeeBilling",
    "FeeChange",
    "FeePromotion",
    "FunctionChange",
    "FunctionChangeContract",
    "InvoiceDispute",
    "Maintenance",
    "Meeting",
    "MilestoneAcceptance",
    "Minutes",
    "MinutesAnswer",
    "Outage",
    "PriorApproval",
    "ProofRequest",
    "ReferencePermission",
    "Release",
    "Review",
    "RunLeftOut",
    "Seat",
    "ServiceCredit",
    "ServiceCreditUse",
    "ServiceLevel",
    "ServiceLevelReport",
    "SignatureEvent",
    "Signer",
    "Signing",
    "Sow",
    "SowRow",
    "Succession",
    "SupportPolicy",
    "SupportTarget",
    "Suspension",
    "SuspensionNotice",
    "Termination",
    "ThirdParty",
    "ThirdPartyChange",
]
