"""Public ids, locks and history rows."""

from datetime import datetime

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from accounts.models import Member
from upstage_console.kernel import audit
from upstage_console.kernel.db import PublicIdField, new_id, require_transaction
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.models import AuditEvent


def test_a_public_id_says_its_kind(member: Member) -> None:
    assert member.public_id.startswith("mem_")
    assert len(member.public_id) == 36


def test_no_two_kinds_share_a_prefix() -> None:
    fields = (
        field
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.fields
    )
    prefixes = [field.prefix for field in fields if isinstance(field, PublicIdField)]
    assert sorted(prefixes) == sorted(set(prefixes))


def test_ids_are_ordered_by_time() -> None:
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids)


@pytest.mark.django_db
def test_the_database_makes_the_same_ids() -> None:
    before = new_id()
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(kernel_new_id()) FROM generate_series(1, 100)")
        (ids,) = cursor.fetchone()
    assert {(one.version, one.variant) for one in ids} == {(before.version, before.variant)}
    assert len(set(ids)) == 100
    assert all(abs((one.int >> 80) - (before.int >> 80)) < 60_000 for one in ids)  # milliseconds


def test_a_row_is_found_by_its_public_id(member: Member) -> None:
    assert Member.objects.get_public(member.public_id) == member


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["", "mem_", "zzz", "lot_" + "0" * 32, "mem_" + "g" * 32, "mem_" + "0" * 31, "mem_\x00", "mem_" + "0" * 32]
)
def test_what_is_no_id_finds_nothing(text: str) -> None:
    with pytest.raises(NotFound):
        Member.objects.get_public(text)


@pytest.mark.parametrize("beginning", ["000", "0_0", "٠٠٠"])
def test_a_row_has_one_name_only(member: Member, beginning: str) -> None:
    """All three are the same number to Python, and so are capitals."""
    Member.objects.filter(pk=member.pk).update(public_id="mem_000" + "a" * 29)
    assert Member.objects.filter(public_id="mem_000" + "a" * 29).exists()
    for digits in {beginning + "a" * 29, beginning + "A" * 29} - {"000" + "a" * 29}:
        with pytest.raises(NotFound):
            Member.objects.get_public(f"mem_{digits}")


def test_a_row_comes_back_from_the_database_with_its_id(member: Member) -> None:
    again = Member.objects.get(pk=member.pk)
    assert again.public_id == member.public_id


def test_a_uuid_becomes_a_public_id() -> None:
    field, value = PublicIdField(prefix="lot"), new_id()
    assert field.to_python(value) == f"lot_{value.hex}"


@pytest.mark.django_db(transaction=True)
def test_an_inner_step_outside_a_transaction_is_a_mistake() -> None:
    with pytest.raises(RuntimeError):
        require_transaction()


@pytest.mark.parametrize("statement", ["UPDATE kernel_auditevent SET reason = 'x'", "DELETE FROM kernel_auditevent"])
def test_audit_is_refused_to_change(member: Member, at: datetime, statement: str) -> None:
    audit.record("test", member, by=None, at=at)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_audit_rows_are_no_querysets_to_change(member: Member, at: datetime) -> None:
    audit.record("test", member, by=None, at=at)
    with pytest.raises(TypeError):
        AuditEvent.objects.all().delete()
    with pytest.raises(TypeError):
        AuditEvent.objects.all().update(reason="x")
