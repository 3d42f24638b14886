"""Secrets: fetched from where the settings say they are kept, never from the settings themselves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dipay.domain.problems import Problem, Severity

if TYPE_CHECKING:
    from dipay.config import LoadedSettings
    from dipay.domain.setting_types import SecretRef


def read_secret(loaded: LoadedSettings, reference: SecretRef, key: str) -> str | Problem:
    """The secret, or the problem that keeps it from being read; neither ever holds the other."""
    secret = _read(loaded, reference)
    if secret:
        return secret
    return Problem(
        Severity.ERROR,
        f"{reference} holds nothing.",
        "Put the secret there; docs/settings.md says how.",
        loaded.path.name,
        key=key,
    )


def _read(loaded: LoadedSettings, reference: SecretRef) -> str:
    if reference.kind == "env":
        return os.environ.get(reference.name, "").strip()
    if reference.kind == "file":
        try:
            return loaded.resolve(reference.name).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""
    try:
        import keyring  # an extra of the office's own; dipay works without it
    except ImportError:
        return ""
    return keyring.get_password(reference.name, "dipay") or ""
