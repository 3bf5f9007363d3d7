"""Two real connections: one agreement, one text, however often they are asked for at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import Article, Consent, Version
from accounts.queries import documents_in_force
from accounts.services import terms, terms_text
from accounts.services.consents import agree
from tests.accounts.terms_setup import AT, content, import_file, member
from upstage_console.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True)


def twice_at_once(work) -> list:
    """What the work gives on two connections that start together."""
    ready = Barrier(2, timeout=20)

    def run(_number):
        try:
            connection.ensure_connection()
            ready.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))


def test_agreeing_twice_at_once_records_one_consent():
    import_file()
    person, versions = member(), documents_in_force(AT)
    first, second = twice_at_once(lambda: agree(member=person, versions=versions, at=AT))
    assert first == second == list(Consent.objects.all())
    assert AuditEvent.objects.filter(action="terms.agreed").count() == 1


def test_importing_twice_at_once_makes_one_text():
    reading = terms_text.read(content())
    imported = twice_at_once(lambda: terms_text.import_text(reading, by=None, at=AT))
    assert sorted(one.changed for one in imported) == [False, True]
    assert (Version.objects.count(), Article.objects.count()) == (1, 5)


def test_loading_digests_twice_at_once_makes_one_of_each():
    loaded = twice_at_once(lambda: [one.changed for one in terms.load_digests(by=None, at=AT)])
    assert sorted(loaded) == [[False, False], [True, True]]
