"""`python -m exports.verify DIR --key PUBLICKEY`: whether a release, or a chain of releases, is what it says."""

import argparse
import hashlib
import sys
from pathlib import Path

from exports.engines.manifest import FILE_NAME, Refused, verify_release


def main(arguments: list[str] | None = None) -> int:
    """0 when everything was found true, 1 when something was not."""
    parser = argparse.ArgumentParser(prog="python -m exports.verify", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="a release, or a folder of a dataset's releases")
    parser.add_argument("--key", required=True, metavar="PUBLICKEY", help="64 hexadecimal digits")
    parser.add_argument("--dataset", help="the dataset's id, where it must be a certain one")
    given = parser.parse_args(arguments)
    single = (given.folder / FILE_NAME).is_file()
    folders = [given.folder] if single else sorted(given.folder.glob("release-*"))
    try:
        if not folders:
            raise Refused(f"There is no release in {given.folder}.")
        _verify_chain(folders, key=given.key, dataset=given.dataset)
    except Refused as error:
        sys.stderr.write(f"refused: {error}\n")
        return 1
    return 0


def _verify_chain(folders: list[Path], *, key: str, dataset: str | None) -> None:
    parent: str | None = None
    number: int | None = None
    for folder in folders:
        # Closed releases keep their manifest and lose their data; the newest must have both.
        with_files = folder == folders[-1] or (folder / "data").is_dir()
        manifest = verify_release(
            folder,
            public_key=key,
            expected_dataset=dataset,
            expected_number=number,
            expected_parent_sha256=parent,
            with_files=with_files,
        )
        parent = hashlib.sha256((folder / FILE_NAME).read_bytes()).hexdigest()
        number, dataset = manifest.number + 1, manifest.dataset
        counts = ", ".join(f"{count} {name}" for name, count in manifest.counts.items())
        state = "signature, chain and files" if with_files else "signature and chain; its data is deleted"
        sys.stdout.write(f"release {manifest.number}: {counts}; verified {state}\n")


if __name__ == "__main__":
    sys.exit(main())
