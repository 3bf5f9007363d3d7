"""Documents of a contract as its customer sees them: what was offered or agreed, never a draft (rift/4.1)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from contracts.enums import ConclusionKind, SignatureDeed
from contracts.models import Contract, ContractDocument, ContractFile, DeliveryFile, SignatureEvent
from upstage_console.kernel.errors import NotFound


@dataclass(frozen=True)
class Signed:
    """Who signed, for which side, and when."""

    name: str
    side: str
    at: Any


@dataclass(frozen=True)
class PaperShown:
    """A document with who signed it."""

    row: ContractDocument
    signed: tuple[Signed, ...]
    signers: str
    """Who signed on paper, as it was written down."""


def documents_of(contract: Contract) -> QuerySet[ContractDocument]:
    """What was offered to the customer, whatever became of it, the newest first."""
    rows: QuerySet[ContractDocument] = contract.documents.filter(offered_at__isnull=False)
    return rows.select_related("file", "evidence").order_by("-pk")


def shown(contract: Contract) -> list[PaperShown]:
    """The documents with their signatures, by two statements."""
    events = SignatureEvent.objects.filter(signer__signing__contract=contract, deed=SignatureDeed.SIGNED)
    signed: dict[int, list[Signed]] = {}
    for one in events.select_related("signer__signing").order_by("pk"):
        told = Signed(one.signer.name, one.signer.get_side_display(), one.at)
        signed.setdefault(one.signer.signing.document_id, []).append(told)
    return [PaperShown(row, tuple(signed.get(row.pk, ())), _on_paper(row)) for row in documents_of(contract)]


def _on_paper(row: ContractDocument) -> str:
    return str(row.bound_facts.get("signers", "")) if row.bound_how == ConclusionKind.WRITTEN else ""


def file_of(contract: Contract, file_id: str) -> ContractFile:
    """A file of an offered document or a hand-over, or the scan of what was signed. Refuses `not_found`."""
    papers = documents_of(contract).order_by()
    mine = Q(pk__in=papers.values("file")) | Q(
        pk__in=papers.filter(bound_how=ConclusionKind.WRITTEN).values("evidence")
    )  # fmt: skip
    mine |= Q(pk__in=DeliveryFile.objects.filter(delivery__deliverable__contract=contract).values("file"))
    found: ContractFile | None = contract.files.filter(mine, public_id=file_id).first()
    if found is None:
        raise NotFound
    return found


def document_of(contract: Contract, document_id: str) -> ContractDocument:
    """A document that was offered. Refuses `not_found`."""
    found: ContractDocument = documents_of(contract).get_public(document_id)  # type: ignore[attr-defined]
    return found
