"""Takes the pages that stand beside docs/ into the site, under the names that they have there (mkdocs.yml calls it)."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
BESIDE = (
    "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "config.example.yaml", "samples/README.md", "proofs/RESULTS.md",
    "benchmarks/README.md", "benchmarks/RESULTS.md", "fuzz/README.md",
)  # fmt: skip
_LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)#\s]+)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The files of docs/, and those beside it."""
    for name in BESIDE:
        files.append(File.generated(config, name, abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, *, page: Page, **_: object) -> str:
    """A page whose links lead to where the site has what they lead to in the repository."""
    uri = page.file.src_uri
    here = posixpath.dirname(uri if uri in BESIDE else f"docs/{uri}")

    def in_the_site(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(here, link[1])).removeprefix("docs/")
        return posixpath.relpath(target, posixpath.dirname(uri) or ".")

    return _LINK.sub(in_the_site, markdown)
