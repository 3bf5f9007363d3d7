"""What the tests of the terms share: times, the files, members, the real texts where they are at hand."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.models import Document, Member, User, Version
from accounts.services import amendments, drafting, terms, terms_text

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
FILES = Path(__file__).parent / "terms_files"
SEEDS = sorted((Path(settings.BASE_DIR).parent / "shared" / "seeds").glob("*.txt"))


def content(name: str = "small") -> bytes:
    return (FILES / f"{name}.txt").read_bytes()


def import_file(name: str = "small", at: datetime = AT) -> terms_text.Imported:
    return terms_text.import_text(terms_text.read(content(name)), by=None, at=at)


def load_digests(at: datetime = AT) -> list[terms.Loaded]:
    return terms.load_digests(by=None, at=at)


def member(email: str = "haneul@example.com") -> Member:
    user = User.objects.create_user(email, date_joined=AT)
    return Member.objects.create(user=user, name="김하늘", applied_at=AT, accepted_at=AT, status="active")


def amend(
    *,
    effective_on: date,
    at: datetime,
    by: Any = None,
    document: str = "upstage",
    adverse: bool = False,
    draft: Version | None = None,
) -> Version:
    """A published next version of a document, announced at `at`; members are told by `telling.tell_all`."""
    draft = draft or drafting.draft_next(Document.objects.get(code=document).pk, by=by, at=at)
    said = drafting.Draft(effective_on, adverse, "더 알기 쉽게 고쳤습니다.", "It is said more clearly.")
    drafting.change(draft.pk, said, by=by, at=at)
    return amendments.publish(draft.pk, by=by, at=at).version
