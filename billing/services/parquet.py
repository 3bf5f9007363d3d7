"""Usage events as a Parquet file: written from the rows that COPY sends, and read back to prove that it holds them.

Both ways are streams, so memory does not grow with the month. What is read back is written as CSV once more: only if it
has the same hash, to the last byte, does the file hold what the table had.
"""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Final

from arro3.core import DataType, Field, Schema
from arro3.io import read_csv, read_parquet, write_csv, write_parquet

ROWS_AT_A_TIME: Final = 8192
ROWS_A_GROUP: Final = 100_000
INSTANT: Final = "%Y-%m-%dT%H:%M:%S%.6fZ"

_id, _text = DataType.int64(), DataType.utf8()
SCHEMA: Final = Schema(
    [
        Field("occurred_at", DataType.timestamp("us", tz="UTC"), nullable=False),
        Field("event_id", _text, nullable=False),
        Field("member_id", _id, nullable=False),
        Field("member", _text),
        Field("api_key_id", _id),
        Field("api_key", _text),
        Field("meter_id", _id, nullable=False),
        Field("service", _text),
        Field("meter", _text),
        Field("price_id", _id, nullable=False),
        Field("unit_price", DataType.decimal128(28, 12)),
        Field("per", _id),
        Field("currency", _text),
        Field("batch_id", _id, nullable=False),
        Field("quantity", DataType.decimal128(20, 6), nullable=False),
        Field("amount", DataType.decimal128(24, 6), nullable=False),
        Field("dimensions", _text),
        Field("steps", _text),
    ]
)
"""The file can be read alone: beside the keys of the tables stand the names and prices they meant."""

SELECT: Final = """
SELECT to_char(event.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), event.event_id, event.member_id,
    'mem_' || replace(member.public_id::text, '-', ''), event.api_key_id,
    'key_' || replace(key.public_id::text, '-', ''), event.meter_id, service.code, meter.code, event.price_id,
    price.unit_price, price.per, price.currency, event.batch_id, event.quantity, event.amount, event.dimensions,
    event.steps
FROM (SELECT * FROM {} ORDER BY occurred_at, member_id, event_id) AS event
LEFT JOIN accounts_member AS member ON member.id = event.member_id
LEFT JOIN accounts_apikey AS key ON key.id = event.api_key_id
LEFT JOIN billing_price AS price ON price.id = event.price_id
LEFT JOIN billing_meter AS meter ON meter.id = event.meter_id
LEFT JOIN billing_service AS service ON service.id = meter.service_id
"""
"""The columns of `SCHEMA`, as COPY has to send them; the table is named by the caller."""


@dataclass(frozen=True, slots=True)
class Contents:
    """How many rows a file holds, and the hash of them as CSV."""

    rows: int
    sha256: str


class _Source(io.RawIOBase):
    """The blocks of a COPY as a file to read from, hashed on their way."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks, self._rest, self.hash = iter(blocks), b"", hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        waiting, length = [self._rest], len(self._rest)
        while size < 0 or length < size:
            block = next(self._blocks, None)
            if block is None:
                break
            waiting.append(bytes(block))
            length += len(block)
        whole = b"".join(waiting)
        end = len(whole) if size < 0 else size
        read, self._rest = whole[:end], whole[end:]
        self.hash.update(read)
        return read


class _Hash(io.RawIOBase):
    """A file that keeps of what is written to it the hash alone."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, block: object) -> int:
        written = bytes(block)  # type: ignore[call-overload]
        self.hash.update(written)
        return len(written)


def write(blocks: Iterable[bytes], target: IO[bytes], *, about: dict[str, str]) -> str:
    """Write the CSV of `SELECT` as Parquet, `about` beside it; returns the hash of the CSV."""
    source = _Source(blocks)
    rows = read_csv(source, SCHEMA, has_header=False, batch_size=ROWS_AT_A_TIME)  # type: ignore[arg-type]
    write_parquet(rows, target, compression="zstd(3)", max_row_group_size=ROWS_A_GROUP, key_value_metadata=about)
    return source.hash.hexdigest()


def contents(file: IO[bytes]) -> Contents:
    """What a file holds, read from it row by row."""
    rows, sink = 0, _Hash()
    for batch in read_parquet(file, batch_size=ROWS_AT_A_TIME):
        rows += batch.num_rows
        write_csv(batch, sink, header=False, timestamp_tz_format=INSTANT)  # type: ignore[arg-type]
    return Contents(rows, sink.hash.hexdigest())
