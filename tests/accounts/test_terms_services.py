"""Texts come in once, stay as they are, and the digest stands beside them."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, transaction

from accounts.enums import Flaw
from accounts.errors import NotTerms, TextPublished, UnknownDocument
from accounts.models import Article, Document, Provision, Version
from accounts.services import terms_text
from tests.accounts.terms_setup import AT, FILES, SEEDS, content, import_file, load_digests
from upstage_console.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Document, Version, Article, Provision, AuditEvent))


def test_digest_makes_published_versions_without_text():
    load_digests()
    found = Version.objects.values_list("document__code", "label", "published_at", "text_imported_at")
    assert list(found) == [
        ("upstage", "2025-11-04", datetime(2025, 11, 3, 15, tzinfo=UTC), None),
        ("rift", "2025-12-15", datetime(2025, 12, 14, 15, tzinfo=UTC), None),
    ]


def test_digest_loaded_twice_changes_nothing():
    load_digests()
    before = counts()
    assert [loaded.changed for loaded in load_digests()] == [False, False]
    assert counts() == before


def test_digest_knows_who_has_to_agree():
    load_digests()
    assert dict(Document.objects.values_list("code", "required_of")) == {"upstage": "member", "rift": "customer"}


@pytest.mark.clause("upstage/4.1")
def test_import_makes_a_published_version_with_its_text():
    version = import_file().version
    assert (version.document.code, version.effective_on, version.has_text) == ("upstage", date(2026, 3, 2), True)
    assert version.published_at == datetime(2026, 3, 1, 15, tzinfo=UTC)
    assert Provision.objects.get(code="upstage/2.2.1").text_ko == "거짓 정보"


def test_items_know_their_paragraph():
    import_file()
    assert Provision.objects.get(code="upstage/2.2.1").parent == Provision.objects.get(code="upstage/2.2")


def test_import_of_the_same_file_changes_nothing():
    import_file()
    before = counts()
    assert import_file().changed is False
    assert counts() == before


def test_import_writes_one_line_of_history_with_its_numbers():
    import_file()
    facts = AuditEvent.objects.get(action="terms.text_imported").facts
    assert (facts["articles"], facts["clauses"]) == ("5", "16")


@pytest.mark.clause("upstage/4.3")
def test_import_of_another_text_for_the_same_day_is_refused():
    import_file()
    before = counts()
    other = content().replace("어린 나이".encode(), "많은 나이".encode())
    with pytest.raises(TextPublished):
        terms_text.import_text(terms_text.read(other), by=None, at=AT)
    assert counts() == before


def test_import_of_a_coming_day_is_a_draft():
    assert import_file(at=datetime(2026, 3, 1, 14, 59, tzinfo=UTC)).version.published_at is None


def test_digest_stands_beside_the_text_of_its_version():
    version = Version.objects.get(pk=load_digests()[0].version.pk)
    text = content().decode().replace("2026년 3월 2일", "2025년 11월 4일").encode()
    imported = terms_text.import_text(terms_text.read(text), by=None, at=AT)
    clause = Provision.objects.get(article__version=version, code="upstage/3.2")
    assert imported.version == version
    assert clause.text_ko == "늦으면 가산금이 붙습니다."
    assert clause.digest_ko != ""
    assert "upstage/16.2" in imported.strangers


def test_digest_loaded_after_the_text_leaves_the_text():
    text = content().decode().replace("2026년 3월 2일", "2025년 11월 4일").encode()
    version = terms_text.import_text(terms_text.read(text), by=None, at=AT).version
    loaded = load_digests()[0]
    version.refresh_from_db()
    clause = Provision.objects.get(article__version=version, code="upstage/3.2")
    assert (loaded.changed, version.sha256) == (True, terms_text.fingerprint(terms_text.read(text).text))
    assert (clause.text_ko, clause.digest_ko != "") == ("늦으면 가산금이 붙습니다.", True)


def test_import_knows_the_document_by_its_first_article():
    assert [terms_text.read(content(name)).document for name in ("small", "bullets")] == ["upstage", "rift"]


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (b"\xff\xfe\x00binary", Flaw.NOT_TEXT),
        (b"x" * 2_000_001, Flaw.TOO_LONG),
        (content().replace("업스테이지".encode(), b"A").replace(b"Upstage", b"B"), Flaw.NO_DOCUMENT),
    ],
)
def test_file_that_is_no_terms_is_refused(file, why):
    with pytest.raises(NotTerms) as refused:
        terms_text.read(file)
    assert refused.value.facts == {"why": why.label}


def test_unknown_document_is_refused():
    with pytest.raises(UnknownDocument):
        terms_text.read(content(), "elsewhere")


# The guards of the database


def refused(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except ProgrammingError:
        return True
    return False


@pytest.mark.parametrize("column", ["text_ko", "text_en", "code", "position"])
def test_published_clause_cannot_be_changed(column):
    import_file()
    value = 99 if column == "position" else "upstage/9"
    assert refused(lambda: Provision.objects.filter(code="upstage/3.2").update(**{column: value}))


@pytest.mark.parametrize("column", ["title_ko", "title_en", "chapter_ko", "code"])
def test_published_article_cannot_be_changed(column):
    import_file()
    assert refused(lambda: Article.objects.filter(code="3").update(**{column: "9"}))


@pytest.mark.parametrize("column", ["sha256", "closing_ko", "closing_en", "source_sha256", "label"])
def test_published_version_cannot_be_changed(column):
    version = import_file().version
    assert refused(lambda: Version.objects.filter(pk=version.pk).update(**{column: "x"}))


def test_published_day_cannot_be_moved():
    load_digests()
    assert refused(lambda: Version.objects.update(effective_on=date(2026, 1, 1)))
    assert refused(lambda: Version.objects.update(published_at=AT))


@pytest.mark.parametrize("model", [Provision, Article, Version])
def test_published_text_cannot_be_deleted(model):
    import_file()
    before = counts()
    assert refused(lambda: model.objects.all()._raw_delete(using="default"))
    assert counts() == before


def test_nothing_can_be_added_to_a_published_text():
    version = import_file().version
    article = version.articles.get(code="3")
    assert refused(lambda: version.articles.create(code="9", position=9, title_ko="새 조"))
    assert refused(lambda: article.provisions.create(code="upstage/3.9", position=9, depth=1, text_ko="새 항"))


def test_digest_beside_a_published_text_may_be_mended():
    import_file()
    assert Provision.objects.filter(code="upstage/3.2").update(digest_ko="다시 쓴 요약") == 1


def test_item_needs_its_paragraph():
    load_digests()
    article = Article.objects.first()
    assert refused_row(lambda: article.provisions.create(code="upstage/1.1.1", position=9, depth=2))


def refused_row(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except Exception as error:
        return type(error).__name__ == "IntegrityError"
    return False


# The commands


def run(*words: str, capsys) -> str:
    call_command(*words)
    return capsys.readouterr().out


def test_command_prints_the_numbers_and_each_difference(capsys):
    lines = run("import_terms", str(FILES / "small.txt"), capsys=capsys).splitlines()
    assert all(number in lines[0] for number in ("5", "10", "6", "11"))
    assert sum(line.startswith("  upstage") for line in lines) == 9


def test_command_dry_run_leaves_nothing(capsys):
    before = counts()
    run("import_terms", str(FILES / "small.txt"), "--dry-run", capsys=capsys)
    assert counts() == before


def test_command_dry_run_is_refused_as_the_import_would_be(tmp_path):
    import_file()
    other = tmp_path / "other.txt"
    other.write_bytes(content().replace("어린 나이".encode(), "많은 나이".encode()))
    with pytest.raises(CommandError, match="2026년 3월 2일"):
        call_command("import_terms", str(other), "--dry-run")


@pytest.mark.parametrize("words", [b"", b"# A readme\n", b"\x7fELF\x00\xff"])
def test_command_says_in_one_sentence_that_a_file_is_no_terms(tmp_path, words):
    file = tmp_path / "file"
    file.write_bytes(words)
    with pytest.raises(CommandError) as error:
        call_command("import_terms", str(file))
    assert str(error.value).startswith(f"{file}: ")
    assert "\n" not in str(error.value)
    assert counts() == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("path", ["", "missing.txt"])
def test_command_says_that_a_file_cannot_be_read(tmp_path, path):
    with pytest.raises(CommandError, match=str(tmp_path)):
        call_command("import_terms", str(tmp_path / path))


def test_command_loads_the_digests(capsys):
    assert run("load_terms", capsys=capsys).count("\n") == 2
    assert Version.objects.count() == 2


# The real texts, where they lie beside the project

REAL = {
    "upstage-terms.en-ko.txt": (31, 5, 121, 65, 191, 20),
    "rift-terms.ko.txt": (22, 3, 60, 0, 0, 1),
}
"""Articles, clauses by depth, pairs, differences."""


def test_real_texts_have_the_clauses_of_their_digests():
    load_digests()
    for seed in SEEDS:
        imported = terms_text.import_text(terms_text.read(seed.read_bytes()), by=None, at=AT)
        bare = Provision.objects.filter(article__version=imported.version, digest_ko="").values_list("code", flat=True)
        assert imported.strangers == ()
        assert set(bare) <= {"upstage/2"}


def test_real_texts_have_their_numbers():
    for seed in (seed for seed in SEEDS if seed.name in REAL):
        paired = terms_text.read(seed.read_bytes()).paired
        depths = (paired.count(depth) for depth in (0, 1, 2))
        assert (len(paired.text.articles), *depths, paired.pairs, len(paired.differences)) == REAL[seed.name]
