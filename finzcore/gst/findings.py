"""What a check of a return or of a document for the portal found, naming document, line and field."""

from typing import Literal

import attrs


@attrs.frozen(kw_only=True)
class Finding:
    """One thing that the portal would refuse (``error``), or that somebody should look at (``warning``).

    `rule` is a stable word such as ``hsn.missing``; `line` counts from one, as lines are printed, and is
    None for what concerns the whole document; `field` is the field of the portal's own form.

    >>> found = Finding(severity="error", rule="hsn.missing", document_type="invoice", document_id=7,
    ...     number="INV/1", line=2, field="HsnCd", message="An HSN or SAC of 4, 6 or 8 digits is needed.")
    >>> print(found)
    INV/1 line 2 HsnCd: An HSN or SAC of 4, 6 or 8 digits is needed.
    """

    severity: Literal["error", "warning"]
    rule: str
    document_type: str
    document_id: int | None = None
    number: str
    line: int | None = None
    field: str | None = None
    message: str

    def __str__(self) -> str:
        line = "" if self.line is None else f" line {self.line}"
        field = "" if self.field is None else f" {self.field}"
        return f"{self.number}{line}{field}: {self.message}"
