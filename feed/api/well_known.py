"""Where others look for what this server is: NodeInfo, host-meta, WebFinger."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from common.problems import NotFound
from feed.api.instance import DESCRIPTION, OWN_VERSION, TITLE
from feed.models import Profile
from feed.queries.hosts import is_own_host
from feed.queries.numbers import network_numbers
from feed.queries.relationships import profile_named

NODEINFO = "http://nodeinfo.diaspora.software/ns/schema"
LONGEST_RESOURCE = 2000


@require_safe
def nodeinfo_links(request: HttpRequest) -> JsonResponse:
    """Where the description of this server is, in both versions that are asked for."""
    links = [
        {"rel": f"{NODEINFO}/{version}", "href": f"{settings.PUBLIC_URL}/nodeinfo/{version}"}
        for version in ("2.0", "2.1")
    ]
    return JsonResponse({"links": links})


@require_safe
def nodeinfo(request: HttpRequest, version: str) -> JsonResponse:
    """NodeInfo 2.0 or 2.1. No protocol is named: this server speaks to no other server."""
    numbers = network_numbers()
    software: dict[str, Any] = {"name": "humankind", "version": OWN_VERSION}
    if version == "2.1":
        software["homepage"] = settings.PUBLIC_URL
    body = {
        "version": version,
        "software": software,
        "protocols": [],
        "services": {"outbound": [], "inbound": []},
        "usage": {
            "users": {"total": numbers.accounts, "activeMonth": numbers.active_month},
            "localPosts": numbers.statuses,
        },
        "openRegistrations": True,
        "metadata": {"nodeName": TITLE, "nodeDescription": DESCRIPTION},
    }
    kind = f'application/json; profile="{NODEINFO}/{version}#"; charset=utf-8'
    return JsonResponse(body, content_type=kind)


@require_safe
def host_meta(request: HttpRequest) -> HttpResponse:
    """RFC 6415; clients only look whether it is there."""
    template = f"{settings.PUBLIC_URL}/.well-known/webfinger?resource={{uri}}"
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" template="{template}"/>\n</XRD>\n'
    )
    return HttpResponse(body, content_type="application/xrd+xml; charset=utf-8")


@require_safe
def webfinger(request: HttpRequest) -> HttpResponse:
    """RFC 7033 for accounts of this server, by `acct:` or by their page's address."""
    resource = request.GET.get("resource", "")
    if not resource or len(resource) > LONGEST_RESOURCE:
        return HttpResponse(status=400)
    try:
        profile = _found(resource)
    except NotFound:
        return HttpResponse(status=404)
    if profile.restriction == Profile.Restriction.SUSPENDED:
        return HttpResponse(status=410)
    username = profile.account.username
    page = f"{settings.PUBLIC_URL}/@{username}"
    body = {
        "subject": f"acct:{username}@{settings.HOSTNAME}",
        "aliases": [page],
        "links": [{"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page}],
    }
    return JsonResponse(body, content_type="application/jrd+json; charset=utf-8")


def _found(resource: str) -> Profile:
    if resource.startswith(f"{settings.PUBLIC_URL}/@"):
        name, host = resource.removeprefix(f"{settings.PUBLIC_URL}/@"), settings.HOSTNAME
    else:
        name, _, host = resource.removeprefix("acct:").removeprefix("@").partition("@")
    if not is_own_host(host) or not name.isascii() or "\0" in name:
        raise NotFound("Record not found")
    return profile_named(name)
