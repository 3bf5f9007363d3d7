"""The full text of terms comes in from a file (upstage/4.1, 27)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.enums import Flaw
from accounts.errors import NotTerms, TextPublished, UnknownDocument
from accounts.models import Provision, Version
from accounts.queries.terms import version_of_day
from accounts.rules.terms import TermsText, fingerprint
from accounts.rules.terms_pairing import Paired, first_article, pair
from accounts.services.terms import Digests, documents_known, load_documents, locked_version, write_clauses
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces

LONGEST = 2_000_000
"""Bytes; the longest terms known have a hundredth of it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says, before anything is written: its document, its text with the differences, the file's hash."""

    document: str
    paired: Paired
    source_sha256: str

    @property
    def text(self) -> TermsText:
        return self.paired.text


@dataclass(frozen=True, slots=True)
class Imported:
    """What importing did: the version, whether it changed, and the digest's clauses that the text does not have."""

    version: Version
    changed: bool
    strangers: tuple[str, ...] = ()


def read(content: bytes, document: str = "") -> Reading:
    """Read a file's content without writing anything. Refuses `not_terms` (with why) and `unknown_document`."""
    if len(content) > LONGEST:
        raise NotTerms(facts={"why": Flaw.TOO_LONG.label})
    try:
        source = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotTerms(facts={"why": Flaw.NOT_TEXT.label}) from None
    code = _known(document) if document else _named(source)
    return Reading(code, pair(source, code), hashlib.sha256(content).hexdigest())


def preview(reading: Reading) -> bool:
    """Whether importing it would change anything. Refuses `text_published` as importing does."""
    version = version_of_day(reading.document, reading.text.effective_on)
    return version is None or not _is_here(version, reading)


@enforces("upstage/4.1", "upstage/27")
@transaction.atomic
def import_text(reading: Reading, *, by: Any, at: datetime) -> Imported:
    """Attach the full text to the version of the day it takes effect; the digest then stands beside it.

    The same text again changes nothing; another text for the same day is refused with `text_published`.
    """
    version = locked_version(load_documents()[reading.document], reading.text, at=at)
    if _is_here(version, reading):
        return Imported(version, changed=False)
    digests = _digests(version)
    write_clauses(version, reading.text, digests=digests)
    version.closing_ko, version.closing_en = reading.text.closing_ko, reading.text.closing_en
    version.sha256, version.source_sha256 = fingerprint(reading.text), reading.source_sha256
    version.text_imported_at = at
    version.save()
    _audit(version, reading, by=by, at=at)
    known = {clause.code for clause in reading.text.clauses}
    return Imported(version, changed=True, strangers=tuple(code for code in digests.clauses if code not in known))


def _known(document: str) -> str:
    if document not in {entry["code"] for entry in documents_known()}:
        raise UnknownDocument(facts={"document": document})
    return document


def _named(source: str) -> str:
    words = first_article(source)
    for entry in documents_known():
        if any(name in words for name in entry["named"]):
            return str(entry["code"])
    raise NotTerms(facts={"why": Flaw.NO_DOCUMENT.label})


def _is_here(version: Version, reading: Reading) -> bool:
    if not version.has_text:
        return False
    if version.sha256 != fingerprint(reading.text):
        raise TextPublished(facts={"document": version.document.title, "effective_on": version.effective_on})
    return True


def _digests(version: Version) -> Digests:
    rows = Provision.objects.filter(article__version=version).order_by("article__position", "position")
    return Digests(
        {row.code: (row.digest_ko, row.digest_en) for row in rows},
        dict(version.articles.values_list("code", "digest_title_en")),
    )


def _audit(version: Version, reading: Reading, *, by: Any, at: datetime) -> None:
    facts = {
        "sha256": version.sha256,
        "source_sha256": version.source_sha256,
        "articles": len(reading.text.articles),
        "clauses": len(reading.text.clauses),
        "differences": len(reading.paired.differences),
    }
    audit.record("terms.text_imported", version, by=by, at=at, clauses=["upstage/4.1", "upstage/27"], facts=facts)
