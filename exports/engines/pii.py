"""Finds personal data in text by its form and puts a typed token in its place.

Regular expressions find what has a form. A name or an address in plain words has none and stays: the docs say so.
"""

import ipaddress
import re
from collections import Counter
from collections.abc import Callable

# Mastodon's forms: @name, @name@host, also at the end of a profile's address. An e-mail address has a letter before @.
HANDLE = re.compile(r"(?<![\w@.+%-])@\w(?:[\w.-]{0,62}\w)?(?:@[\w-]+(?:\.[\w-]+)+)?")
EMAIL = re.compile(r"(?<![\w.+-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
IBAN = re.compile(r"\b(?:[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?|[a-z]{2}\d{2}[a-z0-9]{11,30})\b")
CARD = re.compile(r"(?<!\w)\d(?:[ -]?\d){12,18}(?!\w)")
IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![\w:])")
PHONE = re.compile(r"(?<![\w.,+])(?:\+|00)?\(?\d(?:[ ().\-/]{0,2}\d){6,24}(?!\w|[.,]\d)")
DATE = re.compile(r"\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{4}")
# No pattern can match where none of these is: most posts are done after this one look.
WORTH_LOOKING = re.compile(r"@|\d[^a-zA-Z]{0,3}\d|:")


def mask(text: str) -> tuple[str, dict[str, int]]:
    """The text with each find replaced by `[EMAIL]`, `[HANDLE]`, `[IBAN]`, `[CARD]`, `[IP]` or `[PHONE]`, and how many
    of each there were."""
    found: Counter[str] = Counter()
    if not WORTH_LOOKING.search(text):
        return text, {}
    for kind, pattern, length_of in KINDS:
        text = pattern.sub(_replacer(kind, length_of, found), text)
    return text, dict(found)


def _replacer(kind: str, length_of: Callable[[str], int], found: Counter[str]) -> Callable[[re.Match[str]], str]:
    def replace(match: re.Match[str]) -> str:
        length = length_of(match.group())
        if not length:
            return match.group()
        found[kind] += 1
        return f"[{kind}]{match.group()[length:]}"

    return replace


def _iban(text: str) -> int:
    """The longest run of whole groups whose check digits are right: rearranged, 1 modulo 97 (ISO 13616)."""
    for end in [len(text), *(gap.start() for gap in reversed(list(re.finditer(r"[ -]", text))))]:
        plain = re.sub(r"[ -]", "", text[:end]).upper()
        rearranged = "".join(str(int(character, 36)) for character in plain[4:] + plain[:4])
        if 15 <= len(plain) <= 34 and int(rearranged) % 97 == 1:
            return end
    return 0


def _card(text: str) -> int:
    """Luhn's check digit (ISO/IEC 7812-1)."""
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2]]
    return len(text) if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 else 0


def _address(text: str) -> int:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return 0
    # "::" alone is punctuation in prose and code.
    return len(text) if len(text) > 2 else 0


def _phone(text: str) -> int:
    """7 to 15 digits (ITU-T E.164), dialled form or at least three groups; neither a date nor an ISBN."""
    digits = re.sub(r"\D", "", text)
    if not 7 <= len(digits) <= 15 or DATE.fullmatch(text) or (len(digits) == 13 and digits[:3] in ("978", "979")):
        return 0
    dialled = text.lstrip("(").startswith(("+", "0"))
    grouped = re.match(r"\(?\d{3,4}\)?[ .\-/]+\d{2,4}[ .\-/]+\d{2,}", text)
    return len(text) if dialled or grouped else 0


KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], int]], ...] = (
    ("HANDLE", HANDLE, len),
    ("EMAIL", EMAIL, len),
    ("IBAN", IBAN, _iban),
    ("CARD", CARD, _card),
    ("IP", IPV6, _address),
    ("IP", IPV4, _address),
    ("PHONE", PHONE, _phone),
)
