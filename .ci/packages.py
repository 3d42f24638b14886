"""What is wrong with the built wheel and source archive: `python .ci/packages.py FOLDER`; 1 where anything is."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Set
from pathlib import Path, PurePosixPath

from packaging.metadata import Metadata

ROOT = Path(__file__).parents[1]
#: What the build adds to a source archive, beside what is named there.
MADE = frozenset({"PKG-INFO", "setup.cfg"})


def tracked() -> set[str]:
    """Every file that git keeps."""
    names = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0")
    return set(filter(None, names))


def differences(archive: Path, found: Set[str], wanted: Set[str]) -> Iterator[str]:
    """What the archive lacks, and what it should not have."""
    yield from (f"{archive.name} lacks {name}" for name in sorted(wanted - found))
    yield from (f"{archive.name} should not have {name}" for name in sorted(found - wanted))


def wheel_problems(path: Path) -> Iterator[str]:
    """The wheel holds the package, all of it and nothing else, and says of itself what the index asks for."""
    with zipfile.ZipFile(path) as wheel:
        names = set(wheel.namelist())
        about = next(name for name in names if name.endswith(".dist-info/METADATA"))
        metadata = Metadata.from_email(wheel.read(about))
    package = {name.removeprefix("src/") for name in tracked() if name.startswith("src/")}
    yield from differences(path, {name for name in names if ".dist-info/" not in name}, package)
    if not metadata.description or metadata.description_content_type != "text/markdown":
        yield f"{path.name} has no description in Markdown"
    if not any(name.endswith("/licenses/LICENSE") for name in names):
        yield f"{path.name} has no licence"


def source_problems(path: Path) -> Iterator[str]:
    """The source archive holds what the repository does."""
    with tarfile.open(path) as archive:
        files = (PurePosixPath(*PurePosixPath(each.name).parts[1:]) for each in archive if each.isfile())
        names = {str(each) for each in files if not each.match("src/*.egg-info/*")}
    yield from differences(path, names - MADE, tracked())


def main(folder: Path) -> int:
    """1 where anything is wrong, else 0."""
    (wheel,), (source,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    problems = [*wheel_problems(wheel), *source_problems(source)]
    print("\n".join(problems) or f"{wheel.name} and {source.name} hold what they should")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
