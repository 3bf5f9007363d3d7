"""The rules of amendments, of comparing, and of what governs, on plain values."""

from datetime import date, datetime

import pytest

from accounts.errors import NoticeTooShort, SilenceNotStated
from accounts.rules.amendments import (
    Change,
    Told,
    answers_until,
    clear_days,
    may_terminate,
    notice_of,
    paid_from,
    require_notice,
    require_silence_clause,
)
from accounts.rules.comparison import Whole, compare, lines, pieces
from accounts.rules.disputes import governing_law
from accounts.rules.governing import Stance, holding, prevailing, survives
from upstage_console.kernel.clock import KST

MAY, JUNE, JULY = date(2027, 5, 20), date(2027, 6, 1), date(2027, 7, 15)


@pytest.mark.clause("upstage/4.3", "rift/3.2")
@pytest.mark.parametrize(
    ("amends", "adverse", "days"), [(True, False, 7), (True, True, 30), (False, False, 0), (False, True, 0)]
)
def test_clear_days(amends, adverse, days):
    assert clear_days(is_amendment=amends, is_adverse=adverse) == days


@pytest.mark.parametrize(("document", "clause"), [("upstage", "upstage/4.3"), ("rift", "rift/3.2")])
def test_refusal_names_the_clause_of_its_document(document, clause):
    announced = date(2027, 1, 1)
    assert require_notice(document, date(2027, 1, 9), announced=announced, days=7) == date(2027, 1, 9)
    with pytest.raises(NoticeTooShort) as refused:
        require_notice(document, date(2027, 1, 8), announced=announced, days=7)
    assert (refused.value.clauses, refused.value.facts["earliest"]) == ((clause,), date(2027, 1, 9))


@pytest.mark.clause("upstage/4.4")
@pytest.mark.parametrize(
    ("effective", "first"),
    [(JUNE, date(2027, 7, 1)), (date(2027, 6, 30), date(2027, 7, 1)), (date(2027, 12, 31), date(2028, 1, 1))],
)
def test_paid_services_follow_with_the_next_month(effective, first):
    assert paid_from(effective) == first


@pytest.mark.clause("rift/3.4")
def test_customer_may_terminate_until_the_effective_day():
    announced = datetime(2027, 11, 15, 10, tzinfo=KST)
    said = {"announced_at": announced, "effective_on": date(2027, 12, 16)}
    days = [datetime(2027, 11, 15, 9, tzinfo=KST), announced, datetime(2027, 12, 15, 23, 59, tzinfo=KST)]
    assert [may_terminate(**said, at=at) for at in (*days, answers_until(date(2027, 12, 16)))] == [
        False, True, True, False,
    ]  # fmt: skip


CHANGE = Change("upstage", "약관", "Terms", JULY, True, True, "까닭", "Why", "https://x/compare", "https://x/account")


@pytest.mark.clause("upstage/4.4", "rift/3.3")
def test_silence_clause_is_a_paragraph_of_its_own_in_both_languages():
    told = notice_of(CHANGE, silence_counts=True)
    require_silence_clause(told)
    run_in = Told(told.subject_ko, told.subject_en, told.body_ko.replace("\n\n", " "), told.body_en)
    for poor in (notice_of(CHANGE, silence_counts=False), run_in, Told("가", "a", told.body_ko, "nothing")):
        with pytest.raises(SilenceNotStated):
            require_silence_clause(poor)


def test_notice_says_days_reason_and_where_to_answer():
    body = notice_of(CHANGE, silence_counts=True).body_ko
    for said in ("2027년 7월 15일", "2027년 8월 1일", "까닭", "30일 전", "https://x/compare", "https://x/account"):
        assert said in body


# Comparing


def test_words_that_go_stand_before_those_that_come():
    found = [(piece.kind, piece.text) for piece in pieces("월 2% 연체료", "월 1.5% 연체료")]
    assert found == [("same", "월 "), ("removed", "2%"), ("added", "1.5%"), ("same", " 연체료")]


def test_phrase_is_one_change():
    kinds = [piece.kind for piece in pieces("the old two words stay", "the new three words stay")]
    assert kinds == ["same", "removed", "added", "same"]


