"""Files of contracts: kept byte for byte with their hash, opened by people whose look is written down (rift/4.1)."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from contracts.errors import NoEvidence
from contracts.models import Contract, ContractFile
from upstage_console.kernel import audit
from upstage_console.kernel.db import require_transaction

SHEET: Final = "text/html; charset=utf-8"
"""What the console's own sheets are kept as; what was handed in is kept without parameters: it never passes for one."""


@dataclass(frozen=True)
class Given:
    """A file as somebody hands it in."""

    name: str
    media_type: str
    content: bytes


def digest(content: bytes) -> str:
    """The SHA-256 of some bytes, as it is written."""
    return hashlib.sha256(content).hexdigest()


def keep(contract: Contract, given: Given, *, by: Any, at: datetime) -> ContractFile:
    """Keep a file of a contract, in the caller's transaction. Refuses `no_evidence` for one that is empty."""
    media_type = given.media_type.partition(";")[0].strip()
    return _keep(contract, replace(given, media_type=media_type), by=by, at=at)


def keep_sheet(contract: Contract, name: str, text: str, *, by: Any, at: datetime) -> ContractFile:
    """Keep a sheet that the console wrote, every value in it escaped; in the caller's transaction."""
    return _keep(contract, Given(name, SHEET, text.encode()), by=by, at=at)


def is_sheet(file: ContractFile | None) -> bool:
    """Whether a file is a sheet that the console wrote, which its pages may show as it is."""
    return file is not None and file.media_type == SHEET


def _keep(contract: Contract, given: Given, *, by: Any, at: datetime) -> ContractFile:
    require_transaction()
    if not given.content:
        raise NoEvidence
    made: ContractFile = ContractFile.objects.create(
        customer_id=contract.customer_id, contract=contract, name=given.name[:200], media_type=given.media_type[:100],
        content=given.content, sha256=digest(given.content), size=len(given.content), added_by=audit.actor(by),
        added_at=at,
    )  # fmt: skip
    return made


def content_of(file: ContractFile) -> bytes:
    """The bytes as they were kept; the database itself holds them to their hash."""
    return bytes(file.content)


def name_of(file: ContractFile) -> str:
    """What a file is called where it is saved: by its hash, with the ending it came with."""
    ending = file.name.rpartition(".")[2]
    return file.sha256[:16] + (f".{ending}" if ending.isascii() and ending.isalnum() and len(ending) <= 8 else "")


@transaction.atomic
def note_opened(file: ContractFile, *, by: Any, at: datetime) -> None:
    """Write down who opened a file."""
    facts = {"name": file.name, "sha256": file.sha256}
    audit.record("contract_file.opened", file.contract or file.public_id, by=by, at=at, about=file.customer,
                 facts=facts)  # fmt: skip
