"""CloudEvents 1.0 batches as usage events (application/cloudevents-batch+json).

`source` and `id` together name an event; `subject` is the member; `time` is when it was used; `data` says what.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from billing.errors import MalformedEvent, NoObject
from billing.rules.events import MOST_ID_LENGTH
from upstage_console.kernel.api.reading import StrictJSONParser

BATCH = "application/cloudevents-batch+json"
REQUIRED = ("id", "source", "type")
DATA = frozenset({"service", "meter", "quantity", "key", "add_ons", "dimensions"})
JSON_TYPES = ("application/json", None)


class CloudEventsParser(StrictJSONParser):
    """A JSON array of CloudEvents."""

    media_type = BATCH
    top = list


def as_usage(event: Any) -> dict[str, Any]:
    """The usage event in a CloudEvent. Refuses `invalid_event`, naming the attribute."""
    if not isinstance(event, Mapping):
        raise NoObject
    wrong = [name for name in REQUIRED if not isinstance(event.get(name), str) or not event[name]]
    if event.get("specversion") != "1.0":
        wrong.append("specversion")
    if event.get("datacontenttype") not in JSON_TYPES:
        wrong.append("datacontenttype")
    data = event.get("data")
    if not isinstance(data, Mapping) or not DATA.issuperset(data):
        wrong.append("data")
    if wrong:
        raise MalformedEvent(facts={"field": ", ".join(wrong)})
    return {**event["data"], "id": _id(event), "at": event.get("time"), "member": event.get("subject")}


def _id(event: Mapping[str, Any]) -> str:
    """Source and id in one; where that is too long, or could be read two ways, a hash that is the same every time."""
    name = f"{event['source']}#{event['id']}"
    if len(name) <= MOST_ID_LENGTH and name.isprintable() and "#" not in event["id"]:
        return name
    return "sha256#" + hashlib.sha256(f"{event['source']}\0{event['id']}".encode()).hexdigest()
