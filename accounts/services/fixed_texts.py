"""Texts that stand as they were written: one version each, never amended (separate agreements, promotions)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.enums import DocumentKind
from accounts.models import Article, Document, Provision, Version
from accounts.queries.texts import text_of
from accounts.rules.terms import fingerprint
from upstage_console.kernel import audit
from upstage_console.kernel.db import new_id, require_transaction


@dataclass(frozen=True, slots=True)
class FixedText:
    """What is written down: its titles, the day it begins, the hash of its source, and what it says by clause."""

    title_ko: str
    title_en: str
    effective_on: date
    source_sha256: str
    says: Sequence[tuple[str, str]]
    service: str = ""


def write(kind: DocumentKind, text: FixedText, *, by: Any, at: datetime) -> Version:
    """A document of its own with this text, published at `at`; nobody is told of it, and silence says nothing.

    The text goes in before the version is published, for from then on nothing can be added to it.
    """
    require_transaction()
    document = _document(kind, text)
    version = Version.objects.create(
        document=document, label=text.effective_on.isoformat(), effective_on=text.effective_on,
        text_imported_at=at, source_sha256=text.source_sha256, drafted_by=audit.actor(by), told_at=at, deemed_at=at,
        paid_tasks_at=at,
    )  # fmt: skip
    article = Article.objects.create(
        version=version, code="1", position=1, title_ko=text.title_ko, title_en=text.title_en
    )
    Provision.objects.bulk_create(
        Provision(article=article, code=f"{document.code}/1.{number}", position=number, depth=1, text_ko=ko, text_en=en)
        for number, (ko, en) in enumerate(text.says, start=1)
    )
    version.sha256 = fingerprint(text_of(version))
    version.published_at, version.published_by = at, audit.actor(by)
    version.save()
    return version


def _document(kind: DocumentKind, text: FixedText) -> Document:
    last = Document.objects.order_by("-position").values_list("position", flat=True).first() or 0
    return Document.objects.create(
        code=f"{kind}-{new_id().hex[-12:]}", title_ko=text.title_ko, title_en=text.title_en or text.title_ko,
        kind=kind, service=text.service, position=last + 1,
    )  # fmt: skip
