"""What nobody should send, and whether anything of it was kept."""

from typing import Any

from django.db import connection

DEEP = b"[" * 100_000 + b"]" * 100_000
NUMBERS = [
    "-1", -1, "-0.000001", "0.0000001", 1e-9, "NaN", "sNaN", "Infinity", "-Infinity", "1e30", 10**40, "9" * 5000,
    "1_000", "1,000", "1.000,5", " ", "", "0x10", "½", "٣", "１２", "一", "1\u200b", "1 000", "--1", "1.2.3", "1e", ".",
    "many", "1; drop table credits_lot", "🎈", True, False, None, [], [1], {}, {"amount": "1"},
]  # fmt: skip
"""No amount, and no quantity, of anything."""
WORDS = [
    "", " ", "a" * 5000, "🎈" * 50, "ｏｃｒ", "ocr\u0301", "../../etc/passwd", "' OR 1=1 --", "%s%s%n", "{id}",
    "\u202eocr", 1, 1.5, True, [], {}, ["ocr"], {"code": "ocr"},
]  # fmt: skip
"""No name of anything."""
IDS = [
    "", "1", "mem_", "mem_1", "mem_" + "0" * 32, "mem_" + "g" * 32, "MEM_" + "0" * 32, "lot_" + "0" * 32,
    "mem_" + "٣" * 32, "mem_0_0" + "0" * 29, "mem_" + "0" * 31 + " ", "🎈", "a" * 10_000, 1, -1, True, [], {}, None,
]  # fmt: skip
"""No id of anything."""
LIMITS = [value for value in NUMBERS if value is not None]
"""No limit: null is one that ends."""
SECONDS = [0, -1, 10**9, 10**40, "x", "", "1 0", "٣", 1.5, True, None, [], {}]
"""No time a hold could last."""
REASONS = ["", " ", "a" * 501, None, True, [], {}]
NAMES_OF_HOLDS = ["1", "hold_", "hold_1", "hold_" + "0" * 32, "mem_" + "0" * 32, "hold_" + "٣" * 32, "%00", "a" * 3000]
NAMES_OF_EVENTS = ["", "a\nb", "x" * 121, "a\x7f", 1, True, None, [], {}]
INSTANTS = [
    "", "noon", "2026-02-10", "2026-02-10T11:00:00", "2026-02-30T11:00:00Z", "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z", "1900-01-01T00:00:00Z", "٢٠٢٦-02-10T11:00:00Z", 0, 1e9, True, None, [],
]  # fmt: skip
DIMENSIONS = ["x", [], {"a": 1}, {"a": {"b": "c"}}, {"a" * 5000: "x"}, {"a": "x" * 5000}]
BODIES = [
    b"", b"null", b"true", b"1", b'"text"', b"[]", b"{", b'{"member": }', b'{"amount": NaN}', b'{"amount": Infinity}',
    b'{"amount": 1e400}', b'{"amount": 1, "amount": 2}', b'{"member": "\\ud800"}', b'{"member": "\\u0000"}',
    b'{"member": "\xff\xfe"}', b'\xef\xbb\xbf{"amount": 1}', DEEP, b'{"member": ' + DEEP + b"}", b'{"a":' * 20_000,
]  # fmt: skip
"""No JSON that any operation reads."""


def rows() -> dict[str, int]:
    """How many rows each table has that has any."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables))
        return {table: count for table, count in cursor.fetchall() if count}


def refused(answer: Any) -> bool:
    """Whether it was refused as a problem, and not by an error of ours."""
    body = answer.json()
    return 400 <= answer.status_code < 500 and body["status"] == answer.status_code and bool(body["code"])
