"""Secrets: fetched from where the settings say they are kept, never from the settings themselves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from dipay.disk import read_file
from dipay.domain.problems import Problem, Severity

if TYPE_CHECKING:
    from dipay.config import LoadedSettings
    from dipay.domain.setting_types import SecretRef

#: No provider's secret is a page long.
_MOST_BYTES: Final = 4096


class _CannotBeHad(Exception):  # noqa: N818  why, in words
    """A secret that can't be fetched."""


def read_secret(loaded: LoadedSettings, reference: SecretRef, key: str) -> str | Problem:
    """The secret, or the problem that keeps it from being read; neither ever holds the other."""
    try:
        secret = _read(loaded, reference)
        why = "holds nothing"
    except _CannotBeHad as error:
        secret, why = "", f"can't be read: {error}"
    if secret:
        return secret
    return Problem(
        Severity.ERROR,
        f"{reference} {why}.",
        "Put the secret there; docs/settings.md says how.",
        loaded.path.name,
        key=key,
    )


def _read(loaded: LoadedSettings, reference: SecretRef) -> str:
    if reference.kind == "env":
        return os.environ.get(reference.name, "").strip()
    if reference.kind == "file":
        try:
            return read_file(loaded.resolve(reference.name), _MOST_BYTES).decode("utf-8-sig").strip()
        except OSError as error:
            raise _CannotBeHad(error.strerror or type(error).__name__) from None
        except ValueError:
            raise _CannotBeHad("it is no text in UTF-8") from None
    try:
        import keyring  # an extra of the office's own; dipay works without it

        return (keyring.get_password(reference.name, "dipay") or "").strip()
    except ModuleNotFoundError:
        raise _CannotBeHad("the library keyring is not installed") from None
    except Exception as error:  # each store of a system has errors of its own: locked, none there, refused, broken
        raise _CannotBeHad(f"the system's store says {type(error).__name__}") from None
