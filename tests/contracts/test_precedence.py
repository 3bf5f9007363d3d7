"""Which document governs a topic on a day, and why the others yield."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.enums import PaperKind
from contracts.rules.precedence import ORDER, Paper, resolve
from contracts.rules.terms import Said
from upstage_console.kernel.clock import KST

FIRST = date(2027, 4, 6)
TERMS = Said(30, "rift/15.2")


def paper(kind="order", *, day=0, signed=True, value=1, key="", over=()):
    on = FIRST + timedelta(days=day)
    at = datetime(on.year, on.month, on.day, 10, tzinfo=KST)
    return Paper(key or f"{kind}{day}{signed}", kind, kind, value, signed, on, at, frozenset(over))


@st.composite
def papers(draw):
    number = draw(st.integers(0, 6))
    keys = [f"doc_{place}" for place in range(number)]
    return [
        paper(
            draw(st.sampled_from(list(PaperKind.values))), day=draw(st.integers(0, 5)), signed=draw(st.booleans()),
            value=place, key=key, over=draw(st.sets(st.sampled_from(keys), max_size=3)) - {key},
        )
        for place, key in enumerate(keys)
    ]  # fmt: skip


SAID = st.none() | st.just(TERMS)
DAYS = st.integers(0, 6).map(lambda days: FIRST + timedelta(days=days))


@pytest.mark.clause("rift/2.4")
def test_a_signed_document_prevails_over_the_terms_and_over_the_newer_unsigned_one():
    found = resolve(
        [paper("order", value=21), paper("quote", day=6, signed=False, value=60)], TERMS, on=date(2027, 5, 1)
    )
    assert (found.kind, found.value, [one.kind for one in found.losers]) == ("order", 21, ["terms", "quote"])


@pytest.mark.clause("rift/2.4", "rift/4.1")
def test_what_was_accepted_without_signatures_yields_to_the_terms():
    found = resolve([paper("order", signed=False, value=20)], TERMS, on=FIRST)
    assert (found.kind, found.value, found.losers[0].reason.en) == (
        "terms", 30, "What nobody signed does not outrank the terms.",
    )  # fmt: skip


@pytest.mark.clause("rift/5.2")
def test_what_an_accepted_document_alone_regulates_applies():
    found = resolve([paper("quote", signed=False, value=2)], None, on=FIRST)
    assert (found.kind, found.value) == ("quote", 2)


@pytest.mark.clause("rift/2.4")
def test_signed_documents_come_in_their_order():
    papers = [paper(kind, day=place) for place, kind in enumerate(ORDER)]
    found = resolve(papers, None, on=FIRST + timedelta(days=9))
    assert [found.kind, *(one.kind for one in found.losers)] == list(ORDER)


@pytest.mark.clause("rift/2.4")
def test_of_one_kind_the_later_prevails_from_its_day():
    papers = [paper(day=0, value=21), paper(day=4, value=35)]
    assert [resolve(papers, None, on=FIRST + timedelta(days=day)).value for day in (0, 3, 4, 5)] == [21, 21, 35, 35]


@pytest.mark.clause("rift/2.4")
def test_what_a_document_says_to_prevail_over_comes_before_the_order_of_kinds():
    msa = paper("msa", key="m", over={"c"})
    found = resolve([paper("change_order", day=2, key="c"), msa], None, on=FIRST + timedelta(days=3))
    assert (found.kind, found.losers[0].reason.en) == ("msa", "The other says that it prevails over this one.")


def test_two_documents_that_each_prevail_over_the_other_come_by_their_kind():
    found = resolve([paper("msa", key="m", over={"c"}), paper("change_order", key="c", over={"m"})], None, on=FIRST)
    assert found.kind == "change_order"


def test_nothing_governs_what_nothing_speaks_of():
    assert resolve([], None, on=FIRST) is None


@given(papers(), SAID, DAYS, st.randoms())
def test_the_order_in_which_documents_are_given_does_not_matter(given_papers, terms, on, random):
    shuffled = list(given_papers)
    random.shuffle(shuffled)
    assert resolve(shuffled, terms, on=on) == resolve(given_papers, terms, on=on)


@pytest.mark.clause("rift/2.4")
@given(papers(), SAID, DAYS)
def test_a_signed_document_wins_where_there_is_one(given_papers, terms, on):
    found = resolve(given_papers, terms, on=on)
    held = [one for one in given_papers if one.effective_on <= on]
    if any(one.is_signed for one in held):
        assert next(one for one in held if one.key == found.key).is_signed
    elif terms:
        assert found.kind == "terms"


@given(papers(), SAID, DAYS)
def test_every_text_that_speaks_wins_or_yields_with_a_reason(given_papers, terms, on):
    found = resolve(given_papers, terms, on=on)
    spoken = {one.key for one in given_papers if one.effective_on <= on} | ({"terms"} if terms else set())
    told = {found.key, *(one.key for one in found.losers)} if found else set()
    assert told == spoken
    assert found is None or all(one.reason.clauses for one in found.losers)


@given(papers(), SAID, DAYS, st.sampled_from(list(PaperKind.values)), st.booleans())
def test_a_later_document_never_rewrites_an_earlier_day(given_papers, terms, on, kind, signed):
    later = replace(paper(kind, signed=signed, key="later"), effective_on=on + timedelta(days=1))
    assert resolve([*given_papers, later], terms, on=on) == resolve(given_papers, terms, on=on)


@given(papers(), DAYS)
def test_nothing_unsigned_changes_what_signed_documents_and_the_terms_decide(given_papers, on):
    signed = [one for one in given_papers if one.is_signed]
    all_of_them, only_signed = resolve(given_papers, TERMS, on=on), resolve(signed, TERMS, on=on)
    assert (all_of_them.key, all_of_them.value) == (only_signed.key, only_signed.value)


@given(papers(), DAYS)
def test_no_winner_is_overruled_by_a_document_of_its_rank(given_papers, on):
    found = resolve(given_papers, None, on=on)
    held = {one.key: one for one in given_papers if one.effective_on <= on}
    if found is None:
        return
    winner = held[found.key]
    against = [one for one in held.values() if one.is_signed == winner.is_signed and winner.key in one.prevails_over
               and one.key not in winner.prevails_over]  # fmt: skip
    rivals = [one for one in held.values() if one.is_signed == winner.is_signed]
    everybody_overruled = all(
        any(one.key in other.prevails_over and other.key not in one.prevails_over for other in rivals) for one in rivals
    )
    assert not against or everybody_overruled
