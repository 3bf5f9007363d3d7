"""Django's cache on the embedded Valkey, which it has started at the first use."""

from typing import Any

from django.core.cache.backends.redis import RedisCache
from django.utils.functional import cached_property

from upstage_console.embedded import ownership


class EmbeddedCache(RedisCache):
    """A process that caches nothing never starts it."""

    @cached_property
    def _cache(self) -> Any:
        ownership.ensure_valkey()
        return self._class(self._servers, **self._options)  # type: ignore[attr-defined]  # the stubs leave them out
