"""The pages of a contract in the portal: one list, to which each topic adds its own."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from contracts.queries.people import Access


@dataclass(frozen=True, order=True)
class Section:
    """A page of a contract: its place in the list, the name of its address, what it is called."""

    place: int
    name: str
    label: Any
    is_for_all: bool = True
    """Whether users see it too; else it is for administrators, and for staff unless they have it at their desk."""
    is_for_staff: bool = True


@dataclass(frozen=True)
class Tab:
    """A section as a reader sees it."""

    label: Any
    url: str
    is_current: bool


_sections: dict[str, Section] = {}


def add_section(place: int, name: str, label: Any, *, for_all: bool = True, for_staff: bool = True) -> None:
    """Put a page into the portal of a contract; done once, by the module of views that has it."""
    _sections[name] = Section(place, name, label, for_all, for_staff)


def tabs_for(access: Access, path: str) -> list[Tab]:
    """The pages that this reader has, in their order, with the one they are on."""
    shown = [one for one in sorted(_sections.values()) if _is_shown(one, access)]
    urls = {one.name: reverse(one.name, args=[access.contract.public_id]) for one in shown}
    here = max(
        (name for name, url in urls.items() if path.startswith(url)), key=lambda name: len(urls[name]), default=""
    )
    return [Tab(one.label, urls[one.name], one.name == here) for one in shown]


def _is_shown(section: Section, access: Access) -> bool:
    if access.seat is None:
        return section.is_for_staff
    return section.is_for_all or access.is_administrator
