"""The story's chapters in order."""

from collections.abc import Sequence
from pathlib import Path

from seeds.story.client import Capture
from seeds.story.guarding import Guarding
from seeds.story.joining import Joining
from seeds.story.living import Living
from seeds.story.releasing import Releasing
from seeds.story.telling import Telling, demand
from seeds.story.traces import fingerprints, search


class Story:
    """Told against a running stack; `logs` is where that stack writes."""

    def __init__(self, address: str, telling: Telling, logs: Path) -> None:
        self.address = address
        self.telling = telling
        self.logs = logs

    def tell(self) -> bool:
        """True when every step went as it must. A failed step ends the story."""
        try:
            joining = Joining(self.address, self.telling)
            joining.tell()
            living = Living(self.telling, joining.grace, joining.eileen)
            living.tell()
            Releasing(self.telling, joining.grace, joining.eileen, living.moderator).tell()
            guarding = Guarding(self.address, self.telling, joining.grace, joining.eileen)
            guarding.tell()
            self._nothing_is_left_of_the_faces([*joining.captures, *guarding.captures])
        except Exception as error:
            if self.telling.outcomes[-1].passed:
                raise
            self.telling.console.print(f"[red]The story ends here:[/] {error}")
        return all(outcome.passed for outcome in self.telling.outcomes)

    def _nothing_is_left_of_the_faces(self, captures: Sequence[Capture]) -> None:
        with self.telling.step("Everything stored is searched for the faces") as (outcome, update):
            update("computing what to look for", 0.1)
            wanted = [piece for capture in captures for piece in fingerprints(capture)]
            update("searching PostgreSQL, Redis and the logs", 0.5)
            guilty, searched, size = search(wanted, self.logs)
            demand(not guilty, f"traces in {', '.join(guilty)}")
            outcome.result = f"none in {searched} places, {size / 1e6:.1f} MB, for {len(wanted)} traces"
