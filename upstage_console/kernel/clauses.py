"""Clauses: their codes, the registry of what enforces them, and the reasons that cite them.

A code names the document, the article and, where they exist, the paragraph and the item, by the numbers of the Korean
text: `upstage/15.3`, `upstage/15-2.1` (제15조의2 제1항), `upstage/3.5.1` (an item), `upstage/19` (a whole article).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Self, TypeVar

from upstage_console.kernel.errors import InvalidClause

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

NUMBER = r"[1-9][0-9]*"
CODE = re.compile(
    rf"(?P<document>[a-z][a-z0-9-]*)/(?P<article>{NUMBER})(?:-(?P<branch>{NUMBER}))?"
    rf"(?:\.(?P<paragraph>{NUMBER}))?(?:\.(?P<item>{NUMBER}))?"
)


@dataclass(frozen=True, order=True, slots=True)
class Clause:
    """A place in a document; 0 is "not named". Clauses sort as they are read: 15 < 15.6 < 15-2 < 15-2.1 < 16."""

    document: str
    number: int
    branch: int = 0
    paragraph: int = 0
    item: int = 0

    @classmethod
    def parse(cls, code: str) -> Self:
        """The clause of a code such as `upstage/15-2.1`. Refuses `invalid_clause`."""
        found = CODE.fullmatch(code)
        if found is None:
            raise InvalidClause(facts={"code": code})
        numbers = (int(found[name] or 0) for name in ("article", "branch", "paragraph", "item"))
        return cls(found["document"], *numbers)

    def __str__(self) -> str:
        places = [self.article, *(str(place) for place in (self.paragraph, self.item) if place)]
        return f"{self.document}/{'.'.join(places)}"

    @property
    def article(self) -> str:
        """The article as the documents count it: `15`, `15-2`."""
        return f"{self.number}-{self.branch}" if self.branch else str(self.number)

    def covers(self, other: "Clause") -> bool:
        """Whether the other is this clause or lies inside it: `upstage/3.5` covers `upstage/3.5.1`."""
        place = (self.document, self.number, self.branch)
        inside = self.paragraph in (0, other.paragraph) and self.item in (0, other.item)
        return place == (other.document, other.number, other.branch) and inside


# The registry

Rule = TypeVar("Rule", bound=Callable[..., Any])

_enforcers: dict[Clause, set[str]] = {}


def enforces(*codes: str) -> Callable[[Rule], Rule]:
    """Register the function below as what enforces these clauses; it stays what it is. Refuses `invalid_clause`."""
    clauses = [Clause.parse(code) for code in codes]
    if not clauses:
        raise ValueError("name the clauses that are enforced")

    def register(rule: Rule) -> Rule:
        for clause in clauses:
            _enforcers.setdefault(clause, set()).add(f"{rule.__module__}.{rule.__qualname__}")
        return rule

    return register


def registry() -> Mapping[Clause, tuple[str, ...]]:
    """Each enforced clause, in reading order, with what enforces it, as far as the modules are imported."""
    return MappingProxyType({clause: tuple(sorted(_enforcers[clause])) for clause in sorted(_enforcers)})


# Reasons


@dataclass(frozen=True)
class Reason:
    """Why something was decided: the clauses, a sentence that shows its arithmetic in both languages, and its numbers.

    Facts are kept as they are stored: decimals as strings without exponent, days and instants in ISO 8601. So a reason
    is equal to what comes back from the database. Floats and unknown types are a `TypeError`.
    """

    clauses: tuple[str, ...]
    ko: str
    en: str
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not (self.ko.strip() and self.en.strip()):
            raise ValueError("a reason is a sentence in Korean and in English")
        object.__setattr__(self, "clauses", tuple(str(Clause.parse(code)) for code in self.clauses))
        object.__setattr__(self, "facts", {name: _json(fact) for name, fact in self.facts.items()})

    def text(self, language: str) -> str:
        """The sentence in English (`en`, `en-us`), else in Korean, which is the binding text (upstage/27)."""
        return self.en if language.split("-")[0] == "en" else self.ko

    def as_json(self) -> dict[str, Any]:
        """What a JSON column stores."""
        return {"clauses": list(self.clauses), "ko": self.ko, "en": self.en, "facts": dict(self.facts)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The reason that `as_json` gave."""
        return cls(tuple(stored["clauses"]), stored["ko"], stored["en"], stored["facts"])


def _json(fact: object) -> Json:
    match fact:
        case None | bool() | int():
            return fact
        case str():
            return str(fact)
        case Decimal():
            return f"{fact:f}"
        case date():
            return fact.isoformat()
        case Mapping():
            return {str(name): _json(value) for name, value in fact.items()}
        case list() | tuple():
            return [_json(value) for value in fact]
    raise TypeError(f"a {type(fact).__name__} cannot be a fact of a reason")
