"""What was used and what it cost, live: the sums of what is settled beside the tallies of what is not (upstage/8.3).

Page, API and export read the same statement, so they agree to the last digit. By hour nobody knows what paid: credits
burn for a day's charge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection
from psycopg import sql

from accounts.models import ApiKey
from upstage_console.kernel.calendars import bounds
from upstage_console.kernel.clauses import enforces

NO_KEY: Final = "none"
"""How use without a key is asked for."""
NOBODYS: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose use of which KST days; of one service, meter or key where that is named by its code or public id."""

    member_id: int
    first: date
    last: date
    service: str = ""
    meter: str = ""
    key: str = ""

    @property
    def key_id(self) -> UUID | None:
        """The id behind the public one; a malformed one is nobody's key."""
        if self.key in ("", NO_KEY):
            return None
        field: Any = ApiKey._meta.get_field("public_id")
        return field.parse(self.key) or NOBODYS

    def values(self) -> dict[str, Any]:
        """The parameters of every statement about this use."""
        start, end = bounds(self.first, self.last)
        return {
            "member": self.member_id, "first": self.first, "last": self.last, "start": start, "end": end,
            "service": self.service, "meter": self.meter, "keyless": self.key == NO_KEY, "key": self.key_id,
        }  # fmt: skip


NARROWED: Final = """(%(service)s = '' OR service.code = %(service)s) AND (%(meter)s = '' OR meter.code = %(meter)s)
    AND (%(key)s::uuid IS NULL OR key.public_id = %(key)s::uuid) AND (NOT %(keyless)s OR part.api_key_id IS NULL)"""
"""The condition of a scope, on the names that every statement about use gives its tables."""

KEY: Final = "'key_' || replace(key.public_id::text, '-', '')"
IDENTITIES: Final[Mapping[str, str]] = {
    "service": "service.code",
    "meter": "service.code || '/' || meter.code",
    "key": f"coalesce({KEY}, '{NO_KEY}')",
}
"""What tells one service, meter or key from all others of a member."""
COLUMNS: Final[Mapping[str, str]] = {
    "day": "part.day",
    "hour": "part.hour",
    "service": "service.code",
    "service_ko": "service.name_ko",
    "service_en": "service.name_en",
    "meter": "meter.code",
    "unit_ko": "meter.unit_ko",
    "unit_en": "meter.unit_en",
    "key": KEY,
    "key_name": "key.name",
    **{f"{name}_id": place for name, place in IDENTITIES.items()},
}
"""By what use can be summed, and where it stands. Use without a key has null for it."""

DAYS: Final = """
    SELECT meter_id, price_id, api_key_id, day, events, quantity, amount, burned, owed, 0::numeric AS unsettled
    FROM billing_usageday WHERE member_id = %(member)s AND day BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT meter_id, price_id, api_key_id, (hour AT TIME ZONE 'Asia/Seoul')::date, events, quantity, amount, 0, 0,
        amount
    FROM billing_usagetally WHERE member_id = %(member)s AND hour >= %(start)s AND hour < %(end)s
"""
HOURS: Final = """
    SELECT meter_id, price_id, api_key_id, (hour AT TIME ZONE 'Asia/Seoul')::date AS day, hour, events, quantity,
        amount, NULL::numeric AS burned, NULL::numeric AS owed, 0::numeric AS unsettled
    FROM billing_usagehour WHERE member_id = %(member)s AND hour >= %(start)s AND hour < %(end)s
    UNION ALL
    SELECT meter_id, price_id, api_key_id, (hour AT TIME ZONE 'Asia/Seoul')::date, hour, events, quantity, amount, NULL,
        NULL, amount
    FROM billing_usagetally WHERE member_id = %(member)s AND hour >= %(start)s AND hour < %(end)s
"""
SUMS: Final = """
SELECT {columns}price.currency, sum(part.events)::bigint AS events, sum(part.quantity) AS quantity,
    sum(part.amount) AS amount, sum(part.burned) AS burned, sum(part.owed) AS owed, sum(part.unsettled) AS unsettled
FROM ({part}) AS part
JOIN billing_price AS price ON price.id = part.price_id
JOIN billing_meter AS meter ON meter.id = part.meter_id
JOIN billing_service AS service ON service.id = meter.service_id
LEFT JOIN accounts_apikey AS key ON key.id = part.api_key_id
WHERE {narrowed}
GROUP BY {groups}price.currency
"""
COUNT: Final = "SELECT count(*) FROM ({sums}) AS summed"
LEAST_FIRST: Final = "{sums} ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s"


@enforces("upstage/8.3")
def sums(
    scope: Scope,
    by: Sequence[str],
    *,
    order: str = "",
    limit: int | None = None,
    offset: int = 0,
    among: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """The sums by any of `COLUMNS` and always by currency, in their order or the dearest first (`order="amount"`).

    Each row has events, quantity, amount, and what of it credits paid, what is owed, and what is not settled yet.
    `among` names those of the last of `by` that stand alone; all others are summed under null.
    """
    places = ", ".join(str(number) for number in range(1, len(by) + 2))
    ordered = sql.SQL(LEAST_FIRST).format(
        sums=_statement(by, among is not None), order=sql.SQL(f"amount DESC, {places}" if order == "amount" else places)
    )
    with connection.cursor() as cursor:
        cursor.execute(ordered, scope.values() | {"limit": limit, "offset": offset, "among": list(among or ())})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def count(scope: Scope, by: Sequence[str]) -> int:
    """How many rows `sums` has."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(COUNT).format(sums=_statement(by)), scope.values())
        return int(cursor.fetchone()[0])


def _statement(by: Sequence[str], is_some: bool = False) -> sql.Composed:
    places = [COLUMNS[name] for name in by]
    if is_some:
        places[-1] = f"CASE WHEN {places[-1]} = ANY (%(among)s) THEN {places[-1]} END"
    return sql.SQL(SUMS).format(
        columns=sql.SQL("".join(f"{place} AS {name}, " for name, place in zip(by, places, strict=True))),
        groups=sql.SQL("".join(f"{place}, " for place in places)),
        part=sql.SQL(HOURS if "hour" in by else DAYS),
        narrowed=sql.SQL(NARROWED),
    )
