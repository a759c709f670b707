"""The first chapter: who is let in, and who is not."""

import datetime as dt
from functools import partial

import numpy as np
from numpy.typing import NDArray

from identity.engines.assessment.instruments import flat_photograph
from identity.engines.assessment.puppet import Gesture, perform
from seeds.story.client import NATIVE, Capture, Client, RefusedError
from seeds.story.photographs import eileen_collins, grace_hopper
from seeds.story.telling import Telling, demand

PASSWORD = "story-password-1"  # noqa: S105 (of the demo's own people)


class Joining:
    """Grace Hopper and Eileen Collins join; a second account, a photograph and a text file do not."""

    def __init__(self, address: str, telling: Telling) -> None:
        self.telling = telling
        self.address = address
        self.grace = self._person("grace")
        self.eileen = self._person("eileen")
        self.captures: list[Capture] = []

    def _person(self, name: str) -> Client:
        return Client(self.address, name, PASSWORD)

    def tell(self) -> None:
        """Every step of the chapter, in order."""
        self._nobody_writes_before_joining()
        self._no_camera_opens_for_a_child()
        self._joins(self.grace, "Grace Hopper", grace_hopper())
        self._joins(self.eileen, "Eileen Collins", eileen_collins())
        self._the_same_face_again()
        self._a_flat_photograph()
        self._a_text_file()

    def _nobody_writes_before_joining(self) -> None:
        with self.telling.step("Grace signs up and posts before proving anything: refused") as (outcome, _):
            self.grace.sign_up()
            try:
                self.grace.post("Hello?")
            except RefusedError as refusal:
                demand(refusal.status == 403, f"expected 403, got {refusal}")
                outcome.result = refusal.sentence
            else:
                demand(False, "an account without a credential could post")

    def _no_camera_opens_for_a_child(self) -> None:
        with self.telling.step("Somebody of twelve gives their date of birth: no camera opens") as (outcome, _):
            child = self._person("twelve")
            child.sign_up()
            answer = child.declare_birth(dt.date.today() - dt.timedelta(days=12 * 366))
            demand(answer["state"] == "too_young", f"the answer was {answer['state']}")
            child.consent("biometric_check")
            try:
                child.call("POST", f"{NATIVE}/enrolments")
            except RefusedError as refusal:
                demand(refusal.body.get("code") == "too_young", str(refusal))
                outcome.result = refusal.sentence
            else:
                demand(False, "a camera opened for a child")

    def _joins(self, person: Client, name: str, photograph: NDArray[np.uint8]) -> None:
        with self.telling.step(f"{name} says her age, consents, performs the gestures and is checked") as (
            outcome,
            update,
        ):
            if not person.account_id:
                person.sign_up()
            person.declare_over(18)
            person.consent("biometric_check")
            decision, capture = person.enrol(partial(perform, photograph), progress=update)
            self.captures.append(capture)
            demand(decision["state"] == "admitted", f"{decision['state']}: {_words(decision)}")
            outcome.result = f"admitted ({', '.join(gesture.value for gesture, _ in capture.frames)})"

    def _the_same_face_again(self) -> None:
        with self.telling.step("Eileen's face under a second account: refused") as (outcome, update):
            second = self._person("eileen_again")
            second.sign_up()
            second.declare_over(18)
            second.consent("biometric_check")
            decision, capture = second.enrol(partial(perform, eileen_collins()), progress=update)
            self.captures.append(capture)
            demand(decision["state"] == "rejected", f"a duplicate was {decision['state']}")
            demand(any("duplicate" in reason["code"] for reason in decision["reasons"]), _words(decision))
            outcome.result = _words(decision)

    def _a_flat_photograph(self) -> None:
        with self.telling.step("A flat photograph moved before the camera: refused") as (outcome, update):
            impostor = self._person("photograph")
            impostor.sign_up()
            impostor.declare_over(18)
            impostor.consent("biometric_check")
            decision, _ = impostor.enrol(partial(flat_photograph, grace_hopper()), progress=update)
            demand(decision["state"] == "rejected", f"a photograph was {decision['state']}")
            outcome.result = _words(decision)

    def _a_text_file(self) -> None:
        with self.telling.step("A text file named .jpg: refused") as (outcome, _):
            sender = self._person("garbage")
            sender.sign_up()
            sender.declare_over(18)
            sender.consent("biometric_check")
            enrolment = sender.call("POST", f"{NATIVE}/enrolments")
            gesture = Gesture(enrolment["challenge"][0]["gesture"])
            try:
                sender.send_frames(enrolment, gesture, [b"this is not a photograph"] * 6)
            except RefusedError as refusal:
                demand(400 <= refusal.status < 500, str(refusal))
                outcome.result = refusal.sentence
            else:
                demand(False, "a text file was taken for a photograph")


def _words(decision: dict[str, list[dict[str, str]]]) -> str:
    return " ".join(reason["sentence"] for reason in decision["reasons"][:2])
