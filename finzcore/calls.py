"""The operations of resources as methods, of an organisation's or of a client's: what is common to both."""

from collections.abc import Callable
from typing import Any, Protocol

from finzcore.books.registry import RESOURCES, resource
from finzcore.books.resource import Operation, Resource
from finzcore.signatures import about, signature


class Caller(Protocol):
    """Whoever does calls: an organisation, or a client of one."""

    def _call(
        self, declared: Resource, operation: Operation, path_id: str | None, fields: dict[str, Any]
    ) -> Any: ...


class Operations:
    """The operations of one resource, as methods."""

    def __init__(self, caller: Caller, declared: Resource) -> None:
        self._caller = caller
        self._declared = declared
        # For `help`, which otherwise knows the class and not what this one offers.
        self.__doc__ = f"Calls: {', '.join(dir(self))}. `help` of each tells what it takes."

    def __repr__(self) -> str:
        return f"<{self._declared.name} of {self._caller!r}: {', '.join(dir(self))}>"

    def __getattr__(self, name: str) -> Callable[..., Any]:
        for operation in self._offered:
            if operation.name == name:
                return self._bound(operation)
        raise AttributeError(f"{self._declared.name} has no operation {name!r}")

    def __dir__(self) -> list[str]:
        names = [operation.name for operation in self._offered]
        return [*names, "all"] if "list" in names else names

    @property
    def _offered(self) -> tuple[Operation, ...]:
        return self._declared.callable

    def _bound(self, operation: Operation) -> Callable[..., Any]:
        def call(*ids: Any, **fields: Any) -> Any:
            if operation.first and len(ids) == 1 and operation.first not in fields:
                fields[operation.first], ids = ids[0], ()
            if len(ids) != int(operation.by_id) or not all(isinstance(one, str) for one in ids):
                takes = "one id, as text," if operation.by_id else operation.first or "nothing"
                raise TypeError(f"{operation.name}() takes {takes} before its keywords")
            return self._caller._call(self._declared, operation, ids[0] if ids else None, fields)

        call.__name__ = operation.name
        call.__qualname__ = f"{self._declared.name}.{operation.name}"
        call.__doc__ = about(operation)
        call.__signature__ = signature(operation)  # type: ignore[attr-defined]
        return call


class Group:
    """Resources whose paths begin alike, by their second segment; one that has a single operation is a
    method."""

    def __init__(self, name: str, offered: Callable[[Resource], Operations]) -> None:
        self._group = name
        self._names = behind(name)
        self._of = offered

    def __repr__(self) -> str:
        return f"<{self._group}: {', '.join(dir(self))}>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._names:
            raise AttributeError(f"{self._group} has no {name!r}")
        declared = resource(f"{self._group}.{name}")
        operations = self._of(declared)
        single = len(declared.callable) == 1
        found = getattr(operations, declared.callable[0].name) if single else operations
        self.__dict__[name] = found
        return found

    def __dir__(self) -> list[str]:
        return list(self._names)


def behind(name: str) -> list[str]:
    """The second segments of resources whose paths begin with a name.

    >>> behind("webhooks"), behind("contacts")
    (['endpoints', 'events', 'deliveries'], [])
    """
    return [one.removeprefix(f"{name}.") for one in RESOURCES if one.startswith(f"{name}.")]
