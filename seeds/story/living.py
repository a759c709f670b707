"""The second chapter: people follow, post and read; a machine makes an image and is named; a spammer is decided upon."""

import random
import time
from typing import Any

from identity.operations.admission import admit_simulated
from moderation.queries.bot_scores import newest_bot_scores
from seeds.phrases import advertised, template_of
from seeds.story.client import NATIVE, Client, wait_until
from seeds.story.moderator import Desk
from seeds.story.telling import Telling, demand

SPAM_POSTS = 24
SPAM_SECONDS_APART = 0.4


class Living:
    """Grace and Eileen live in the network; a simulated spammer, admitted by its operator for the demo, does too."""

    def __init__(self, telling: Telling, grace: Client, eileen: Client) -> None:
        address = str(grace.http.base_url)
        self.telling = telling
        self.grace = grace
        self.eileen = eileen
        self.spammer = Client(address, "simulated_spammer", grace.password)
        self.moderator = Client(address, "story_moderator", grace.password)
        self.spam: list[dict[str, Any]] = []

    def tell(self) -> None:
        """Every step of the chapter, in order."""
        self._they_follow_post_and_read()
        self._they_talk()
        self._a_machine_makes_an_image()
        self._a_spammer_is_scored()
        self._it_is_reported_and_decided_upon()

    def _they_follow_post_and_read(self) -> None:
        with self.telling.step("They follow each other, post, and read each other at home") as (outcome, _):
            for one, other in ((self.grace, self.eileen), (self.eileen, self.grace)):
                one.call("POST", f"/api/v1/accounts/{other.account_id}/follow")
            self.grace.post("The most dangerous phrase in the language is: we have always done it this way.")
            self.eileen.post("From up there the night side is lit by lightning, storm after storm.")
            started = time.monotonic()
            for reader, author in ((self.grace, self.eileen), (self.eileen, self.grace)):
                status = wait_until(lambda r=reader, a=author: _from(r.home(), a), seconds=30)  # type: ignore[misc]
                demand(status["humankind"]["made_by"] == "human", "a person's post is not labelled so")
            outcome.result = f"both home timelines within {time.monotonic() - started:.1f} s"

    def _they_talk(self) -> None:
        with self.telling.step("A poll is answered, boosted and corrected; everybody is told") as (outcome, _):
            asked = {"options": ["The moon", "Another planet"], "expires_in": 3600}
            status = self.eileen.post("Where to next? #space", poll=asked)
            path = f"/api/v1/statuses/{status['id']}"
            poll = self.grace.call("POST", f"/api/v1/polls/{status['poll']['id']}/votes", json={"choices": [1]})
            demand(poll["voted"] and poll["options"][1]["votes_count"] == 1, str(poll))
            for act in ("favourite", "reblog"):
                self.grace.call("POST", f"{path}/{act}")
            self.eileen.call("PUT", path, json={"status": "Where to next, and when? #space"})
            history = self.grace.call("GET", f"{path}/history")
            demand(len(history) == 2, f"{len(history)} versions")
            told = wait_until(lambda: _kinds(self.eileen, {"favourite", "reblog"}), seconds=30)
            found = self.grace.call("GET", "/api/v2/search?q=%23space")
            demand([tag["name"] for tag in found["hashtags"]] == ["space"], str(found["hashtags"]))
            outcome.result = f"told: {', '.join(told)}; {len(history)} versions kept; #space is found"

    def _a_machine_makes_an_image(self) -> None:
        with self.telling.step("Grace has an image made and posts it; its credentials verify") as (outcome, update):
            generation = self.grace.make_image("a lighthouse under two moons, deep blue", progress=update)
            demand(generation["state"] == "done", f"{generation['state']}: {generation['reason']}")
            media = generation["media"]
            status = self.grace.post("Drawn by a machine, not by me.", media_ids=[media["id"]])
            demand(status["humankind"]["made_by"] != "human", "a machine's image went out under a human label")
            found = self.eileen.call("GET", f"{NATIVE}/media/{media['id']}/provenance")
            demand(found["credentials"]["trusted"], str(found))
            outcome.result = f"{found['words']} Status labelled: {status['humankind']['made_by']}."

    def _a_spammer_is_scored(self) -> None:
        with self.telling.step("A simulated spammer posts; it is scored far above both, with reasons") as (
            outcome,
            update,
        ):
            self.spammer.sign_up()
            admit_simulated(account_id=int(self.spammer.account_id), operator="make demo")
            for person in (self.grace, self.eileen):
                self.spammer.call("POST", f"/api/v1/accounts/{person.account_id}/follow")
            random_source = random.Random(1)
            template = template_of(random_source, "en")
            for number in range(SPAM_POSTS):
                self.spam.append(self.spammer.post(advertised(random_source, template)))
                update(f"post {number + 1} of {SPAM_POSTS}", (number + 1) / SPAM_POSTS)
                time.sleep(SPAM_SECONDS_APART)
            accounts = {person.username: int(person.account_id) for person in (self.spammer, self.grace, self.eileen)}
            wanted = set(accounts.values())
            update("waiting for the worker's scores", 1.0)

            def scored() -> dict[int, Any] | None:
                found = newest_bot_scores(wanted)
                enough = set(found) == wanted and found[accounts[self.spammer.username]].score > 0.5
                return found if enough else None

            found = wait_until(scored, seconds=90)
            by_name = {name: found[number].score for name, number in accounts.items()}
            spam = by_name.pop(self.spammer.username)
            demand(spam > max(by_name.values()) + 0.3, f"spammer {spam:.2f}, people {by_name}")
            reasons = found[accounts[self.spammer.username]].reasons
            people = ", ".join(f"{name} {score:.2f}" for name, score in by_name.items())
            outcome.result = f"spammer {spam:.2f}, {people}. {reasons[0]['sentence']}"

    def _it_is_reported_and_decided_upon(self) -> None:
        with self.telling.step("Eileen reports it; a moderator decides, with reasons") as (outcome, _):
            reported = [status["id"] for status in self.spam[-3:]]
            report = {"account_id": self.spammer.account_id, "status_ids": reported, "category": "spam"}
            self.eileen.call("POST", "/api/v1/reports", json={**report, "comment": "The same advertisement, all day."})
            self.moderator.sign_up()
            desk = Desk(self.moderator)
            demand(self.spammer.username in desk.queue(), "the case is not in the queue")
            desk.withhold(int(self.spammer.account_id), facts="The same advertisement was posted in series.")
            gone = self.eileen.http.get(f"/api/v1/statuses/{reported[0]}")
            demand(gone.status_code == 404, f"a withheld status answered {gone.status_code}")
            told = self.spammer.call("GET", f"{NATIVE}/decisions")
            demand("in series" in str(told), "the author was not told why")
            outcome.result = f"{len(reported)} statuses withheld, the author was told why and may object"


def _from(timeline: list[dict[str, Any]], author: Client) -> dict[str, Any] | None:
    return next((status for status in timeline if status["account"]["id"] == author.account_id), None)


def _kinds(person: Client, wanted: set[str]) -> list[str] | None:
    kinds = {notice["type"] for notice in person.call("GET", "/api/v1/notifications")}
    return sorted(kinds & wanted) if wanted <= kinds else None
