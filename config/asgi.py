"""The ASGI entry point."""

import os

from django.core.asgi import get_asgi_application
from granian.utils.proxies import wrap_asgi_with_proxy_headers

from config.startup import environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_asgi_application()
if proxies := environment().proxies:
    # Without this every caller would seem to come from the proxy, and share the limits of one network address.
    application = wrap_asgi_with_proxy_headers(application, trusted_hosts=proxies)