@pytest.mark.parametrize(("before", "after"), [("", "a b"), ("a b", ""), ("", ""), ("a\nb", "a\nc\nb")])
def test_both_texts_can_be_put_together_again(before, after):
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.kind != "added") == before
    assert "".join(piece.text for piece in found if piece.kind != "removed") == after


def test_clause_put_in_between_leaves_the_others():
    found = lines("1.1 하나\n1.2 둘", "1.1 하나\n1.2 새 항\n1.3 둘")
    assert [[(piece.kind, piece.text) for piece in line] for line in found][0] == [("same", "1.1 하나")]
    assert not any(piece.kind == "removed" and "둘" in piece.text for line in found for piece in line)


def whole(code: str, title: str, ko: str = "글") -> Whole:
    return Whole(code, title, "", ko, "")


@pytest.mark.clause("upstage/4.3")
def test_renumbered_article_is_compared_with_itself():
    before = [whole("1", "목적"), whole("2", "요금"), whole("3", "해지")]
    after = [whole("1", "목적"), whole("2", "정의"), whole("3", "요금", "다른 글")]
    found = [(one.kind, one.shown.code, one.before and one.before.code) for one in compare(before, after)]
    assert found == [("same", "1", "1"), ("added", "2", None), ("changed", "3", "2"), ("removed", "3", "3")]


# What governs


def stance(key: int, day: date, consent: str, said_on: date | None = None) -> Stance:
    return Stance(key, day, consent, said_on)


FIRST = stance(1, MAY, "explicit", date(2027, 6, 2))


@pytest.mark.clause("upstage/4.4")
@pytest.mark.parametrize(
    ("on", "paid", "key"),
    [(date(2027, 7, 14), False, 1), (JULY, False, 2), (date(2027, 7, 31), True, 1), (date(2027, 8, 1), True, 2)],
)
def test_change_waits_for_the_next_billing_unit_where_it_costs(on, paid, key):
    held = holding([FIRST, stance(2, JULY, "deemed", JULY)], paid=paid, on=on)
    assert held is not None
    assert held.stance.key == key


@pytest.mark.clause("upstage/4.4")
def test_version_somebody_joins_under_holds_at_once():
    held = holding([FIRST], paid=True, on=date(2027, 6, 2))
    assert (held.stance.key, held.begins_on) == (1, date(2027, 6, 2))
    assert holding([FIRST], paid=True, on=date(2027, 6, 1)) is None


@pytest.mark.clause("upstage/4.2", "upstage/4.5")
@pytest.mark.parametrize("paid", [True, False])
def test_rejected_version_does_not_bind(paid):
    held = holding([FIRST, stance(2, JULY, "refused", date(2027, 7, 2))], paid=paid, on=date(2027, 9, 1))
    assert (held.stance.key, held.consent) == (1, "refused")


def test_two_changes_in_one_month_follow_together():
    both = [FIRST, stance(2, JULY, "deemed"), stance(3, date(2027, 7, 28), "deemed")]
    assert holding(both, paid=True, on=date(2027, 8, 1)).stance.key == 3


@pytest.mark.clause("upstage/5.2")
@pytest.mark.parametrize(
    ("kinds", "first"),
    [(["general", "service", "agreement"], "agreement"), (["general", "service"], "service"), (["general"], "general")],
)
def test_precedence(kinds, first):
    assert prevailing(kinds) == first


@pytest.mark.clause("upstage/4.6")
@pytest.mark.parametrize(
    ("document", "title", "goes_on"),
    [("upstage", "회사의 책임", True), ("upstage", "환불정책 등", False), ("rift", "회사의 책임", False)],
)
def test_surviving_articles_are_known_by_title(document, title, goes_on):
    assert survives(document, title) is goes_on


@pytest.mark.clause("upstage/28.1", "upstage/28.2", "upstage/28.3")
@pytest.mark.parametrize(
    ("country", "law", "forum", "language"),
    [("KR", "korea", "courts", "ko"), ("JP", "korea", "courts", "ko"), ("US", "california", "aaa", "en")],
)
def test_law_and_forum_follow_the_residence(country, law, forum, language):
    found = governing_law(country)
    assert (found.law, found.forum, found.language) == (law, forum, language)
