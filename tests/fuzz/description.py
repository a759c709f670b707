"""One OpenAPI description of every endpoint that reads or writes: our own as drf-spectacular gives it, Mastodon's from the URL conf.

Mastodon's views declare no serializers: the names of their parameters are read from the modules that answer, and each may be
of a fitting kind, of any other, or garbage.
"""

import ast
import inspect
import random
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from types import ModuleType
from typing import Any

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator

from tests.fuzz.existing import Existing

METHODS = ("get", "post", "put", "patch", "delete")
MOST_NAMES = 7
# Pages for people stand behind CSRF tokens and have tests of their own; a stream never ends.
LEFT_OUT = re.compile(r"^/(admin|accounts|account|static|media|api/humankind/v1/(schema|docs)|api/v1/streaming)(/|$)")
NAME = re.compile(r"[a-z][a-z_0-9]{1,40}")
PARSING = re.compile(r"(feed|moderation)\.api\.(?!views|parameters|addresses)\w+")
PAGING = ("max_id", "since_id", "min_id", "limit", "offset")
WORDS: dict[str, list[Any]] = {
    "visibility": ["public", "unlisted", "private", "direct"],
    "poll": [{"options": ["a", "b"], "expires_in": 300, "multiple": True}, {"options": "a", "expires_in": "soon"}],
    "language": ["en", "de-AT"],
    "context": [["home"], ["home", "public"]],
    "filter_action": ["warn", "hide"],
    "keywords_attributes": [[{"keyword": "a", "whole_word": True}], [{"id": "1", "_destroy": True}]],
    "fields_attributes": [[{"name": "a", "value": "b"}], {"0": {"name": "a", "value": "b"}}],
    "source": [{"privacy": "public", "sensitive": "true", "language": "en"}],
    "grant_type": ["client_credentials", "authorization_code", "refresh_token"],
    "scope": ["read", "read write"],
    "scopes": ["read", "read write follow push"],
    "redirect_uri": ["urn:ietf:wg:oauth:2.0:oob", "https://example.org/"],
    "redirect_uris": ["urn:ietf:wg:oauth:2.0:oob", ["https://example.org/"]],
    "subscription": [{"endpoint": "https://example.org/push", "keys": {"p256dh": "a", "auth": "b"}}],
    "data": [{"alerts": {"mention": True}, "policy": "all"}],
    "home": [{"last_read_id": "1"}],
    "notifications": [{"last_read_id": "1"}],
    "expires_in": [300, "86400", 0],
    "duration": [0, "3600"],
    "choices": [[0], ["1", "0"]],
    "q": ["a", "#tag", "@grace"],
    "acct": ["grace", "@grace", "grace@localhost"],
    "type": ["accounts", "statuses", "hashtags"],
    "file": [],
}
FILES = {"file", "avatar", "header", "thumbnail"}
ANYTHING: list[Any] = [
    {"type": "string", "maxLength": 60},
    {"type": "string", "pattern": "^[0-9]{1,25}$"},
    {"type": "integer"},
    {"type": "boolean"},
    {"enum": ["", "\0", "a\0b", "-1", "9223372036854775808", "NaN", "1e400", "٣", "\ud7ff", "true", None]},
    {"type": "array", "maxItems": 3, "items": {"type": ["string", "integer", "null", "object"]}},
    {"type": "object", "maxProperties": 2},
]


def description(existing: Existing, *, seed: int = 0) -> dict[str, Any]:
    """OpenAPI 3.0; what exists stands in the place of ids, beside numbers that nothing has.

    Of many parameters each description has a few, chosen by `seed`: a request that is wrong in thirty ways is refused for the
    first, and takes long to make up.
    """
    chosen, known_ids = random.Random(seed), existing.ids
    native = SchemaGenerator().get_schema(request=None, public=True)
    paths: dict[str, Any] = {}
    for path, methods in native["paths"].items():
        paths[path] = {method: told for method, told in methods.items() if method in METHODS}
    for path, parts, view in addresses():
        if path in paths or LEFT_OUT.match(path):
            continue
        names = names_in(view)
        inside = [
            _in_path(name, parts[name], existing.fitting(path), known_ids) for name in re.findall(r"\{(\w+)\}", path)
        ]
        paths[path] = {}
        for method in methods_of(view):
            few = sorted(chosen.sample(names, min(len(names), MOST_NAMES)))
            paths[path][method] = _operation(method, inside, few, known_ids)
    return {"openapi": "3.0.3", "info": native["info"], "paths": paths, "components": native.get("components", {})}


def addresses() -> Iterator[tuple[str, dict[str, str], Any]]:
    """Every address of the URL conf as an OpenAPI path, the pattern of each part of it that varies, and its view."""
    for pattern, view in _flat(get_resolver().url_patterns, ""):
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", simplify_regex(pattern)).replace("\\", "").rstrip("?/") or "/"
        if re.fullmatch(r"[/\w{}.\-]+", path):
            yield path, _groups(pattern), view


def _flat(patterns: list[Any], before: str) -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        whole = before + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            yield from _flat(entry.url_patterns, whole)
        elif isinstance(entry, URLPattern):
            yield whole.removesuffix("$").removesuffix("/?"), entry.callback


