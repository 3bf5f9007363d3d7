"""Codes of clauses, the registry of what enforces them, and reasons."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstage_console.kernel import clauses
from upstage_console.kernel.clauses import Clause, Reason, enforces, registry
from upstage_console.kernel.errors import InvalidClause

NUMBERS = st.integers(0, 30)
CLAUSES = st.builds(
    lambda number, branch, paragraph, item: Clause("upstage", number, branch, paragraph, item if paragraph else 0),
    st.integers(1, 30),
    NUMBERS,
    NUMBERS,
    NUMBERS,
)


@pytest.fixture
def _empty_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clauses, "_enforcers", {})
    return


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("upstage/15", Clause("upstage", 15)),
        ("upstage/15.3", Clause("upstage", 15, 0, 3)),
        ("upstage/15-2", Clause("upstage", 15, 2)),
        ("upstage/15-2.1", Clause("upstage", 15, 2, 1)),
        ("upstage/3.5.1", Clause("upstage", 3, 0, 5, 1)),
        ("upstage/20.1.1", Clause("upstage", 20, 0, 1, 1)),
        ("upstage/7.1.15", Clause("upstage", 7, 0, 1, 15)),
        ("rift/17.3", Clause("rift", 17, 0, 3)),
    ],
)
def test_parse(code: str, expected: Clause) -> None:
    assert Clause.parse(code) == expected
    assert str(expected) == code


@pytest.mark.parametrize(
    "code",
    [
        "",
        "15.3",  # of which document?
        "upstage",
        "upstage/",
        "Upstage/15",
        "upstage/0",
        "upstage/015",
        "upstage/15.0",
        "upstage/15.",
        "upstage/15-",
        "upstage/15.3.1.2",  # nothing lies below an item
        "upstage/15.3-2",  # articles have branches, paragraphs have not
        " upstage/15",
        "upstage/15\n",
        "upstage/１５",  # digits, but not ours
        "제15조의2",
    ],
)
def test_parse_refuses(code: str) -> None:
    with pytest.raises(InvalidClause) as refused:
        Clause.parse(code)
    assert refused.value.facts == {"code": code}


def test_clauses_sort_as_they_are_read() -> None:
    read = ["rift/17.3", "upstage/3.5", "upstage/3.5.1", "upstage/3.6", "upstage/15", "upstage/15.3", "upstage/15.10"]
    read += ["upstage/15-2", "upstage/15-2.1", "upstage/15-3", "upstage/16"]
    assert [str(clause) for clause in sorted(map(Clause.parse, reversed(read)))] == read


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("upstage/3.5", "upstage/3.5.1", True),
        ("upstage/3", "upstage/3.5.1", True),
        ("upstage/3.5", "upstage/3.5", True),
        ("upstage/3.5.1", "upstage/3.5", False),
        ("upstage/3.5.1", "upstage/3.5.2", False),
        ("upstage/15", "upstage/15-2.1", False),  # 15-2 is an article of its own
        ("upstage/1", "upstage/15", False),
        ("upstage/17", "rift/17.3", False),
    ],
)
def test_covers(outer: str, inner: str, expected: bool) -> None:
    assert Clause.parse(outer).covers(Clause.parse(inner)) is expected


@given(CLAUSES)
def test_a_code_is_read_back(clause: Clause) -> None:
    assert Clause.parse(str(clause)) == clause
    assert Clause.parse(f"{clause.document}/{clause.article}").covers(clause)


@pytest.mark.usefixtures("_empty_registry")
def test_enforces_registers_and_leaves_the_function_alone() -> None:
    def burn_order() -> str:
        """Free before paid."""
        return "free before paid"

    assert enforces("upstage/15.3", "upstage/2.8")(burn_order) is burn_order
    name = f"{__name__}.{burn_order.__qualname__}"
    assert registry() == {Clause("upstage", 2, 0, 8): (name,), Clause("upstage", 15, 0, 3): (name,)}


@pytest.mark.usefixtures("_empty_registry")
def test_the_registry_is_in_reading_order() -> None:
    for code in ("upstage/16", "upstage/15-2.1", "upstage/15.6"):
        enforces(code)(test_covers)
    assert [str(clause) for clause in registry()] == ["upstage/15.6", "upstage/15-2.1", "upstage/16"]


def test_enforces_refuses_what_is_no_clause() -> None:
    with pytest.raises(InvalidClause):
        enforces("upstage/15.3", "somewhere")


def test_enforces_needs_a_clause() -> None:
    with pytest.raises(ValueError, match="name the clauses"):
        enforces()


REASON = Reason(
    clauses=("upstage/16.2",),
    ko="남은 유상 크레딧 40,000은 충전 직후 100,000의 40 %입니다.",
    en="The remaining 40,000 paid credits are 40 % of the 100,000 right after the recharge.",
    facts={
        "remaining": Decimal("4E+4"),
        "on": date(2026, 11, 22),
        "at": datetime(2026, 11, 22, 3, tzinfo=UTC),
        "lots": (1, "lot_1", None, True),
        "shares": {"paid": Decimal("0.400000")},
    },
)


def test_a_reason_keeps_its_facts_as_they_are_stored() -> None:
    assert REASON.as_json()["facts"] == {
        "remaining": "40000",
        "on": "2026-11-22",
        "at": "2026-11-22T03:00:00+00:00",
        "lots": [1, "lot_1", None, True],
        "shares": {"paid": "0.400000"},
    }


def test_a_reason_is_read_back() -> None:
    assert Reason.from_json(REASON.as_json()) == REASON


@pytest.mark.parametrize(("language", "expected"), [("ko", "ko"), ("en", "en"), ("en-us", "en"), ("de", "ko")])
def test_a_reason_speaks_the_members_language(language: str, expected: str) -> None:
    assert REASON.text(language) == getattr(REASON, expected)


def test_a_reason_needs_both_languages() -> None:
    with pytest.raises(ValueError, match="Korean and in English"):
        Reason(("upstage/16.2",), "환불", " ")


def test_a_reason_refuses_what_is_no_clause() -> None:
    with pytest.raises(InvalidClause):
        Reason(("16.2",), "환불", "A refund")


@pytest.mark.parametrize("fact", [0.4, object(), {1.5}])
def test_a_reason_refuses_facts_it_cannot_keep(fact: object) -> None:
    with pytest.raises(TypeError):
        Reason((), "환불", "A refund", {"share": fact})
