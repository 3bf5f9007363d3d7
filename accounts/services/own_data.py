"""What a member's export holds: each app registers its parts; these are those of the accounts (upstage/6.5, 21).

The apps above register theirs in their own `services/own_….py`, which their tasks import.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from django.db.models import QuerySet

from accounts.enums import Language
from accounts.models import Member
from accounts.queries.retention import views_of_member
from accounts.queries.safety import open_sessions
from upstage_console.kernel.models import AuditEvent

ROWS_AT_A_TIME: Final = 2000

RowsOf = Callable[[Member], Iterable[Sequence[Any]]]


@dataclass(frozen=True)
class Part:
    """One table of the export: a file of CSV and one of JSON."""

    name: str
    place: int
    title_ko: str
    title_en: str
    columns: tuple[str, ...]
    rows: RowsOf


_parts: dict[str, Part] = {}


def part(name: str, *, place: int, ko: str, en: str, columns: Sequence[str]) -> Callable[[RowsOf], RowsOf]:
    """Register a table of the export; `columns` name what each row has, in its order."""

    def register(rows: RowsOf) -> RowsOf:
        _parts[name] = Part(name, place, ko, en, tuple(columns), rows)
        return rows

    return register


def parts() -> list[Part]:
    """All tables, in their order."""
    return sorted(_parts.values(), key=lambda one: one.place)


def streamed(rows: QuerySet[Any], *fields: Any) -> Iterable[Sequence[Any]]:
    """The values of these fields, read from the database a block at a time."""
    return rows.values_list(*fields).iterator(chunk_size=ROWS_AT_A_TIME)


PROFILE = ("number", "status", "kind", "name", "email", "phone", "born_on", "business_number", "country", "currency",
           "language", "applied_at", "accepted_at", "withdrawn_at", "disqualified_at", "last_used_on")  # fmt: skip


@part("profile", place=10, ko="회원 정보", en="Profile", columns=PROFILE)
def profile(member: Member) -> Iterable[Sequence[Any]]:
    """Who the member is."""
    yield (
        member.public_id, member.status, member.kind, member.name, member.user.email, member.phone, member.born_on,
        member.business_number, member.country, member.currency, Language(member.language).value, member.applied_at,
        member.accepted_at, member.withdrawn_at, member.disqualified_at, member.last_used_on,
    )  # fmt: skip


@part("consents", place=20, ko="약관 동의", en="Consents to the terms",
      columns=("document", "version", "answer", "at", "sha256", "from", "browser"))  # fmt: skip
def consents(member: Member) -> Iterable[Sequence[Any]]:
    """What the member agreed to or refused."""
    fields = ("version__document__code", "version__effective_on", "mode", "at", "sha256", "ip", "user_agent")
    return streamed(member.consents.order_by("pk"), *fields)


@part("change_requests", place=15, ko="정보 변경 요청", en="Requests for a change", columns=(
    "number", "field", "value", "reason", "requested_at", "status", "answered_at", "answer"
))  # fmt: skip
def change_requests(member: Member) -> Iterable[Sequence[Any]]:
    """What the member asked staff to change, and the answers."""
    fields = ("field", "value", "reason", "requested_at", "status", "answered_at", "answer")
    return streamed(member.change_requests.order_by("pk"), "public_id", *fields)


@part("withdrawals", place=16, ko="탈퇴", en="Withdrawals", columns=(
    "number", "reason", "requested_at", "status", "completed_at", "credits_kept_until"
))  # fmt: skip
def withdrawals(member: Member) -> Iterable[Sequence[Any]]:
    """When the member left, also where it was undone since."""
    fields = ("reason", "requested_at", "status", "completed_at", "kept_until")
    return streamed(member.departures.order_by("pk"), "public_id", *fields)


@part("marketing_consents", place=30, ko="광고 수신 동의", en="Consents to advertising",
      columns=("given", "night", "at", "reconfirmation"))  # fmt: skip
def marketing_consents(member: Member) -> Iterable[Sequence[Any]]:
    """What the member answered about advertising."""
    return streamed(member.marketing_consents.order_by("pk"), "given", "night", "at", "is_reconfirmation")


@part(
    "advertisements", place=31, ko="보낸 광고", en="Advertising sent", columns=("subject_ko", "subject_en", "sent_at")
)
def advertisements(member: Member) -> Iterable[Sequence[Any]]:
    """What advertising went out."""
    sent = member.advertisements.filter(sent_at__isnull=False).order_by("pk")
    return streamed(sent, "campaign__subject_ko", "campaign__subject_en", "sent_at")


@part("notices", place=40, ko="통지", en="Notices", columns=(
    "number", "about", "subject_ko", "subject_en", "body_ko", "body_en", "clauses", "at", "read_at", "mailed_at"
))  # fmt: skip
def notices(member: Member) -> Iterable[Sequence[Any]]:
    """What the member was told."""
    fields = ("subject_ko", "subject_en", "body_ko", "body_en", "clauses", "at", "read_at", "mailed_at")
    return streamed(member.notices.order_by("pk"), "public_id", "about", *fields)


@part("keys", place=50, ko="API 키(비밀 제외)", en="API keys (without their secrets)", columns=(
    "number", "name", "starts_with", "scopes", "issued_at", "expires_at", "revoked_at", "last_used_at", "last_used_from"
))  # fmt: skip
def keys(member: Member) -> Iterable[Sequence[Any]]:
    """Keys: never the secret, of which only a hash is kept."""
    fields = ("scopes", "issued_at", "expires_at", "revoked_at", "last_used_at", "last_used_from")
    return streamed(member.api_keys.order_by("pk"), "public_id", "name", "start", *fields)


@part("sessions", place=60, ko="로그인", en="Log-ins", columns=("begun_at", "last_seen_at", "from", "browser"))
def sessions(member: Member) -> Iterable[Sequence[Any]]:
    """Where the member is logged in."""
    for one in open_sessions(member.user):
        yield (one.created_at, one.last_seen_at, one.ip, one.user_agent)


@part("sanctions", place=70, ko="제재와 이유서, 이의신청", en="Measures with statements, and objections", columns=(
    "number", "measure", "status", "ground", "starts_at", "ends_at", "object_until",
    "facts_ko", "facts_en", "measure_ko", "measure_en", "scope_ko", "scope_en", "redress_ko", "redress_en",
    "objection", "objected_at", "objection_status", "decided_at", "answer",
))  # fmt: skip
def sanctions(member: Member) -> Iterable[Sequence[Any]]:
    """Measures that were decided, with the statement of reasons; one that waits for a second person is none yet."""
    told = [f"statement__{name}_{language}" for name in ("facts", "measure", "scope", "redress")
            for language in ("ko", "en")]  # fmt: skip
    objected = [f"objection__{name}" for name in ("text", "submitted_at", "status", "decided_at", "answer")]
    fields = ("public_id", "kind", "status", "ground", "starts_at", "ends_at", "object_until", *told, *objected)
    return streamed(member.sanctions.filter(notice__isnull=False).order_by("pk"), *fields)


@part("restrictions", place=71, ko="이용 제한", en="Restrictions", columns=(
    "kind", "scope", "clauses", "why_ko", "why_en", "starts_at", "ends_at", "lifted_at"
))  # fmt: skip
def restrictions(member: Member) -> Iterable[Sequence[Any]]:
    """What was closed, and why."""
    fields = ("kind", "scope", "clauses", "why_ko", "why_en", "starts_at", "ends_at", "lifted_at")
    return streamed(member.restrictions.order_by("pk"), *fields)


@part("stored_data", place=80, ko="저장된 데이터 목록", en="List of stored data", columns=(
    "number", "source", "service", "name", "size", "sha256", "stored_at", "destroy_at", "blocked_at", "blocked_why",
    "destroyed_at",
))  # fmt: skip
def stored_data(member: Member) -> Iterable[Sequence[Any]]:
    """What is stored; the files themselves are downloaded one by one while they exist."""
    fields = ("size", "sha256", "stored_at", "destroy_at", "blocked_at", "blocked_why", "destroyed_at")
    return streamed(member.stored_data.order_by("pk"), "public_id", "source", "service", "name", *fields)


@part("staff_views", place=90, ko="직원의 열람", en="Looks of staff", columns=("at", "screen", "purpose"))
def staff_views(member: Member) -> Iterable[Sequence[Any]]:
    """When somebody of the staff looked at the member's data, and what for."""
    return streamed(views_of_member(member.pk).order_by("pk"), "at", "screen", "purpose")


@part("history", place=95, ko="처리 이력", en="History", columns=("at", "action", "clauses"))
def history(member: Member) -> Iterable[Sequence[Any]]:
    """What was done about the membership, and on which clauses; what staff wrote down for themselves is left out."""
    own = AuditEvent.objects.filter(subject=member.public_id).exclude(about=member.public_id).order_by("pk")
    about = AuditEvent.objects.filter(about=member.public_id).order_by("pk")
    return chain(streamed(own, "at", "action", "clauses"), streamed(about, "at", "action", "clauses"))
