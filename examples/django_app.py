"""The API in a Django project: one view that hands requests to `handle`."""

import os
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

import finzcore
from finzcore.api import Request

if not settings.configured:
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY=os.urandom(20).hex())
    django.setup()

urlpatterns: list[Any] = []


def health(_: HttpRequest) -> JsonResponse:
    """The host's own view."""
    return JsonResponse({"status": "ok"})


def build(engine: finzcore.Engine) -> None:
    """Give the project its addresses, with the API at /api/public/v1."""

    @csrf_exempt
    def books(asked: HttpRequest) -> HttpResponse:
        """A request that reads itself as a file, and an answer."""
        answer = engine.handle(
            Request(
                asked.method or "",
                asked.get_full_path(),
                headers=asked.headers,
                body=asked,
                context={"remote_addr": asked.META.get("REMOTE_ADDR")},
            )
        )
        return HttpResponse(answer.chunks, status=answer.status, headers=dict(answer.headers))

    urlpatterns[:] = [path("health", health), re_path("^api/public/v1/", books)]


if __name__ == "__main__":
    with finzcore.open(os.environ.get("FINZCORE_BOOKS", "acme.db")) as books:
        build(books)
        call_command("runserver", os.environ.get("PORT", "8000"), use_reloader=False, skip_checks=True)
