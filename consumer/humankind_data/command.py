"""`humankind-data`: sync, verify and show the training releases of a Humankind server.

Exit status: 0 done; 1 refused, something is not what was signed; 2 misused; 3 not allowed by the server;
4 server not reachable, or it asks to wait longer than --wait; 5 another run works in the folder; 6 nothing could be
stored; 130 interrupted.
"""

import argparse
import os
import sys
from pathlib import Path

from pyarrow import ArrowException
from rich.console import Console
from rich.markup import escape

from humankind_data import __version__
from humankind_data.failures import Failure, Misused, NotStored, Refused
from humankind_data.local_copy import LocalCopy
from humankind_data.progress import Shown
from humankind_data.server import Server
from humankind_data.summary import show
from humankind_data.sync import Outcome, Sync
from humankind_data.verification import verify

ID_VARIABLE, SECRET_VARIABLE = "RELEASES_CLIENT_ID", "RELEASES_CLIENT_SECRET"
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """The status to exit with."""
    given = _parser().parse_args(arguments)
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        return int(given.run(given, errors))
    except Failure as failure:
        errors.print(f"humankind-data: {escape(str(failure))}")
        return failure.exit_status
    except KeyboardInterrupt:
        errors.print("humankind-data: stopped. The same command goes on where this one was.")
        return INTERRUPTED
    except ArrowException as error:
        errors.print(f"humankind-data: a file is not readable as Parquet; verify says which. {escape(str(error))}")
        return Refused.exit_status
    except OSError as error:
        errors.print(f"humankind-data: {escape(str(error))}")
        return NotStored.exit_status


def _parser() -> argparse.ArgumentParser:
    summary, _, statuses = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(prog="humankind-data", description=summary, epilog=statuses)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    sync = commands.add_parser("sync", help="fetch what is new, verify it, and delete what was taken back")
    sync.add_argument("url", metavar="URL", help="the server, such as https://humans.example")
    sync.add_argument("dataset", metavar="DATASET", help="the dataset's id or name")
    sync.add_argument("folder", type=Path, metavar="DIR", help="where to keep it")
    sync.add_argument("--client-id", default="", help=f"or the variable {ID_VARIABLE}")
    sync.add_argument(
        "--client-secret-file",
        type=Path,
        metavar="FILE",
        help=f"a file that holds it; or the variable {SECRET_VARIABLE}",
    )
    sync.add_argument("--key", default="", metavar="KEY", help="the operator's public key; pinned by the first run")
    sync.add_argument("--keep", type=_count, default=0, metavar="N", help="releases to keep; all that are given out")
    sync.add_argument("--wait", type=_count, default=900, metavar="SECONDS", help="the longest wait to grant (900)")
    sync.add_argument("--quiet", action="store_true", help="no progress bar")
    sync.set_defaults(run=_sync)
    checked = commands.add_parser(
        "verify", help="check signatures, the chain, every file, and that nothing retracted is left"
    )
    checked.add_argument("folder", type=Path, metavar="DIR", help="a folder that sync made, or a single release")
    checked.add_argument("--key", default="", metavar="KEY", help="where the folder is pinned to none")
    checked.add_argument("--dataset", default="", metavar="ID", help="the dataset's id, where it must be a certain one")
    checked.set_defaults(run=_verify)
    shown = commands.add_parser("show", help="a summary of what is there")
    shown.add_argument("folder", type=Path, metavar="DIR")
    shown.set_defaults(run=_show)
    return parser


def _sync(given: argparse.Namespace, errors: Console) -> int:
    with Shown(errors, quiet=given.quiet) as shown:
        server = Server(
            given.url,
            given.client_id or os.environ.get(ID_VARIABLE, ""),
            _secret(given.client_secret_file),
            patience=float(given.wait),
            tell=shown.tell,
        )
        if not server.client_id:
            raise Misused(f"Name the client with --client-id or {ID_VARIABLE}.")
        try:
            copy = LocalCopy(given.folder)
            outcome = Sync(server, copy, given.dataset, given.key, keep=given.keep, progress=shown).run()
        finally:
            server.close()
    for line in _told(outcome):
        _say(line)
    return 0


def _told(outcome: Outcome) -> list[str]:
    lines = []
    if outcome.newest is None:
        lines.append("No release is given out now.")
    else:
        counts = outcome.newest.counts
        lines.append(
            f"Release {outcome.newest.number}: {counts.get('records', 0)} records of {counts.get('authors', 0)} authors;"
            f" {outcome.fetched} files fetched ({outcome.fetched_bytes} bytes), {outcome.reused} already here;"
            " signature, chain and files verified; acknowledged."
        )
    if outcome.retracted or outcome.removed_records:
        lines.append(
            f"{outcome.retracted} records were taken back; {outcome.removed_records} of them were still in kept releases."
        )
    if outcome.deleted:
        lines.append(f"Data deleted of closed or older releases: {', '.join(map(str, outcome.deleted))}.")
    return lines


def _verify(given: argparse.Namespace, errors: Console) -> int:
    for found in verify(given.folder, public_key=given.key.lower(), dataset=given.dataset):
        counts = ", ".join(f"{count} {name}" for name, count in found.manifest.counts.items())
        what = "signature, chain and files" if found.whole else "signature and chain; its data is not here"
        redacted = f"; {found.redacted} files since rid of retracted records" if found.redacted else ""
        _say(f"release {found.manifest.number}: {counts}; verified {what}{redacted}")
    return 0


def _show(given: argparse.Namespace, errors: Console) -> int:
    show(LocalCopy(given.folder), Console(highlight=False))
    return 0


def _secret(file: Path | None) -> str:
    secret = file.read_text().strip() if file else os.environ.get(SECRET_VARIABLE, "")
    if not secret:
        raise Misused(f"Give the client secret in a file (--client-secret-file) or in {SECRET_VARIABLE}.")
    return secret


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("is 0 or more")
    return number
