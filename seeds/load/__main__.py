"""A world of any size: `python -m seeds.load --people 100000 --follows 2000000 --statuses 1000000`.

It goes into the database of the settings (`DATABASE_URL`, or the embedded one under `HUMANKIND_VAR`). Everybody's
password is "correct horse battery staple", and nobody is named but load_0, load_1 and so on.
"""

import argparse
import os
import sys
import time

import django


def main() -> int:
    """0 when the world is written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--follows", type=int, default=2_000_000)
    parser.add_argument("--statuses", type=int, default=1_000_000, help="with replies and reblogs")
    parser.add_argument("--favourites", type=int, default=1_000_000)
    parser.add_argument(
        "--consents",
        nargs="*",
        default=[],
        metavar="PURPOSE",
        help="everybody is an adult, unique, and agrees to these",
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same world")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    from common.problems import Problem
    from seeds.load.plan import Size, plan
    from seeds.load.writing import write_world

    started = time.perf_counter()
    call_command("migrate", verbosity=0)
    try:
        size = Size(options.people, options.follows, options.statuses, options.favourites)
        drawn = plan(size, seed=options.seed)
        write_world(drawn, tell=lambda line: print(line, flush=True), purposes=options.consents)
    except (ValueError, Problem) as refusal:
        print(refusal)
        return 1
    print(f"{time.perf_counter() - started:7.1f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
