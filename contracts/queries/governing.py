"""Which document governs a topic of a contract on a day (rift/2.4, 5.2)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from contracts.enums import BINDING_DOCUMENTS, DocumentStatus
from contracts.models import Contract, ContractDocument
from contracts.rules.precedence import Governing, Paper, resolve
from contracts.rules.terms import TERMS_SAY


def governing(contract: Contract, topic: str, *, on: date) -> Governing | None:
    """The value, the document it stands in and why, and the documents that yield; None where nothing speaks of it."""
    return governing_each([contract], topic, on=on)[contract.pk]


def governing_each(contracts: Sequence[Contract], topic: str, *, on: date) -> dict[int, Governing | None]:
    """The same for each of many contracts, by its key, in one statement."""
    papers: dict[int, list[Paper]] = {contract.pk: [] for contract in contracts}
    rows = ContractDocument.objects.filter(
        contract__in=list(papers), status__in=BINDING_DOCUMENTS, effective_on__lte=on, says__has_key=topic
    )
    for row in rows.order_by("pk"):
        papers[row.contract_id].append(_paper(row, topic))
    return {key: resolve(some, TERMS_SAY.get(topic), on=on) for key, some in papers.items()}


def governing_value(contract: Contract, topic: str, *, on: date, default: Any = None) -> Any:
    """The value that governs, or the default where nothing speaks of the topic."""
    found = governing(contract, topic, on=on)
    return default if found is None else found.value


def topics_of(contract: Contract) -> list[str]:
    """What the agreed documents and the terms speak of."""
    said = contract.documents.filter(status__in=BINDING_DOCUMENTS).values_list("says", flat=True)
    return sorted({topic for says in said for topic in says} | set(TERMS_SAY))


def _paper(row: ContractDocument, topic: str) -> Paper:
    assert row.bound_at is not None  # noqa: S101 – the filter says so
    assert row.effective_on is not None  # noqa: S101
    return Paper(
        row.public_id, row.kind, row.title, row.says[topic], row.status == DocumentStatus.SIGNED, row.effective_on,
        row.bound_at, frozenset(row.prevails_over),
    )  # fmt: skip
