"""Members by the hundred thousand: one row of each kind by the models, the others from it in one statement."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection, models

from accounts.enums import ConsentMode, RestrictionKind, SanctionKind, SanctionStatus
from accounts.models import (
    ApiKey,
    Case,
    Consent,
    DataView,
    Document,
    Member,
    Objection,
    Restriction,
    Sanction,
    User,
    Version,
)
from accounts.rules.keys import SECRET_BYTES, hash_secret, make_secret
from billing.models import Meter, Price, Service
from billing.services import importing
from upstage_console.kernel.calendars import kst_date

SERVICE, METER = "bench", "page"


def multiply(row: models.Model, source: str, changes: Mapping[str, str]) -> None:
    """One row more for each of `source` (`… AS n`), equal to `row` but for the columns that `changes` writes in SQL."""
    fields = [field for field in row._meta.concrete_fields if not field.generated]
    columns = [str(field.column) for field in fields if not field.primary_key or field.column in changes]
    values = [changes.get(column, f"template.{column}") for column in columns]
    table, key = row._meta.db_table, row._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
            f"FROM {table} AS template CROSS JOIN {source} WHERE template.{key.column} = %s",
            [key.get_prep_value(row.pk)],
        )


def everybody(count: int, *, at: datetime) -> Member:
    """So many active members, of whom every third has not been here for 11 months and a half; returns the first."""
    user = User.objects.create(email="0@bench.example", date_joined=at - timedelta(days=800))
    begun = at - timedelta(days=800)
    first = Member.objects.create(
        user=user, name="회원", status="active", applied_at=begun, accepted_at=begun,
        last_used_on=kst_date(at - timedelta(days=350)),
    )  # fmt: skip
    multiply(
        user,
        f"generate_series(1, {count - 1}) AS n",
        {"public_id": "kernel_new_id()", "email": "n || '@bench.example'"},
    )
    others = f"(SELECT id AS n FROM accounts_user WHERE id <> {user.pk} AND email LIKE '%%@bench.example') AS others"
    recently = f"CASE WHEN n %% 3 = 0 THEN template.last_used_on ELSE '{kst_date(at)}'::date END"
    multiply(first, others, {"public_id": "kernel_new_id()", "user_id": "n", "last_used_on": recently})
    return first


def analyze() -> None:
    """Let the planner know what stands there now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def members_but(first: Member) -> str:
    return f"(SELECT id AS n FROM accounts_member WHERE id <> {first.pk}) AS others"


def agreed_terms(first: Member, *, at: datetime) -> Document:
    """A document in force, to which everybody has agreed."""
    words = {"title_ko": "약관", "title_en": "Terms", "required_of": "member"}
    document = Document.objects.create(code="bench", position=99, **words)
    begun = at - timedelta(days=700)
    version = version_of(document, begun, begun - timedelta(days=40), told_at=begun, deemed_at=begun)
    row = Consent.objects.create(
        member=first, version=version, mode=ConsentMode.EXPLICIT, at=at - timedelta(days=699), sha256=version.sha256
    )
    multiply(row, members_but(first), {"member_id": "n"})
    return document


def version_of(document: Document, effective: datetime, published: datetime, **noted: datetime) -> Version:
    """A version that takes effect some day, and was announced at some instant; nobody has been told yet."""
    day = kst_date(effective)
    return Version.objects.create(
        document=document, label=day.isoformat(), effective_on=day, published_at=published, sha256="0" * 64, **noted
    )


def suspensions(first: Member, *, at: datetime, ends_at: datetime) -> None:
    """Everybody suspended from `at` to `ends_at`."""
    sanction = Sanction.objects.create(
        member=first, kind=SanctionKind.SUSPENSION, status=SanctionStatus.IN_FORCE, ground="upstage/7.1.7",
        clauses=["upstage/26.1"], days=1, starts_at=at, ends_at=ends_at, decided_at=at,
    )  # fmt: skip
    multiply(sanction, members_but(first), {"public_id": "kernel_new_id()", "member_id": "n"})
    row = Restriction.objects.create(
        member=first, kind=RestrictionKind.SUSPENSION, clauses=["upstage/26.1"], why_ko="가", why_en="a",
        sanction=sanction, starts_at=at, ends_at=ends_at,
    )  # fmt: skip
    source = f"(SELECT id AS n, member_id AS m FROM accounts_sanction WHERE id > {sanction.pk}) AS others"
    multiply(row, source, {"public_id": "kernel_new_id()", "member_id": "m", "sanction_id": "n"})


def key_of(number: int) -> str:
    """The secret of the key of the member in this place."""
    return make_secret(number.to_bytes(SECRET_BYTES, "big"), sandbox=False)


def keys(count: int, *, by: User, at: datetime) -> list[str]:
    """Keys of the first so many members; their secrets."""
    secrets = [key_of(number) for number in range(count)]
    members = Member.objects.order_by("pk").values_list("pk", flat=True)[:count]
    ApiKey.objects.bulk_create(
        ApiKey(
            member_id=member, name="bench", start="uc_live_", sha256=hash_secret(secret), scopes=["account:read"],
            issued_at=at, issued_by=by,
        )
        for member, secret in zip(members, secrets, strict=True)
    )  # fmt: skip
    return secrets


def priced_service(*, at: datetime) -> None:
    """A service on the list, each of whose meters costs something."""
    service = Service.objects.create(code=SERVICE, category="api", name_ko="가", name_en="a", is_listed=True)
    day = kst_date(at - timedelta(days=100))
    for code in (METER, *importing.METERS):
        meter = Meter.objects.create(service=service, code=code, unit_ko="가", unit_en=code)
        Price.objects.create(
            meter=meter, currency="KRW", unit_price=12, effective_on=day, set_at=at - timedelta(days=101)
        )


def looked_into(first: Member, staff: User, *, at: datetime) -> None:
    """About everybody a case, an objection to the first measure, and a look of the staff at their data."""
    case = Case.objects.create(
        member=first, kind="incident", status="decided", opened_at=at, closed_at=at, closed_by=staff
    )
    multiply(case, members_but(first), {"public_id": "kernel_new_id()", "member_id": "n"})
    sanction = Sanction.objects.filter(member=first).earliest("pk")
    objection = Objection.objects.create(
        sanction=sanction, member=first, text="가", status="rejected", submitted_at=at, decided_at=at, decided_by=staff
    )
    source = (
        "(SELECT min(id) AS n, member_id AS m FROM accounts_sanction "
        f"WHERE member_id <> {first.pk} GROUP BY member_id) AS others"
    )
    multiply(objection, source, {"public_id": "kernel_new_id()", "member_id": "m", "sanction_id": "n"})
    view = DataView.objects.create(actor=staff, member=first, screen="member.page", at=at)
    multiply(view, members_but(first), {"member_id": "n"})
