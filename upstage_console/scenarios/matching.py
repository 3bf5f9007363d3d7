"""Compares what a step expects with what it got: a subset match that names every difference."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from upstage_console.kernel.clock import KST
from upstage_console.kernel.figures import plain
from upstage_console.scenarios import nodes, times
from upstage_console.scenarios.nodes import Node, Scalar
from upstage_console.scenarios.problems import Problem

BY_INCLUSION = ("clauses", "restrictions")


def differences(expected: Node, actual: Any, path: str = "") -> Iterator[Problem]:
    """Every place where `actual` is not what is expected; nothing where all matches."""
    if isinstance(expected, nodes.Mapping):
        yield from _in_mapping(expected, actual, path)
    elif isinstance(expected, nodes.Listing):
        yield from _in_list(expected, actual, path)
    elif not same(expected, actual):
        yield _difference(expected, actual, path)


def same(expected: Scalar, actual: Any) -> bool:
    """Whether a scalar is the value: numbers as decimals, days and moments in Korean time, `~` as nothing."""
    if actual is None or expected.is_null:
        return actual is None and expected.is_null
    if isinstance(actual, bool):
        return expected.flag is actual
    if isinstance(actual, Decimal | int):
        return expected.number == actual
    if isinstance(actual, datetime):
        return _same_moment(expected.text, actual)
    if isinstance(actual, date):
        return times.read_day(expected.text) == actual
    return not isinstance(actual, Mapping | list | tuple) and expected.text == str(actual)


def _same_moment(text: str, actual: datetime) -> bool:
    if day := times.read_day(text):
        return actual.astimezone(KST).date() == day
    return times.read_moment(text) == actual


def _in_mapping(expected: nodes.Mapping, actual: Any, path: str) -> Iterator[Problem]:
    if not isinstance(actual, Mapping):
        yield _difference(expected, actual, path)
        return
    for entry in expected:
        inner = f"{path}.{entry.key}" if path else entry.key
        if entry.key not in actual:
            yield Problem(entry.place, f"{inner}: expected {entry.value}, but the result does not say.")
        elif entry.key in BY_INCLUSION and isinstance(entry.value, nodes.Listing):
            yield from _included(entry.value, actual[entry.key], inner)
        else:
            yield from differences(entry.value, actual[entry.key], inner)


def _in_list(expected: nodes.Listing, actual: Any, path: str) -> Iterator[Problem]:
    if not is_list(actual) or len(actual) != len(expected.items):
        yield _difference(expected, actual, path)
        return
    for number, (item, got) in enumerate(zip(expected.items, actual, strict=True), 1):
        yield from differences(item, got, f"{path}[{number}]")


def _included(expected: nodes.Listing, actual: Any, path: str) -> Iterator[Problem]:
    present = actual if is_list(actual) else ()
    for item in expected.items:
        if not any(not list(differences(item, got)) for got in present):
            yield Problem(item.place, f"{path}: expected {item} among {shown(actual)}.")


def _difference(expected: Node, actual: Any, path: str) -> Problem:
    return Problem(expected.place, f"{path or 'result'}: expected {expected}, got {shown(actual)}.")


def is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def shown(value: Any) -> str:
    """A result as an author would write it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {shown(item)}" for key, item in value.items()) + "}"
    if is_list(value):
        return "[" + ", ".join(shown(item) for item in value) + "]"
    return _shown_scalar(value)


def _shown_scalar(value: Any) -> str:
    if value is None:
        return "~"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    return times.written(value) if isinstance(value, datetime) else str(value)
