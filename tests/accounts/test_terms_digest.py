"""The plain-words digest of both terms: every clause is there, once, in order, in both languages."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import accounts

FOLDER = Path(accounts.__file__).parent / "data" / "terms"
CODE = re.compile(r"(?P<document>upstage|rift)/(?P<article>[1-9]\d*(?:-[1-9]\d*)?)(?:\.[1-9]\d*){0,2}")
HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")

# What the Korean texts have: for each article, the number of items in each of its paragraphs. () is an article without
# paragraphs, which is one clause.
Shape = dict[str, tuple[int, ...]]
UPSTAGE: Shape = {
    "1": (),
    "2": (0,) * 11,
    "3": (0, 0, 6, 0, 2, 2),
    "4": (0,) * 6,
    "5": (0,) * 2,
    "6": (0,) * 5,
    "7": (15, 0, 2, 0),
    "8": (2, 0, 0, 0),
    "9": (0,) * 3,
    "10": (0,) * 4,
    "11": (5, 0, 0),
    "12": (7, 0, 0),
    "12-2": (0,) * 6,
    "13": (),
    "14": (0,) * 6,
    "15": (3, 0, 0, 0, 0, 0),
    "15-2": (0,) * 3,
    "15-3": (0,) * 3,
    "16": (0,) * 3,
    "17": (0,) * 3,
    "18": (0,) * 6,
    "19": (),
    "20": (1, 0, 0, 0, 0, 0),
    "21": (0,) * 2,
    "22": (0,) * 9,
    "23": (0,) * 2,
    "24": (8, 0, 0, 0, 0),
    "25": (2, 0),
    "26": (10, 0, 0, 0, 0),
    "27": (),
    "28": (0,) * 3,
}
RIFT: Shape = {
    "1": (),
    "2": (0,) * 5,
    "3": (0,) * 4,
    "4": (0,) * 4,
    "5": (0,) * 3,
    "6": (0,) * 3,
    "7": (0,) * 3,
    "8": (0,) * 4,
    "9": (0,) * 3,
    "10": (0,) * 3,
    "11": (0,) * 3,
    "12": (0,) * 2,
    "13": (0,) * 2,
    "14": (0,) * 3,
    "15": (0,) * 3,
    "16": (0,) * 2,
    "17": (0,) * 3,
    "18": (0,) * 2,
    "19": (),
    "20": (),
    "21": (0,) * 6,
    "22": (0,) * 2,
}
SHAPES = {"upstage": UPSTAGE, "rift": RIFT}
EFFECTIVE_ON = {"upstage": date(2025, 11, 4), "rift": date(2025, 12, 15)}


@cache
def digest(name: str) -> dict[str, Any]:
    with (FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
        loaded: dict[str, Any] = YAML(typ="safe").load(file)
    return loaded


def clauses(name: str) -> list[dict[str, str]]:
    return [clause for article in digest(name)["articles"] for clause in article["clauses"]]


def codes_of(name: str, article: str, paragraphs: tuple[int, ...]) -> Iterator[str]:
    if not paragraphs:
        yield f"{name}/{article}"
    for paragraph, items in enumerate(paragraphs, start=1):
        yield f"{name}/{article}.{paragraph}"
        yield from (f"{name}/{article}.{paragraph}.{item}" for item in range(1, items + 1))


def reading_order(code: str) -> list[tuple[int, ...]]:
    return [tuple(int(number) for number in place.split("-")) for place in code.partition("/")[2].split(".")]


@pytest.mark.parametrize("name", SHAPES)
def test_head_names_the_document_and_its_date(name: str) -> None:
    head = digest(name)
    assert head["document"] == name
    assert head["effective_on"] == EFFECTIVE_ON[name]
    assert list(head) == ["document", "title_ko", "title_en", "effective_on", "note_ko", "note_en", "articles"]


@pytest.mark.parametrize("name", SHAPES)
def test_every_clause_of_the_korean_text_is_there(name: str) -> None:
    found = {article["code"]: [clause["code"] for clause in article["clauses"]] for article in digest(name)["articles"]}
    assert found == {article: list(codes_of(name, article, shape)) for article, shape in SHAPES[name].items()}


@pytest.mark.parametrize("name", SHAPES)
def test_codes_parse_and_stand_under_their_article(name: str) -> None:
    for article in digest(name)["articles"]:
        for clause in article["clauses"]:
            found = CODE.fullmatch(clause["code"])
            assert found is not None, clause["code"]
            assert (found["document"], found["article"]) == (name, article["code"])


@pytest.mark.parametrize("name", SHAPES)
def test_codes_are_unique_and_in_reading_order(name: str) -> None:
    codes = [clause["code"] for clause in clauses(name)]
    assert len(set(codes)) == len(codes)
    assert codes == sorted(codes, key=reading_order)


@pytest.mark.parametrize("name", SHAPES)
def test_korean_is_korean_and_english_has_no_hangul(name: str) -> None:
    head = digest(name)
    korean = [head["title_ko"], head["note_ko"], *(article["title_ko"] for article in head["articles"])]
    english = [head["title_en"], head["note_en"], *(article["title_en"] for article in head["articles"])]
    korean += [clause["ko"] for clause in clauses(name)]
    english += [clause["en"] for clause in clauses(name)]
    assert [text for text in korean if not HANGUL.search(text)] == []
    assert [text for text in english if HANGUL.search(text) or not re.search("[A-Za-z]", text)] == []


@pytest.mark.parametrize("name", SHAPES)
def test_nothing_is_empty_or_carries_stray_blanks(name: str) -> None:
    for clause in clauses(name):
        assert set(clause) == {"code", "ko", "en"}
        for text in (clause["ko"], clause["en"]):
            assert text == " ".join(text.split()), clause["code"]
            assert text.endswith("."), clause["code"]
