"""Statements that are sent past the driver's cursors answer as its cursors do, whatever happens to the connection."""

import pytest
from django.db import DataError, connection, transaction

from upstage_console.kernel.db import prepared, prepared_rows
from upstage_console.kernel.statements import plain_way, read

SUM = "SELECT %(one)s::int + %(other)s::int, '%%', %(one)s::text"


@pytest.fixture(autouse=True)
def outside_of_transactions(transactional_db):
    """Within one a cursor is used."""


def test_places_are_numbered():
    assert read(SUM).text == b"SELECT $1::int + $2::int, '%', $1::text"
    assert read(SUM).names == ("one", "other")


def test_answers_are_those_of_a_cursor():
    plain = prepared(SUM, {"one": 1, "other": 2})
    with transaction.atomic():
        assert plain_way(connection) is None
        assert prepared(SUM, {"one": 1, "other": 2}) == plain == (3, "%", "1")
    assert prepared(SUM, {"one": None, "other": 2}) == (None, "%", None)


def test_all_rows():
    assert prepared_rows("SELECT generate_series(1, %(last)s::int)", {"last": 3}) == [(1,), (2,), (3,)]
    assert prepared("SELECT 1 WHERE %(no)s", {"no": False}) is None


def test_statement_that_the_database_forgot_is_prepared_again():
    prepared(SUM, {"one": 1, "other": 2})
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert prepared(SUM, {"one": 2, "other": 2}) == (4, "%", "2")


def test_table_that_changed_meanwhile_is_read_anew():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE changing AS SELECT 1 AS one")
        assert prepared("SELECT * FROM changing", {}) == (1,)
        cursor.execute("ALTER TABLE changing ADD COLUMN two int")
        assert prepared("SELECT * FROM changing", {}) == (1, None)
        cursor.execute("DROP TABLE changing")


def test_what_the_database_refuses_is_refused_in_the_frameworks_words():
    for _ in range(2):
        with pytest.raises(DataError):
            prepared("SELECT 1 / %(zero)s::int", {"zero": 0})
    assert prepared(SUM, {"one": 1, "other": 1}) == (2, "%", "1")


def test_connection_that_was_made_anew_prepares_its_own():
    prepared(SUM, {"one": 1, "other": 2})
    connection.close()
    assert prepared(SUM, {"one": 1, "other": 2}) == (3, "%", "1")
