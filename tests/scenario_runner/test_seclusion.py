"""A scenario's own empty tables: the same guards, none of the others' rows, and nothing left afterwards."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from upstage_console.kernel.models import AuditEvent, Holiday
from upstage_console.scenarios.seclusion import SCHEMA, secluded

pytestmark = pytest.mark.django_db


def schemas() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("select nspname from pg_namespace")
        return {name for (name,) in cursor.fetchall()}


def test_secluded_sees_nobody_and_leaves_nothing() -> None:
    Holiday.objects.create(day=date(2027, 3, 2))
    with secluded():
        assert Holiday.objects.count() == 0
        Holiday.objects.create(day=date(2027, 3, 3))
        assert SCHEMA in schemas()
    assert list(Holiday.objects.values_list("day", flat=True)) == [date(2027, 3, 2)]
    assert SCHEMA not in schemas()


def test_secluded_keeps_the_rows_of_reference_tables() -> None:
    Holiday.objects.create(day=date(2027, 3, 2))
    with secluded(["kernel_holiday"]):
        assert Holiday.objects.count() == 1


def test_secluded_has_the_same_constraints_and_indexes() -> None:
    query = """
        select c.relname, k.conname, case k.contype when 'c' then 'check' else pg_get_constraintdef(k.oid) end
        from pg_constraint k join pg_class c on c.oid = k.conrelid
        where k.connamespace = current_schema()::regnamespace and k.contype <> 'n'
        union all
        select tablename, indexname, split_part(indexdef, ' WHERE ', 1)
        from pg_indexes where schemaname = current_schema()
        order by 1, 2, 3
    """
    with connection.cursor() as cursor:
        cursor.execute(query)
        before = [tuple(str(part).replace("public.", "") for part in row) for row in cursor.fetchall()]
        with secluded():
            cursor.execute(query)
            inside = [tuple(str(part).replace(f"{SCHEMA}.", "") for part in row) for row in cursor.fetchall()]
    assert inside == before


def test_secluded_has_the_same_triggers() -> None:
    query = """
        select c.relname, t.tgname, t.tgenabled::text from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where c.relnamespace = current_schema()::regnamespace and not t.tgisinternal order by 1, 2
    """
    with connection.cursor() as cursor:
        cursor.execute(query)
        before = cursor.fetchall()
        with secluded():
            cursor.execute(query)
            assert cursor.fetchall() == before


def test_secluded_tables_are_guarded_as_ever() -> None:
    with secluded():
        event = AuditEvent.objects.create(action="a", subject="s", at="2027-02-09T00:00Z")
        with pytest.raises(DatabaseError), transaction.atomic():
            models.QuerySet(AuditEvent).filter(pk=event.pk).delete()
        Holiday.objects.create(day=date(2027, 3, 2))
        with pytest.raises(IntegrityError), transaction.atomic():
            Holiday.objects.create(day=date(2027, 3, 2))
