"""What a story of calls is made of."""

from collections.abc import Mapping
from typing import Any

import attrs

Body = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Step:
    """One call: its operation, the id in its path, its query and body, and the ids that it brings."""

    operation: str
    path_id: str = ""
    query: str = ""
    body: Body | None = None
    keeps: str = ""
    """Under which name the id of the answer is kept; of a list, that of its first row."""


def do(operation: str, path_id: str = "", body: Body | None = None, **more: str) -> Step:
    """One call of a story."""
    return Step(operation=operation, path_id=path_id, body=body, **more)
