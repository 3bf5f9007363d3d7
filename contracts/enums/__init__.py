"""The words of contracts, and the moves their states may make, by topic."""

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

__all__ = [
    "BINDING_DOCUMENTS",
    "BOUND_STATES",
    "CONTRACT_MOVES",
    "CUSTOMER_MOVES",
    "ConclusionKind",
    "ContractStanding",
    "ContractStatus",
    "CustomerStatus",
    "DOCUMENT_MOVES",
    "DocumentStatus",
    "FeeKind",
    "LIVE_DOCUMENTS",
    "OPEN_STATES",
    "PaperKind",
    "REVIEW_MOVES",
    "RefusalGround",
    "ReviewKind",
    "ReviewStatus",
    "SIGNING_MOVES",
    "Side",
    "SignatureDeed",
    "SigningStatus",
    "SowPart",
]
