"""Agreeing, and which version is in force when."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.errors import NotInForce, UnknownDocument
from accounts.models import Consent, Version
from accounts.queries import clause, clauses, documents_in_force, missing_consents, version_in_force
from accounts.queries.terms import version_at
from accounts.services.consents import agree
from tests.accounts.terms_setup import AT, import_file, load_digests, member
from upstage_console.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db

STARTS_AT = datetime(2026, 3, 1, 15, tzinfo=UTC)  # 2026-03-02 00:00 in Korea


@pytest.fixture
def versions() -> list[Version]:
    load_digests()
    import_file()
    return documents_in_force(AT)


def labels(at: datetime, audience: str | None = "member") -> list[str]:
    return [f"{version.document.code} {version.label}" for version in documents_in_force(at, audience)]


@pytest.mark.clause("upstage/3.1")
def test_documents_in_force_are_those_members_agree_to(versions):
    assert labels(AT) == ["upstage 2026-03-02"]


def test_documents_in_force_of_every_audience(versions):
    assert labels(AT, None) == ["upstage 2026-03-02", "rift 2025-12-15"]


@pytest.mark.parametrize(
    ("at", "label"), [(STARTS_AT - timedelta(microseconds=1), "2025-11-04"), (STARTS_AT, "2026-03-02")]
)
def test_version_governs_from_the_first_instant_of_its_day_in_korea(versions, at, label):
    assert version_in_force("upstage", at).label == label


def test_no_version_is_in_force_before_the_first(versions):
    with pytest.raises(UnknownDocument):
        version_in_force("upstage", datetime(2025, 11, 3, 14, 59, tzinfo=UTC))


def test_draft_is_neither_in_force_nor_readable():
    import_file(at=STARTS_AT - timedelta(days=1))
    assert documents_in_force(AT) == []
    with pytest.raises(UnknownDocument):
        version_at("upstage", "2026-03-02", AT)


@pytest.mark.clause("upstage/3.1")
def test_agreeing_records_what_was_shown(versions):
    consents = agree(member=member(), versions=versions, at=AT, ip="203.0.113.9", user_agent="Firefox")
    found = Consent.objects.get()
    assert consents == [found]
    assert (found.version, found.mode, found.at, found.sha256) == (versions[0], "explicit", AT, versions[0].sha256)
    assert (found.ip, found.user_agent) == ("203.0.113.9", "Firefox")


def test_agreeing_writes_history(versions):
    person = member()
    agree(member=person, versions=versions, at=AT)
    event = AuditEvent.objects.get(action="terms.agreed")
    assert (event.about, event.actor, event.clauses) == (person.public_id, person.user, ["upstage/3.1"])


def test_agreeing_again_gives_back_the_first_consent(versions):
    person = member()
    first = agree(member=person, versions=versions, at=AT)
    assert agree(member=person, versions=versions, at=AT + timedelta(days=1)) == first
    assert Consent.objects.count() == 1


def test_agreeing_without_address_or_browser(versions):
    agree(member=member(), versions=versions, at=AT, ip="")
    assert Consent.objects.values_list("ip", "user_agent").get() == (None, "")


@pytest.mark.clause("upstage/4.2")
def test_agreeing_to_a_version_no_longer_in_force_is_refused(versions):
    old = Version.objects.get(label="2025-11-04")
    with pytest.raises(NotInForce) as refused:
        agree(member=member(), versions=[*versions, old], at=AT)
    assert refused.value.facts == {"version": "upstage 2025-11-04"}
    assert Consent.objects.count() == 0


def test_consent_cannot_be_changed_or_deleted(versions):
    agree(member=member(), versions=versions, at=AT)
    for change in (
        lambda rows: super(type(rows), rows).update(sha256="x"),
        lambda rows: rows._raw_delete(using="default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(Consent.objects.all())
    assert Consent.objects.get().sha256 == versions[0].sha256


def test_missing_consents_are_the_documents_never_accepted(versions):
    person = member()
    assert missing_consents(person.pk, AT) == versions
    agree(member=person, versions=versions, at=AT)
    assert missing_consents(person.pk, AT) == []


@pytest.mark.clause("upstage/4.4")
def test_new_version_asks_nobody_again(versions):
    person = member()
    before = STARTS_AT - timedelta(days=1)
    agree(member=person, versions=documents_in_force(before), at=before)
    assert missing_consents(person.pk, AT) == []


def test_consent_of_another_member_does_not_count(versions):
    agree(member=member(), versions=versions, at=AT)
    assert missing_consents(member("bada@example.com").pk, AT) == versions


def test_refusal_is_no_acceptance(versions):
    person = member()
    Consent.objects.create(member=person, version=versions[0], mode="refused", at=AT, sha256="x")
    assert missing_consents(person.pk, AT) == versions


def test_clause_shows_the_text_in_force(versions):
    shown = clause("upstage/3.1.1", AT)
    assert (shown.title_ko, shown.title_en, shown.text_en) == ("요금", "Fees", "A month is a calendar month.")
    assert clause("upstage/3.1.1", STARTS_AT - timedelta(days=1)) is None


def test_clause_without_text_shows_its_digest():
    load_digests()
    shown = clause("rift/17.3", AT)
    assert (shown.text_ko, shown.ko, shown.en) == ("", shown.digest_ko, shown.digest_en)
    assert shown.digest_ko != ""


def test_clauses_are_found_in_one_query(versions, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = clauses(["upstage/1", "upstage/2.2.1", "rift/1", "rift/99"], AT)
    assert sorted(found) == ["rift/1", "upstage/1", "upstage/2.2.1"]


@pytest.mark.parametrize("people", [1, 3])
def test_documents_in_force_take_one_query(versions, people, django_assert_num_queries):
    for number in range(people):
        agree(member=member(f"m{number}@example.com"), versions=versions, at=AT)
    with django_assert_num_queries(1):
        assert len([version.document.title for version in documents_in_force(AT)]) == 1
