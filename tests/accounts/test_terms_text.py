"""Reading the text of terms: numbered by place, paired by structure, every difference told."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import Difference, Flaw
from accounts.errors import NotTerms
from accounts.rules.terms import fingerprint
from accounts.rules.terms_pairing import Paired, first_article, pair
from accounts.rules.terms_text import read

FILES = Path(__file__).parent / "terms_files"


def small() -> str:
    return (FILES / "small.txt").read_text()


@pytest.fixture(scope="module")
def paired() -> Paired:
    return pair(small(), "upstage")


@pytest.fixture(scope="module")
def clauses(paired) -> dict:
    return {clause.code: clause for clause in paired.text.clauses}


def found(paired: Paired, kind: Difference) -> list[tuple[str, dict]]:
    return [(found.article, dict(found.facts)) for found in paired.differences if found.kind == kind]


def test_text_has_its_articles_in_korean_order_with_chapters(paired):
    assert [(article.code, article.chapter_ko) for article in paired.text.articles] == [
        ("1", "제 1 장 총 칙"),
        ("2", "제 1 장 총 칙"),
        ("2-2", "제 2 장 떠남과 요금"),
        ("3", "제 2 장 떠남과 요금"),
        ("4", "제 2 장 떠남과 요금"),
    ]


def test_text_has_titles_in_both_languages(paired):
    assert [(article.title_ko, article.title_en) for article in paired.text.articles][:2] == [
        ("목적", "Purpose"),
        ("가입", "Joining"),
    ]


def test_article_without_numbers_is_one_clause(clauses):
    clause = clauses["upstage/1"]
    assert (clause.depth, clause.ko, clause.en) == (
        0,
        "이 글은 업스테이지와 회원이 서로 어떻게 대하는지 말합니다.",
        "These Terms say how Upstage and its Members deal with one another.",
    )


def test_english_numbers_that_restart_after_a_list_are_counted_on(clauses):
    assert clauses["upstage/2.3"].en == "A refused applicant may ask why."


def test_restarted_numbers_are_told(paired):
    facts = {"language": "English", "printed": "1 2 1", "read": "1 2 3"}
    assert ("2", facts) in found(paired, Difference.PRINTED)


def test_items_are_paired_by_place(clauses):
    assert (clauses["upstage/2.2.2"].ko, clauses["upstage/2.2.2"].en) == ("어린 나이", "Too young.")


def test_list_that_only_english_has_stays_unpaired(paired):
    article = paired.text.articles[2]
    assert [(left.after, left.text) for left in article.unpaired] == [
        ("upstage/2-2.2", "Debts."),
        ("upstage/2-2.2", "Invoices."),
    ]
    assert found(paired, Difference.ITEMS) == [("2-2", {"korean": 0, "english": 2})]


def test_same_clauses_in_another_structure_are_paired_in_the_order_of_reading(paired, clauses):
    assert clauses["upstage/3.1.1"].en == "A month is a calendar month."
    assert clauses["upstage/3.2"].en == "Late fees are added."
    assert found(paired, Difference.IN_ORDER) == [("3", {"korean": 2, "english": 3})]


def test_items_that_run_into_one_another_are_taken_apart(clauses):
    assert [clauses[f"upstage/4.1.{item}"].ko for item in (1, 2, 3)] == [
        "요금을 내지 않은 경우",
        "해를 끼친 경우\n– 남에게\n– 회사에",
        "그 밖의 경우",
    ]


def test_items_that_run_into_one_another_are_told(paired):
    assert found(paired, Difference.RUN_IN) == [("4", {"language": "Korean", "printed": "1: 3 4 5"})]


def test_korean_paragraph_that_starts_again_at_one_is_counted_on(clauses):
    assert clauses["upstage/4.2"].ko == "경고는 이유와 함께 알립니다."


def test_another_number_of_clauses_is_not_paired(paired, clauses):
    assert clauses["upstage/4.1"].en == ""
    assert found(paired, Difference.PARAGRAPHS) == [("4", {"korean": 2, "english": 1})]
    assert [left.text for left in paired.text.articles[4].unpaired] == [
        "The Company may warn in these cases:",
        "Fees unpaid",
        "Harm done\n– to others\n– to the Company",
        "Anything else",
    ]


def test_dates_that_differ_between_the_languages_are_told(paired):
    assert found(paired, Difference.DATES) == [("", {"korean": "2025-01-05", "english": "2025-01-06"})]


@pytest.mark.clause("upstage/27")
def test_effective_day_is_the_korean_one(paired):
    assert paired.text.effective_on == date(2026, 3, 2)


def test_disclaimer_in_english_alone_is_told_and_kept(paired):
    assert found(paired, Difference.ONLY_ENGLISH) == [("", {"text": "Disclaimer: Governing Law"})]
    assert paired.text.closing_en.endswith("Korean law was in mind when this was written.")


def test_chapters_in_korean_alone_are_told(paired):
    assert found(paired, Difference.CHAPTERS) == [("", {"korean": 2})]


def test_numbers_of_the_import_count_clauses_and_pairs(paired):
    assert (paired.count(0), paired.count(1), paired.count(2), paired.pairs) == (1, 9, 6, 11)


def test_difference_is_a_sentence_with_its_numbers(paired):
    sentences = [difference.sentence for difference in paired.differences if difference.article == "3"]
    assert all("2" in sentence and "3" in sentence for sentence in sentences)
    assert len(sentences) == 1


def test_no_word_is_lost_between_file_and_text():
    text = pair(small(), "upstage").text
    kept = "".join(
        [text.closing_ko, text.closing_en]
        + [part for article in text.articles for part in (article.title_ko, article.title_en)]
        + [part for clause in text.clauses for part in (clause.ko, clause.en)]
        + [left.text for article in text.articles for left in article.unpaired]
    )
    lines = [line for code in read(small()).values() for article in code.articles for line in words(article)]
    assert [line for line in lines if line not in kept] == []


def words(article) -> list[str]:
    return [article.title, *article.lead.split("\n"), *(w for p in article.paragraphs for w in (p.text, *p.items()))]


def test_bullets_are_counted_from_the_top():
    text = pair((FILES / "bullets.txt").read_text(), "rift").text
    assert [clause.code for clause in text.clauses] == [
        "rift/1", "rift/2.1", "rift/2.2", "rift/3.1", "rift/3.2", "rift/3.3", "rift/4.1", "rift/4.2",
    ]  # fmt: skip


def test_line_below_bullets_counts_as_a_paragraph():
    text = pair((FILES / "bullets.txt").read_text(), "rift").text
    assert text.clauses[5].ko == "이 글은 2026년 4월 1일부터 적용됩니다."
    assert text.effective_on == date(2026, 4, 1)


def test_text_in_one_language_says_so():
    paired = pair((FILES / "bullets.txt").read_text(), "rift")
    assert [difference.kind for difference in paired.differences] == [Difference.ONE_LANGUAGE]


def test_english_article_without_counterpart_is_kept_at_the_end():
    source = small().replace("Addendum", "Article 9 (Extra)\n\nOnly here.\n\nAddendum")
    paired = pair(source, "upstage")
    assert paired.text.articles[-1].unpaired[-1].text == "Article 9 (Extra)\nOnly here."
    assert ("9", {"text": "Extra"}) in found(paired, Difference.ONLY_ENGLISH)


def test_article_that_english_lacks_is_told():
    source = small().replace("Article 3 (Fees)", "")
    assert found(pair(source, "upstage"), Difference.ONLY_KOREAN) == [("3", {})]


def test_gap_in_the_numbers_is_told():
    source = small().replace("제 3 조 (요금)", "제 7 조 (요금)")
    assert ("7", {"number": 3}) in found(pair(source, "upstage"), Difference.GAP)


def test_line_without_number_belongs_to_what_stands_before_it():
    source = small().replace("  1. Fees are paid by the month.", "  1. Fees are paid by the month.\nHow it is done")
    clause = pair(source, "upstage").text.articles[3].clauses[0]
    assert clause.en == "Fees are paid by the month.\nHow it is done"
    assert found(pair(source, "upstage"), Difference.LOOSE) == [("3", {"korean": 0, "english": 1})]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("", Flaw.NO_ARTICLES),
        ("hello\nworld", Flaw.NO_ARTICLES),
        ("Article 1 (Purpose)\n\nOnly English.", Flaw.NO_ARTICLES),
        ("제 1 조 (목적)\n\n제 2 조 (끝)\n2026년 3월 2일부터 시행", Flaw.EMPTY),
        ("제 1 조 (목적)\n하나\n제 1 조 (목적)\n2026년 3월 2일부터 시행", Flaw.REPEATED),
        ("제 1 조 (목적)\n하나\n제 2 조 (끝)\n둘", Flaw.NO_DATE),
        ("제 1 조 (목적)\n하나\n제 2 조 (끝)\n2026년 13월 41일부터 시행", Flaw.NO_DATE),
    ],
)
def test_text_that_is_no_terms_is_refused_with_why(source, why):
    with pytest.raises(NotTerms) as refused:
        pair(source, "upstage")
    assert (refused.value.code, refused.value.facts) == ("not_terms", {"why": why.label})


def test_first_article_names_the_parties():
    assert "업스테이지" in first_article(small())


def test_fingerprint_changes_with_any_word():
    sources = (small(), small().replace("Too young", "Too old"))
    prints = {fingerprint(pair(source, "upstage").text) for source in sources}
    assert len(prints) == 2


def test_fingerprint_ignores_trailing_blanks():
    padded = "\n".join(line + "  " for line in small().splitlines())
    assert fingerprint(pair(padded, "upstage").text) == fingerprint(pair(small(), "upstage").text)


def test_heading_without_a_title_still_begins_an_article():
    paired = pair(small().replace("제 3 조 (요금)", "제 3 조"), "upstage")
    assert [article.title_ko for article in paired.text.articles] == ["목적", "가입", "탈퇴", "", "제재"]


WORDS = st.sampled_from(["가나다 라마", "one two", "요금 3. 요금 4. 벌금", "2026.04.01 약관 시행", "(1) 하나"])
LINES = st.one_of(
    st.integers(1, 4).map("제 {} 조 (제목)".format),
    st.integers(1, 4).map("Article {} (Title)".format),
    st.sampled_from(["", "부칙", "이어지는 글", "Addendum", "제 1 장 총칙", "2026년 4월 1일부터 시행", "Disclaimer"]),
    st.builds(
        "{}{} {}".format, st.sampled_from(["", "  ", "    "]), st.sampled_from(["1.", "2.", "•", "-", ""]), WORDS
    ),
)


@given(st.lists(LINES, max_size=25))
def test_any_lines_are_read_or_refused_and_no_word_is_lost(lines):
    source = "제 1 조 (시작)\n업스테이지\n" + "\n".join(lines)
    try:
        text = pair(source, "upstage").text
    except NotTerms:
        return
    kept = "\n".join([text.closing_ko, text.closing_en, *everything(text)])
    assert [word for line in lines for word in line.split() if word.isalpha() and word not in kept + "총칙"] == []


def everything(text) -> list[str]:
    return [
        part
        for article in text.articles
        for part in (
            article.title_ko, article.title_en, article.chapter_ko, "Article", "제 조 장",
            *(side for clause in article.clauses for side in (clause.ko, clause.en)),
            *(left.text for left in article.unpaired),
        )
    ]  # fmt: skip
