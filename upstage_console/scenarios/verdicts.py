"""Whether what came is what a step expects; each answer is a sentence with file and line, empty where all is well."""

from typing import Any

from upstage_console.kernel.errors import Refusal
from upstage_console.scenarios.form import Step
from upstage_console.scenarios.matching import differences
from upstage_console.scenarios.problems import Place


def about(step: Step, message: str, place: Place | None = None) -> str:
    """A sentence about a step."""
    return f"{place or step.place}: {step.action}: {message}"


def on_refusal(step: Step, refusal: Refusal) -> str:
    """What is wrong about a refusal that came."""
    expected = step.refused
    if expected is None:
        return about(step, f"refused with {refusal.code}: {refusal}")
    if expected.code != refusal.code:
        return about(step, f"expected {expected.code}, refused with {refusal.code}: {refusal}", expected.place)
    missing = [clause for clause in expected.clauses if clause not in refusal.clauses]
    if missing:
        cited = ", ".join(refusal.clauses) or "nothing"
        return about(step, f"the refusal cites {cited}, not {', '.join(missing)}.", expected.place)
    return ""


def on_acceptance(step: Step) -> str:
    """What is wrong about a step that was done."""
    if step.refused is None:
        return ""
    return about(step, f"expected to be refused with {step.refused.code}, but it was done.", step.refused.place)


def on_result(step: Step, result: Any) -> tuple[str, ...]:
    """Every place where the result is not what is expected."""
    if step.expect is None:
        return ()
    return tuple(about(step, problem.message, problem.place) for problem in differences(step.expect, result))
