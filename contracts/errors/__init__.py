"""What contracts refuse, by topic."""

from contracts.errors.contracts import (
    AlreadyRegistered,
    ContractsRunning,
    CustomerEnded,
    NoFees,
    NotConcluded,
    NotInForce,
    SignedIsFinal,
    UnderReview,
)
from contracts.errors.documents import (
    ApprovedBefore,
    NoEvidence,
    NoSigners,
    NotOffered,
    NotYourTurn,
    OfferExpired,
    OtherContent,
    SenderUnknown,
    SigningOver,
    SowIncomplete,
    UnreadableMessage,
)
from contracts.errors.reviews import (
    NoGround,
    QuestionnaireIncomplete,
    ReviewOpen,
    ReviewSkipped,
    SecondPersonNeeded,
)

__all__ = [
    "AlreadyRegistered",
    "ApprovedBefore",
    "ContractsRunning",
    "CustomerEnded",
    "NoEvidence",
    "NoFees",
    "NoGround",
    "NoSigners",
    "NotConcluded",
    "NotInForce",
    "NotOffered",
    "NotYourTurn",
    "OfferExpired",
    "OtherContent",
    "QuestionnaireIncomplete",
    "ReviewOpen",
    "ReviewSkipped",
    "SecondPersonNeeded",
    "SenderUnknown",
    "SignedIsFinal",
    "SigningOver",
    "SowIncomplete",
    "UnderReview",
    "UnreadableMessage",
]