def _groups(pattern: str) -> dict[str, str]:
    found = dict.fromkeys(re.findall(r"<(?:\w+:)?(\w+)>", pattern), "[A-Za-z0-9_.-]{1,30}")
    for match in re.finditer(r"\(\?P<(\w+)>((?:[^()]|\([^()]*\))*)\)", pattern):
        found[match[1]] = match[2]
    return found


def names_in(view: Any) -> list[str]:
    """Words that the modules which answer could use as names of parameters."""
    names: set[str] = set(PAGING)
    for one in _behind(view).values():
        names |= _names_of(getattr(one, "__module__", ""))
    return sorted(names)


def methods_of(view: Any) -> list[str]:
    """Which methods the view answers; for a plain function, which does not say, reading and posting."""
    behind = _behind(view)
    if "" in behind:
        kind = behind[""]
        return [one for one in METHODS if hasattr(kind, one)] if inspect.isclass(kind) else ["get", "post"]
    return [one for one in METHODS if one.upper() in behind]


def _behind(view: Any) -> dict[str, Any]:
    """The class, or function, that answers; by method where `by_method` has made one address of several."""
    held = [cell.cell_contents for cell in (getattr(view, "__closure__", None) or ())]
    several = next((one for one in held if isinstance(one, dict) and "" not in one), None)
    if several and all(callable(one) for one in several.values()):
        return {name: getattr(one, "cls", one) for name, one in several.items()}
    return {"": getattr(view, "cls", getattr(view, "view_class", view))}


@lru_cache
def _names_of(module: str) -> frozenset[str]:
    loaded: ModuleType | None = sys.modules.get(module)
    if loaded is None or not module.startswith(("feed", "moderation", "identity", "config")):
        return frozenset()
    found: set[str] = set()
    for node in ast.walk(ast.parse(inspect.getsource(loaded))):
        if isinstance(node, ast.ImportFrom) and PARSING.fullmatch(node.module or ""):
            # A neighbour that reads the parameters of several views.
            found |= _names_of(str(node.module))
        if isinstance(node, ast.Call):
            words = [each.value for each in node.args if isinstance(each, ast.Constant)]
        elif isinstance(node, ast.Tuple | ast.List | ast.Set):
            words = [each.value for each in node.elts if isinstance(each, ast.Constant)]
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            words = [node.slice.value]
        else:
            continue
        found |= {word for word in words if isinstance(word, str) and NAME.fullmatch(word)}
    return frozenset(found)


def _in_path(name: str, pattern: str, likely: list[str], known_ids: list[str]) -> dict[str, Any]:
    fitting: list[dict[str, Any]] = [{"type": "string", "pattern": f"^(?:{pattern})$", "minLength": 1}]
    if name == "id" or name.endswith("_id"):
        # Twice of the kind that the address is about, so that most requests find something.
        fitting = [{"enum": likely}, {"enum": likely}, {"enum": known_ids}]
        fitting.append({"type": "string", "pattern": "^[0-9]{1,25}$"})
    return {"name": name, "in": "path", "required": True, "schema": {"anyOf": fitting}}


def _kinds(name: str, known_ids: list[str]) -> dict[str, Any]:
    fitting: list[dict[str, Any]] = []
    if name in WORDS:
        fitting.append({"enum": WORDS[name]} if WORDS[name] else {"type": "string"})
    if name == "id" or name.endswith(("_id", "_ids")):
        fitting += [{"enum": known_ids}, {"type": "array", "items": {"enum": known_ids}, "maxItems": 3}]
    return {"anyOf": [*fitting, *ANYTHING]}


def _operation(method: str, inside: list[Any], names: list[str], known_ids: list[str]) -> dict[str, Any]:
    told: dict[str, Any] = {"parameters": list(inside), "responses": {"200": {"description": "an answer"}}}
    if method == "get":
        flat = {"anyOf": [{"enum": known_ids}, *ANYTHING[:5]]}
        told["parameters"] += [{"name": name, "in": "query", "schema": flat} for name in names]
        told["parameters"] += [
            {"name": f"{name}[]", "in": "query", "schema": flat} for name in names if name.endswith(("s", "_ids", "id"))
        ]
        return told
    properties = {name: _kinds(name, known_ids) for name in names}
    fitting = {name: {"anyOf": told["anyOf"][: -len(ANYTHING)] or ANYTHING[:4]} for name, told in properties.items()}
    text: dict[str, Any] = {"type": "string", "maxLength": 60}
    form: dict[str, Any] = {name: {"anyOf": [{"enum": known_ids}, text]} for name in names}
    form |= {f"{name}[]": {"type": "array", "items": text, "maxItems": 3} for name in names if name.endswith("s")}
    files: dict[str, Any] = {name: {"type": "string", "format": "binary"} for name in FILES & set(names)}
    told["requestBody"] = {
        "content": {
            "application/json": {"schema": {"anyOf": [_object(fitting), _object(properties), {}]}},
            "application/x-www-form-urlencoded": {"schema": _object(form)},
            "multipart/form-data": {"schema": _object({**form, **files})},
        }
    }
    return told


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}
