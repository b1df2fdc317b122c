"""The plain page on which a user lets a client in or not. A host that has a page of its own shows that,
and says in the request's context what the user has decided."""

from collections.abc import Mapping
from html import escape
from typing import Final
from urllib.parse import urlsplit

from finzcore.books.oauth.consent import Asked

HEADERS: Final = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)
"""Nothing runs in it, nobody frames it, nobody keeps it, and where it leads hears nothing of it. Where its
form may lead is not restricted: browsers would hold the client's own redirects to that too."""

_PAGE: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Allow access?</title>
</head>
<body><main>
<h1>Allow <bdi>{client}</bdi> to use your books?</h1>
<p>You are signed in as <bdi>{user}</bdi>. It asks for <bdi>{where}</bdi>, and may then do this there:</p>
<ul>
{scopes}
</ul>
<p>You will be sent to {host}.</p>
<form method="post" action="{action}">
{fields}
<button name="decision" value="approve">Allow</button>
<button name="decision" value="deny">Do not allow</button>
</form>
</main></body>
</html>
"""


def page(asked: Asked, action: str, fields: Mapping[str, str]) -> str:
    """The page. `fields` go along with the decision; whatever stands in them is text and nothing else."""
    where = "all organisations of yours" if asked.org is None else asked.org["name"]
    hidden = [
        f'<input type="hidden" name="{escape(name)}" value="{escape(fields[name])}">' for name in fields
    ]
    return _PAGE.format(
        client=escape(asked.client["name"]),
        user=escape(asked.user["name"]),
        where=escape(where),
        scopes="\n".join(f"<li>{escape(scope)}</li>" for scope in asked.scopes),
        host=escape(urlsplit(asked.redirect_uri).netloc),
        action=escape(action),
        fields="\n".join(hidden),
    )
