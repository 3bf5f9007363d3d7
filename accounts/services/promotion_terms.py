"""The terms of a promotion: for those who join it they can replace the standard payment policy (upstage/18.5)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.enums import DocumentKind
from accounts.errors import DraftIncomplete
from accounts.models import Version
from accounts.services import fixed_texts
from accounts.services.fixed_texts import FixedText
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces

CLAUSES = ("upstage/18.5",)


@enforces("upstage/18.5")
def publish(
    *, title_ko: str, title_en: str, says: Sequence[tuple[str, str]], by: Any, at: datetime, reason: str = ""
) -> Version:
    """Publish what a promotion promises and asks, readable by everybody from now on; it is never changed.

    It binds who joins the promotion, for joining is agreeing to it. Refuses `draft_incomplete` without a text in both
    languages.
    """
    if not says or not all(ko and en for ko, en in says):
        raise DraftIncomplete(facts={"missing": title_ko}, clauses=CLAUSES)
    source = hashlib.sha256("\n".join(f"{ko}\t{en}" for ko, en in says).encode()).hexdigest()
    text = FixedText(title_ko, title_en, kst_date(at), source, says)
    version = fixed_texts.write(DocumentKind.PROMOTION, text, by=by, at=at)
    facts = {"document": version.document.code, "sha256": version.sha256}
    audit.record("terms.promotion_published", version, by=by, at=at, reason=reason, clauses=CLAUSES, facts=facts)
    return version
