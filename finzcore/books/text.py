"""JSON text inside the books: whole numbers, text, and decimals written exactly."""

import json
from decimal import Decimal
from typing import Any


def json_text(value: Any) -> str:
    """`value` as JSON text; decimals keep their digits.

    >>> json_text({"total": Decimal("14160.00"), "ok": True})
    '{"total":14160.00,"ok":true}'
    """
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(str(key), ensure_ascii=False)}:{json_text(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(json_text, value)) + "]"
    assert not isinstance(value, float), "no floats in the books"
    return json.dumps(value, ensure_ascii=False)


def json_value(text: str) -> Any:
    """What JSON text says, numbers with a fraction as Decimal."""
    return json.loads(text, parse_float=Decimal)
