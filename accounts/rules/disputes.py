"""Which law and forum hold between the company and a member (upstage/28)."""

from dataclasses import dataclass

from upstage_console.kernel.clauses import enforces

UNITED_STATES = "US"


@dataclass(frozen=True)
class GoverningLaw:
    """The law, the forum, and the language of proceedings, with the clauses that say so."""

    law: str
    forum: str
    language: str
    clauses: tuple[str, ...]


KOREA = GoverningLaw("korea", "courts", "ko", ("upstage/28.1", "upstage/28.2"))
CALIFORNIA = GoverningLaw("california", "aaa", "en", ("upstage/28.3",))


@enforces("upstage/28.1", "upstage/28.2", "upstage/28.3")
def governing_law(country: str) -> GoverningLaw:
    """What holds for somebody who lives, or whose firm has its seat, in `country` (two letters)."""
    return CALIFORNIA if country == UNITED_STATES else KOREA
