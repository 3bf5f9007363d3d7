"""The message catalogues hold what the code says."""

from babel.messages.catalog import Catalog

from upstage_console.run import messages


def test_catalogue_that_holds_everything_has_no_faults():
    assert _faults({"Hello": "안녕하세요", ("%(n)s day", "%(n)s days"): ("%(n)s일",)}) == []


def test_message_without_translation_is_a_fault():
    assert _faults({"Hello": ""}) == ["ko: no translation of 'Hello' (page.html)"]


def test_message_that_is_not_there_is_a_fault():
    assert _faults({}, used=["Hello"]) == ["ko: no translation of 'Hello' (page.html)"]


def test_lost_placeholder_is_a_fault():
    assert _faults({"%(name)s left": "나갔습니다"}) == ["ko: other placeholders in the translation of '%(name)s left'"]


def test_message_nobody_says_is_a_fault():
    assert _faults({"Old": "옛"}, used=[]) == ["ko: nobody says 'Old' any more"]


def test_fuzzy_translation_is_a_fault():
    assert _faults({"Hello": "안녕"}, flags=("fuzzy",)) == ["ko: fuzzy translation of 'Hello'"]


def test_code_and_templates_are_read():
    assert "Korean" in messages.used_messages()


def _faults(translations, used=None, flags=()):
    catalogue, said = Catalog(locale="ko"), Catalog()
    for message, translation in translations.items():
        catalogue.add(message, translation, flags=flags)
    for message in translations if used is None else used:
        said.add(message, locations=[("page.html", 1)])
    return list(messages.faults_of(catalogue, said, "ko"))
