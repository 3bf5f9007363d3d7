"""How the standing of a contract is coloured."""

from collections.abc import Mapping
from typing import Final

from contracts.enums import ContractStanding

TONES: Final[Mapping[ContractStanding, str]] = {
    ContractStanding.DRAFT: "", ContractStanding.IN_REVIEW: "warn", ContractStanding.REJECTED: "danger",
    ContractStanding.VOIDED: "", ContractStanding.CONCLUDED: "good", ContractStanding.ACTIVE: "good",
    ContractStanding.SUSPENDED: "warn", ContractStanding.EXPIRED: "", ContractStanding.TERMINATED: "danger",
}  # fmt: skip
