"""Where the apps put what scenarios can do. Order of registration does not matter."""

import inspect
import keyword
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.module_loading import autodiscover_modules

from upstage_console.scenarios.arguments import Argument
from upstage_console.scenarios.problems import Misuse
from upstage_console.scenarios.world import Result, World

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Happening:
    """Something that happened by itself. Marks grow; the runner asks for what lies after the last one it saw."""

    mark: int
    at: datetime
    what: str
    about: str = ""
    clauses: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


WatcherFunction = Callable[[World, int], Iterable[Happening]]
Sampler = Callable[[World, Any], Mapping[str, Decimal]]
BookAudit = Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Watcher:
    """A source of automatic events; `in_steps` where it also tells what a step itself brought about."""

    function: WatcherFunction
    in_steps: bool


@dataclass(frozen=True)
class Handler:
    """One function that plays an action or a part of it, with the arguments it brings."""

    function: Callable[..., Any]
    arguments: Mapping[str, Argument]
    when: str | None = None

    def call(self, *positional: Any, values: Mapping[str, Any]) -> Any:
        """Call with those of the values that the function names; `as` and `from` become `as_` and `from_`."""
        given = {f"{name}_" if keyword.iskeyword(name) else name: value for name, value in values.items()}
        parameters = inspect.signature(self.function).parameters
        if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
            given = {name: value for name, value in given.items() if name in parameters}
        return self.function(*positional, **given)


@dataclass(frozen=True)
class Action:
    """An action with everything the apps have put on it."""

    name: str
    base: Handler
    replacements: tuple[Handler, ...]
    extensions: tuple[Handler, ...]

    @property
    def arguments(self) -> dict[str, Argument]:
        """All arguments, of the action itself and of what stands on it."""
        together: dict[str, Argument] = {}
        for handler in (self.base, *self.replacements, *self.extensions):
            together.update(handler.arguments)
        return together

    def play(self, world: World, values: Mapping[str, Any]) -> Result:
        """Play it: the action or what replaces it, then every extension, whose keys are added to the result."""
        result: Result = self._main(values).call(world, values=values)
        for extension in self.extensions:
            more = extension.call(world, result, values=values)
            if more:
                result = {**(result if isinstance(result, Mapping) else {}), **more}
        return result

    def _main(self, values: Mapping[str, Any]) -> Handler:
        chosen = [one for one in self.replacements if one.when is None or values.get(one.when) is not None]
        return chosen[-1] if chosen else self.base


def _no_staff(world: World, name: str) -> Any:
    raise Misuse(f"No app makes staff users, so there is no “{name}”.")


ALWAYS_KEPT = ("django_content_type", "auth_permission", "django_migrations", "kernel_holiday")


@dataclass
class Registry:
    """Actions and hooks of all apps."""

    bases: dict[str, Handler] = field(default_factory=dict)
    replacements: dict[str, list[Handler]] = field(default_factory=dict)
    extensions: dict[str, list[Handler]] = field(default_factory=dict)
    watchers: dict[str, Watcher] = field(default_factory=dict)
    sampler: Sampler | None = None
    book_audits: list[BookAudit] = field(default_factory=list)
    make_staff: Callable[[World, str], Any] = _no_staff
    kept_rows: set[str] = field(default_factory=lambda: set(ALWAYS_KEPT))

    def action(self, name: str, args: Mapping[str, Argument] | None = None) -> Callable[[Function], Function]:
        """Register an action: `handler(world, *, <arguments>) -> mapping or list or None`."""

        def register(function: Function) -> Function:
            if name in self.bases:
                raise ValueError(f"The scenario action “{name}” is registered twice.")
            self.bases[name] = Handler(function, args or {})
            return function

        return register

    def extends(self, name: str, args: Mapping[str, Argument] | None = None) -> Callable[[Function], Function]:
        """Add keys to a lower app's result: `handler(world, result, *, <arguments>) -> mapping or None`."""

        def register(function: Function) -> Function:
            self.extensions.setdefault(name, []).append(Handler(function, args or {}))
            return function

        return register

    def replaces(
        self, name: str, args: Mapping[str, Argument] | None = None, *, when: str | None = None
    ) -> Callable[[Function], Function]:
        """Play a lower app's action in its place, where the argument `when` is given (or always)."""

        def register(function: Function) -> Function:
            self.replacements.setdefault(name, []).append(Handler(function, args or {}, when))
            return function

        return register

    def watches(self, source: str, *, in_steps: bool = True) -> Callable[[WatcherFunction], WatcherFunction]:
        """Register a source of automatic events: `watcher(world, mark) -> happenings after that mark`."""

        def register(function: WatcherFunction) -> WatcherFunction:
            self.watchers[source] = Watcher(function, in_steps)
            return function

        return register

    def samples_balance(self, function: Sampler) -> Sampler:
        """Register `sampler(world, <what was named a member>) -> {series: amount}` for the chart."""
        self.sampler = function
        return function

    def audits_books(self, function: BookAudit) -> BookAudit:
        """Register a check of the books: it returns a sentence for each thing that is wrong."""
        self.book_audits.append(function)
        return function

    def staff_maker(self, function: Callable[[World, str], Any]) -> Callable[[World, str], Any]:
        """Register how a staff user of a name is made."""
        self.make_staff = function
        return function

    def keeps(self, *tables: str) -> None:
        """Let scenarios begin with the rows of these tables (reference data; nothing of members)."""
        self.kept_rows.update(tables)

    def get(self, name: str) -> Action | None:
        """The action of that name, or None where no app has it (yet)."""
        if name not in self.bases:
            return None
        return Action(
            name, self.bases[name], tuple(self.replacements.get(name, ())), tuple(self.extensions.get(name, ()))
        )


REGISTRY = Registry()
action = REGISTRY.action
extends = REGISTRY.extends
replaces = REGISTRY.replaces
watches = REGISTRY.watches
samples_balance = REGISTRY.samples_balance
audits_books = REGISTRY.audits_books
staff_maker = REGISTRY.staff_maker
keeps = REGISTRY.keeps


def discovered() -> Registry:
    """The registry after every installed app's actions and jobs were read."""
    autodiscover_modules("scenario", "tasks")
    return REGISTRY
