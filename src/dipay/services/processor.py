"""The processor of payments that the settings name, ready to use. Nothing here asks it anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dipay.domain.problems import CannotGoOn, ExitCode, Problem
from dipay.secret_store import read_secret

if TYPE_CHECKING:
    from dipay.office import Office
    from dipay.processors.stripe import StripeProcessor


def open_processor(office: Office) -> StripeProcessor | None:
    """The processor that `payment_link.provider` names; None where links are made by a template.

    A missing key or library and wrong settings end with exit code 2. It loads the library only when it is asked.
    """
    link, practice = office.settings.payment_link, office.settings.practice
    if link.provider == "template":
        return None
    from dipay.processors.stripe import StripeProcessor

    key = read_secret(office.loaded, link.stripe.api_key, "payment_link.stripe.api_key")
    if isinstance(key, Problem):
        raise CannotGoOn([key], ExitCode.USAGE)
    return StripeProcessor(
        key, practice=practice.name, phone=practice.phone, country=practice.country, base_url=link.stripe.base_url
    )
