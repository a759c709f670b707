"""What a client sent, wherever it put it: address, form, multipart or JSON, with Rails' nested names."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from rest_framework.request import Request

from common.pagination import LARGEST_ID
from common.problems import NotFound, Problem

PART = re.compile(r"\[([^\[\]]*)\]")
DEEPEST = 4
MOST_ITEMS = 100
TRUE = frozenset({"true", "1", "on", "yes", "t"})
FALSE = frozenset({"false", "0", "off", "no", "f", ""})


def parameters(request: Request) -> dict[str, Any]:
    """All parameters as nested dicts and lists; the body outweighs the address. Raises Problem for what is no object."""
    found = _nested(request.query_params)
    body = request.data
    if isinstance(body, QueryDict):
        return {**found, **_nested(body)}
    if isinstance(body, Mapping):
        return {**found, **body}
    if body:
        raise Problem("The body must be a JSON object or a form.", status=400)
    return found


def _nested(query: QueryDict) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, values in query.lists():
        head, bracket, _ = name.partition("[")
        parts = PART.findall(name) if bracket else []
        if len(parts) > DEEPEST:
            raise Problem(f"{name[:60]} is nested more than {DEEPEST} deep.", field=name[:60], limit=DEEPEST)
        _put(found, [head, *parts], values)
    return found


def _put(place: dict[str, Any], path: list[str], values: list[Any]) -> None:
    head, *rest = path
    if not rest:
        place[head] = values[-1]
    elif rest == [""]:
        place[head] = values
    elif rest[0] == "":
        # `name[][part]`: the nth value of each part makes the nth object.
        made = place.setdefault(head, [])
        if isinstance(made, list):
            made += [{} for _ in range(len(made), len(values))]
            for one, value in zip(made, values, strict=False):
                if isinstance(one, dict):
                    _put(one, rest[1:], [value])
    else:
        inner = place.setdefault(head, {})
        if isinstance(inner, dict):
            _put(inner, rest, values)


def text(given: Mapping[str, Any], name: str, default: str = "") -> str:
    """A text. Raises Problem for a list or an object, and for characters that no database takes."""
    value = given.get(name)
    if value is None:
        return default
    if isinstance(value, dict | list):
        raise Problem(f"{name} is a text.", field=name)
    return storable(str(value), name)


def storable(value: str, name: str) -> str:
    """The text itself. Raises Problem for a null character and for half of a surrogate pair."""
    if "\0" in value:
        raise Problem(f"{name} may not hold a null character.", field=name)
    if not value.isascii() and any("\ud800" <= one <= "\udfff" for one in value):
        raise Problem(f"{name} is no valid Unicode.", field=name)
    return value


def number(given: Mapping[str, Any], name: str) -> int | None:
    """A whole number; None when it is not given or empty. Raises Problem."""
    value = given.get(name)
    if value is None or value == "":
        return None
    try:
        found = int(str(value)[:40])
    except ValueError as error:
        raise Problem(f"{name} is a whole number.", field=name) from error
    if abs(found) > LARGEST_ID:
        raise Problem(f"{name} is too large.", field=name)
    return found


def objects(given: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects, also from a form's numbered names; 100 at most."""
    value = given.get(name)
    if isinstance(value, dict):
        value = list(value.values())
    if value is None or value == "":
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Problem(f"{name} is a list of objects.", field=name)
    if len(value) > MOST_ITEMS:
        raise Problem(f"{name} has at most {MOST_ITEMS} entries.", field=name, limit=MOST_ITEMS)
    return value


def flag(given: Mapping[str, Any], name: str) -> bool | None:
    """A truth value as forms and JSON write it; None when it is not given."""
    value = given.get(name)
    if value is None or isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise Problem(f"{name} is true or false.", field=name)


def items(given: Mapping[str, Any], name: str) -> list[str]:
    """A list of texts, also from one text or from a form's numbered names; 100 at most."""
    value = given.get(name)
    if value is None or value == "":
        return []
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        value = [value]
    if len(value) > MOST_ITEMS:
        raise Problem(f"{name} has at most {MOST_ITEMS} entries.", field=name, limit=MOST_ITEMS)
    if any(isinstance(one, dict | list) for one in value):
        raise Problem(f"{name} is a list of texts.", field=name)
    return [storable(str(one), name) for one in value]


def identifiers(given: Mapping[str, Any], name: str) -> list[int]:
    """A list of ids."""
    return [identifier(one, name) for one in items(given, name)]


def identifier(value: Any, name: str) -> int:
    """One id as clients write them, a text of digits. Raises Problem."""
    word = str(value)
    if not (word.isascii() and word.isdigit()) or len(word) > 19 or int(word) > LARGEST_ID:
        raise Problem(f"{name} is an id: a whole number written as text.", field=name)
    return int(word)


def path_id(word: str) -> int:
    """An id in an address; one that no row can have is not found."""
    if len(word) > 19 or int(word) > LARGEST_ID:
        raise NotFound("Record not found")
    return int(word)
