"""A world with nobody else in it: the console's tables, empty, in a schema that lives inside one transaction.

A story begins without tiers, prices or members of others, and must neither see nor lock those of a console at work. So
the tables are made again, with their constraints and triggers, in a schema of their own that comes first on the search
path; the services notice nothing. The rollback at the end takes the schema away, and nobody else ever sees it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

SCHEMA = "scenario_world"

TABLES = """
select c.oid, c.relname, pg_get_partkeydef(c.oid), p.relname, pg_get_expr(c.relpartbound, c.oid)
from pg_class c
left join pg_inherits i on i.inhrelid = c.oid
left join pg_class p on p.oid = i.inhparent
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
order by c.relispartition, c.oid
"""

CONSTRAINTS = """
select r.relname, k.conname, pg_get_constraintdef(k.oid)
from pg_constraint k join pg_class r on r.oid = k.conrelid
where k.connamespace = current_schema()::regnamespace and k.contype in ('p', 'u', 'x', 'c', 'f') and k.conparentid = 0
  and k.coninhcount = 0
order by k.contype = 'f', k.oid
"""

INDEXES = """
select replace(pg_get_indexdef(i.indexrelid, 0, true), ' ON ONLY ', ' ON ')
from pg_index i join pg_class x on x.oid = i.indexrelid
where x.relnamespace = current_schema()::regnamespace and not x.relispartition
  and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
order by i.indexrelid
"""

TRIGGERS = """
select pg_get_triggerdef(t.oid, true) || case t.tgenabled
  when 'A' then format('; alter table %I enable always trigger %I', r.relname, t.tgname) else '' end
from pg_trigger t join pg_class r on r.oid = t.tgrelid
where r.relnamespace = current_schema()::regnamespace and not t.tgisinternal and t.tgparentid = 0
order by t.oid
"""


@contextmanager
def secluded(kept: Iterable[str] = ()) -> Iterator[None]:
    """Inside, every table is empty but for the `kept` ones; afterwards all is as before."""
    with transaction.atomic():
        _build(frozenset(kept))
        yield
        transaction.set_rollback(True)


def _build(kept: frozenset[str]) -> None:
    """Everything is read before the search path moves: the catalogue then writes names without a schema."""
    with connection.cursor() as cursor:
        cursor.execute("select current_schema()")
        origin = _quoted(cursor.fetchone()[0])
        tables, *rest = [_rows(query) for query in (TABLES, CONSTRAINTS, INDEXES, TRIGGERS)]
        constraints, indexes, triggers = rest
        cursor.execute(f"create schema {SCHEMA}")
        cursor.execute(f"set local search_path to {SCHEMA}, {origin}")
        statements = [_table(origin, *row[1:]) for row in tables]
        statements += [_rows_of(origin, row[1]) for row in tables if row[1] in kept]
        statements += [_constraint(*row) for row in constraints]
        statements += [statement for (statement,) in (*indexes, *triggers)]
        cursor.execute(";\n".join(statements))


def _rows(query: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows: list[tuple[str, ...]] = cursor.fetchall()
        return rows


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


def _table(origin: str, name: str, partitioned_by: str | None, parent: str | None, bound: str | None) -> str:
    if parent is not None:
        return f"create table {SCHEMA}.{_quoted(name)} partition of {SCHEMA}.{_quoted(parent)} {bound}"
    partitions = f" partition by {partitioned_by}" if partitioned_by else ""
    like = f"like {origin}.{_quoted(name)} including all excluding indexes excluding constraints"
    return f"create table {SCHEMA}.{_quoted(name)} ({like}){partitions}"


def _constraint(table: str, name: str, rule: str) -> str:
    return f"alter table {_quoted(table)} add constraint {_quoted(name)} {rule}"


def _rows_of(origin: str, name: str) -> str:
    table = _quoted(name)
    return f"insert into {SCHEMA}.{table} overriding system value table {origin}.{table}"
