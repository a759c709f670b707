"""The ASGI entry point: Django, and beside it the streaming API and the hot reads."""

import os

from granian.utils.proxies import wrap_asgi_with_proxy_headers

from config.handler import django_application
from config.startup import environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = django_application()

# Only now are the models there that it imports.
from feed.api.hot.application import with_hot_reads  # noqa: E402
from feed.api.streaming.application import with_streaming  # noqa: E402

application = with_streaming(with_hot_reads(django))
if proxies := environment().proxies:
    # Without this every caller would seem to come from the proxy, and share the limits of one network address.
    application = wrap_asgi_with_proxy_headers(application, trusted_hosts=proxies)
