"""`make bench`: every comparison in turn; `python -m bench.NAME` runs one. Tables on the screen, JSON under var/bench."""

import subprocess
import sys

COMPARISONS = (
    "accuracy",
    "enrolment",
    "export",
    "export_release",
    "growth",
    "home",
    "masking",
    "near_duplicates",
    "post",
    "protection",
    "uniqueness",
)


def main() -> int:
    """0 when every comparison ran to its end."""
    failed = []
    for name in COMPARISONS:
        print(f"\n=== bench.{name} ===", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}", *sys.argv[1:]], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"did not run to their end: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
