"""Two people in the public domain and what the puppet makes of their photographs."""

from pathlib import Path

import matplotlib
import numpy as np
import pytest
import skimage.data

from identity.engines.assessment.puppet import Puppet
from identity.engines.defaults import default_engines
from identity.engines.gestures import Gesture
from identity.engines.images import decode
from identity.engines.ports import Engines, Image

Performance = dict[Gesture, list[bytes]]


@pytest.fixture(scope="session")
def engines() -> Engines:
    return default_engines()


@pytest.fixture(scope="session")
def grace() -> Image:
    """Rear Admiral Grace Hopper, US Navy photograph."""
    return decode((Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg").read_bytes())


@pytest.fixture(scope="session")
def eileen() -> Image:
    """Eileen Collins, NASA photograph."""
    return np.asarray(skimage.data.astronaut(), dtype=np.uint8)


@pytest.fixture(scope="session")
def grace_performs(grace: Image) -> Performance:
    puppet = Puppet(grace)
    return {gesture: puppet.perform(gesture, seed=1) for gesture in Gesture}


@pytest.fixture(scope="session")
def eileen_performs(eileen: Image) -> Performance:
    puppet = Puppet(eileen)
    return {gesture: puppet.perform(gesture, seed=2) for gesture in Gesture}
