"""What the server tells people of itself, as HTML that clients show."""

from typing import Any

CHANGED = "2026-11-21"

RULES: list[dict[str, Any]] = [
    {"id": "1", "text": "One living human, one account.", "hint": "Nobody runs a second one.", "translations": {}},
    {
        "id": "2",
        "text": "What a machine made is labelled so.",
        "hint": "Text and images made with AI say it on every status.",
        "translations": {},
    },
]

EXTENDED_DESCRIPTION = (
    "<p>Every account here is one living human, proven once: by a check of the face with live gestures, by a World ID, "
    "or by the word of two people who met them. Each account shows its level of personhood, and each status who or what "
    "made it: a human, a human with AI's help, or a machine.</p>"
    "<p>Whoever has signed up may read; whoever has been admitted may also write.</p>"
)

PRIVACY_POLICY = (
    "<h2>What is kept of a face</h2>"
    "<p>The frames of a check are encrypted, kept for minutes and deleted whatever comes of it, unless you ask a person to "
    "look at them. What stays is a code made with a secret key, which serves to tell whether the same human comes twice, "
    "and for nothing else. You can have it erased, and get a signed receipt for that.</p>"
    "<h2>What others see</h2>"
    "<p>Your profile, what you post to whom you post it, and your level of personhood. Nobody sees your e-mail address.</p>"
    "<h2>What is not done without your consent</h2>"
    "<p>Nothing you write or upload becomes training data unless you agreed to that, and each status can be left out. "
    "There is no advertising and no tracking.</p>"
    "<h2>Your copy, and leaving</h2>"
    "<p>You can have a copy of everything, and delete the account with all that belongs to it.</p>"
)

TERMS_OF_SERVICE = (
    "<p>By using this server you agree to its rules: one living human has one account, and what a machine made is "
    "labelled so. Moderators may withhold statuses and limit or suspend accounts that break them; each decision is "
    "explained to whom it concerns, and can be appealed.</p>"
    "<p>What you write stays yours. You let this server show it to those whom you chose, until you delete it.</p>"
)
