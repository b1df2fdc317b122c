"""Which operation a method and a path mean; resources are imported when a path first names them."""

from functools import cache
from typing import Final

import attrs

from finzcore.books.registry import RESOURCES, resource
from finzcore.books.resource import Operation, Resource
from finzcore.errors import NotFound, WrongMethod

BASE: Final = "/api/public/v1"
"""Where the public API begins."""

OAUTH: Final = ("/oauth/", "/.well-known/oauth-authorization-server")
"""How the paths of OAuth begin, at the root of the host (`finzcore.api.oauth`)."""

NOWHERE: Final = "There is nothing at this address."


@attrs.frozen
class Route:
    """An operation that a path leads to, and the id in the path."""

    resource: Resource
    operation: Operation
    path_id: str | None = None


@cache
def _routes(name: str) -> dict[tuple[str, ...], dict[str, Operation]]:
    """The operations of a resource: segments below its name, ids as ``{id}``, to method."""
    routes: dict[tuple[str, ...], dict[str, Operation]] = {}
    for operation in resource(name).operations:
        if operation.path is not None:
            segments = tuple(operation.path.split("/")[1:])
            routes.setdefault(segments, {})[operation.method] = operation
    return routes


def find(method: str, path: str | None) -> Route:
    """The operation behind a path below `BASE`; None stands for a path that is none.

    NotFound for an unknown path; WrongMethod, with the allowed ones, for a known path.
    """
    if path is None or not path.startswith(BASE + "/"):
        raise NotFound(NOWHERE)
    name, *rest = path.removeprefix(BASE + "/").split("/")
    if "." in name:  # that is how two segments are written, elsewhere
        raise NotFound(NOWHERE)
    if name not in RESOURCES and rest:
        name, *rest = f"{name}.{rest[0]}", *rest[1:]
    if name not in RESOURCES:
        raise NotFound(NOWHERE)
    routes = _routes(name)
    path_id = None
    known = routes.get(tuple(rest))
    if known is None and rest:
        path_id = rest[0]
        known = routes.get(("{id}", *rest[1:]))
    if known is None:
        raise NotFound(NOWHERE)
    operation = known.get(method)
    if operation is None:
        raise WrongMethod(details={"allowed": sorted(known)})
    return Route(resource(name), operation, path_id)
