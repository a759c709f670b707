"""Finds personal data in one text by its form and puts a typed token in its place.

Regular expressions find what has a form. A name or an address in plain words has none and stays: the docs say so.
"""

import ipaddress
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from exports.engines.pii.national_ids import NUMBERS, digits_of, luhn

# Raise it with every change of what is found: it is compared with the last release's, and all records are made anew.
VERSION = 1
KINDS = ("HANDLE", "EMAIL", "IBAN", "NATIONAL_ID", "CARD", "IP", "PHONE")

# Mastodon's forms: @name, @name@host, also at the end of a profile's address. An e-mail address has a letter before @.
NAME = r"@[\pL\pN_](?:[\pL\pN_.-]*[\pL\pN_])?(?:@[\pL\pN_-]+(?:\.[\pL\pN_-]+)+)?"
HANDLE = re.compile(r"(?<![\w@.+%-])" + NAME.replace(r"\pL\pN_", r"\w"))
EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
    # As people write it to be read by people: name (at) host (dot) org.
    r"|(?<![\w.+-])[\w.+%-]{1,64} ?[\[({] ?(?i:at) ?[\])}] ?[\w-]{1,63}(?: ?(?:[\[({] ?(?i:dot) ?[\])}]|\.) ?[\w-]{2,63})+"
)
IBAN = re.compile(r"\b(?:[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?|[a-z]{2}\d{2}[a-z0-9]{11,30})\b")
CARD = re.compile(r"(?<!\w)\d(?:[ -]?\d){12,18}(?!\w)")
IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
IPV6 = re.compile(
    r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)|[0-9a-fA-F]{0,4}(?![\w:]|\.\d))"
)
PHONE = re.compile(r"(?<![\w.,+])(?:\+|00)?\(?\d(?:[ ().\-/]{0,2}\d){6,24}(?!\w|[.,]\d)")
YEAR = r"(?:1[5-9]|2[01])\d\d"
DATE = re.compile(rf"{YEAR}[-/. ]\d{{1,2}}[-/. ]\d{{1,2}}(?!\d)|\d{{1,2}}[-/. ]\d{{1,2}}[-/. ]{YEAR}(?!\d)")
# Groups as numbers are written without a prefix: 555-123-4567, (11) 91234-5678, 1-800-555-0199, 338 1234567.
GROUPS = re.compile(r"(?:\d[ -])?(?:\(\d{2,5}\)|\d{3,4})[ .\-/]+\d{2,5}[ .\-/]+\d{2,}|\d{3}[ -/]\d{7}$")
NOT_DIALLED = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\d-\d{2,5}-\d{2,5}-\d")  # an address that cannot be; an ISBN of ten
NO_DIGIT = re.compile(r"\D+")
CARD_STARTS = {13: "4", 14: "3", 15: "3", 16: "23456", 17: "56", 18: "56", 19: "456"}  # of each length, by issuers


def mask(text: str) -> tuple[str, dict[str, int]]:
    """The text with each find replaced by the token of its kind, such as `[EMAIL]`, and how many of each there were."""
    found: Counter[str] = Counter()
    text, found["HANDLE"] = HANDLE.subn("[HANDLE]", text)
    for form in FORMS:
        text, number = form.replaced(text)
        found[form.kind] += number
    return text, {kind: number for kind, number in found.items() if number}


@dataclass(frozen=True)
class Form:
    """How one kind looks; `length_of` says how much of a match it is, 0 for none of it."""

    kind: str
    pattern: re.Pattern[str]
    length_of: Callable[[str], int]

    def replaced(self, text: str) -> tuple[str, int]:
        """The text with tokens, and how many."""
        found = 0

        def replace(match: re.Match[str]) -> str:
            nonlocal found
            whole = match.group()
            # Where a word has to stand before the number, it stays.
            start = match.start("number") - match.start() if "number" in match.re.groupindex else 0
            length = self.length_of(whole[start:])
            if not length:
                return whole
            found += 1
            return f"{whole[:start]}[{self.kind}]{whole[start + length :]}"

        return self.pattern.sub(replace, text), found


def _iban(text: str) -> int:
    """The longest run of whole groups whose check digits are right: rearranged, 1 modulo 97 (ISO 13616)."""
    for end in [len(text), *(gap.start() for gap in reversed(list(re.finditer(r"[ -]", text))))]:
        plain = re.sub(r"[ -]", "", text[:end]).upper()
        rearranged = "".join(str(int(character, 36)) for character in plain[4:] + plain[:4])
        if 15 <= len(plain) <= 34 and int(rearranged) % 97 == 1:
            return end
    return 0


def _card(text: str) -> int:
    digits = _digits(text)
    return len(text) if digits[0] in CARD_STARTS[len(digits)] and luhn(digits) else 0


def _address(text: str) -> int:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return 0
    # "::" alone is punctuation in prose and code.
    return len(text) if len(text) > 2 else 0


def _phone(text: str) -> int:
    """7 to 15 digits (ITU-T E.164), in dialled form or in groups; neither a date nor an ISBN."""
    plain = text if text.isascii() else re.sub(r"\d", lambda digit: str(int(digit.group())), text)
    digits = NO_DIGIT.sub("", plain)
    is_isbn = len(digits) == 13 and digits.startswith(("978", "979"))
    if not 7 <= len(digits) <= 15 or is_isbn or DATE.match(plain) or NOT_DIALLED.fullmatch(plain):
        return 0
    return len(text) if plain.lstrip("(").startswith(("+", "0")) or GROUPS.match(plain) else 0


def _digits(text: str) -> str:
    return NO_DIGIT.sub("", text) if text.isascii() else "".join(str(digit) for digit in digits_of(text))


def _checked(is_one: Callable[[str], bool]) -> Callable[[str], int]:
    return lambda text: len(text) if is_one(text) else 0


# In this order: what is masked once cannot be found again as another kind.
FORMS: tuple[Form, ...] = (
    Form("EMAIL", EMAIL, len),
    Form("IBAN", IBAN, _iban),
    *(Form("NATIONAL_ID", pattern, _checked(check)) for pattern, check in NUMBERS),
    Form("CARD", CARD, _card),
    Form("IP", IPV6, _address),
    Form("IP", IPV4, _address),
    Form("PHONE", PHONE, _phone),
)
