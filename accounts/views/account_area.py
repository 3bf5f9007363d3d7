"""The account area: one list of its pages, to which each topic adds its own."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True, order=True)
class Section:
    """A page of the account area: its place in the list, the name of its address, what it is called."""

    place: int
    name: str
    label: Any
    also: tuple[str, ...] = ()
    """Beginnings of other addresses that belong to it."""
    for_staff: bool = False
    """Whether people without a membership have it too."""

    def match(self, path: str) -> int:
        """How much of an address this section accounts for; the longest match is where the reader is."""
        starts = (reverse(self.name), *self.also)
        return max((len(start) for start in starts if path.startswith(start)), default=0)


_sections: dict[str, Section] = {}


def add_section(place: int, name: str, label: Any, *, also: tuple[str, ...] = (), for_staff: bool = False) -> None:
    """Put a page into the account area; done once, by the module of views that has it."""
    _sections[name] = Section(place, name, label, also, for_staff)


def sections(*, is_member: bool) -> list[Section]:
    """The pages of the account area that this reader has, in their order."""
    return sorted(one for one in _sections.values() if is_member or one.for_staff)


def current_section(path: str) -> str:
    """The name of the section that an address belongs to, or nothing."""
    found = max(_sections.values(), key=lambda one: one.match(path), default=None)
    return found.name if found is not None and found.match(path) else ""
