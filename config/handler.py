"""Django behind ASGI, with each request in one thread."""

from asgiref.sync import sync_to_async
from django import setup
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class OneThreadHandler(ASGIHandler):
    """Runs middleware and view as WSGI does, in the request's thread.

    Django's own handler runs each middleware in the event loop and goes to a thread and back for what most of them do,
    a dozen times for one request. Every view here is a plain function; streamed bodies stay asynchronous.
    """

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


def django_application() -> OneThreadHandler:
    """As Django's `get_asgi_application`."""
    setup(set_prefix=False)
    return OneThreadHandler()
