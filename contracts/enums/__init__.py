"""The words of contracts, and the moves their states may make, by topic."""

from contracts.enums.cases import (
    CASE_MOVES,
    CaseEventKind,
    CaseStatus,
    ClockVerdict,
    Metric,
    Severity,
    SupportDays,
)
from contracts.enums.contracts import (
    BOUND_STATES,
    CONTRACT_MOVES,
    OPEN_STATES,
    ConclusionKind,
    ContractStanding,
    ContractStatus,
    FeeKind,
)
from contracts.enums.customers import CUSTOMER_MOVES, CustomerStatus
from contracts.enums.documents import (
    BINDING_DOCUMENTS,
    DOCUMENT_MOVES,
    LIVE_DOCUMENTS,
    SIGNING_MOVES,
    DocumentStatus,
    PaperKind,
    Side,
    SignatureDeed,
    SigningStatus,
    SowPart,
)
from contracts.enums.reviews import REVIEW_MOVES, RefusalGround, ReviewKind, ReviewStatus
from contracts.enums.service_levels import (
    CREDIT_MOVES,
    Compatibility,
    OutageCause,
    ServiceCreditStatus,
    Treatment,
)

__all__ = [
    "BINDING_DOCUMENTS",
    "BOUND_STATES",
    "CASE_MOVES",
    "CONTRACT_MOVES",
    "CREDIT_MOVES",
    "CUSTOMER_MOVES",
    "CaseEventKind",
    "CaseStatus",
    "ClockVerdict",
    "Compatibility",
    "ConclusionKind",
    "ContractStanding",
    "ContractStatus",
    "CustomerStatus",
    "DOCUMENT_MOVES",
    "DocumentStatus",
    "FeeKind",
    "LIVE_DOCUMENTS",
    "Metric",
    "OPEN_STATES",
    "OutageCause",
    "PaperKind",
    "REVIEW_MOVES",
    "RefusalGround",
    "ReviewKind",
    "ReviewStatus",
    "SIGNING_MOVES",
    "ServiceCreditStatus",
    "Severity",
    "Side",
    "SignatureDeed",
    "SigningStatus",
    "SowPart",
    "SupportDays",
    "Treatment",
]
