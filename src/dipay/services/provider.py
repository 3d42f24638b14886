"""The provider of the settings, ready to use. Nothing here sends anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dipay.domain.problems import CannotGoOn, ExitCode, Problem
from dipay.secret_store import read_secret

if TYPE_CHECKING:
    from dipay.messaging import Sender
    from dipay.office import Office
    from dipay.processors import Processor


def open_sender(office: Office) -> Sender:
    """The sender that `messaging.provider` names; missing secrets and wrong settings end with exit code 2."""
    if office.sender is not None:
        return office.sender
    messaging = office.settings.messaging
    if messaging.provider == "outbox":
        from dipay.messaging.outbox import Outbox

        return Outbox(office.loaded.resolve(messaging.outbox.folder), office.clock)
    from dipay.messaging.twilio import TwilioSender

    secrets, problems = read_secrets(office)
    if problems:
        raise CannotGoOn(problems, ExitCode.USAGE)
    twilio = messaging.twilio
    return TwilioSender(
        secrets["account_sid"],
        secrets["auth_token"],
        from_number=twilio.from_,
        messaging_service_sid=twilio.messaging_service_sid,
        base_url=twilio.base_url,
    )


def open_processor(office: Office) -> Processor:
    """The processor that `payment_link.provider` names or named; what keeps it from working ends with exit code 2."""
    from dipay.processors.stripe import StripeProcessor

    settings, key = office.settings, read_processor_key(office)
    if isinstance(key, Problem):
        raise CannotGoOn([key], ExitCode.USAGE)
    return StripeProcessor(
        key,
        practice=settings.practice.name,
        phone=settings.practice.phone,
        country=settings.practice.country,
        base_url=settings.payment_link.stripe.base_url,
    )


def read_processor_key(office: Office) -> str | Problem:
    """The processor's key, or what keeps it from being read."""
    return read_secret(office.loaded, office.settings.payment_link.stripe.api_key, "payment_link.stripe.api_key")


def read_secrets(office: Office) -> tuple[dict[str, str], list[Problem]]:
    """The configured provider's secrets by the names of their settings, and what keeps the others from being read."""
    secrets, problems = dict[str, str](), list[Problem]()
    twilio = office.settings.messaging.twilio
    references = {"account_sid": twilio.account_sid, "auth_token": twilio.auth_token}
    for name, reference in references.items() if office.settings.messaging.provider == "twilio" else ():
        read = read_secret(office.loaded, reference, f"messaging.twilio.{name}")
        if isinstance(read, Problem):
            problems.append(read)
        else:
            secrets[name] = read
    return secrets, problems


def reaches_patients(office: Office) -> bool:
    """Whether messages leave for phones: no rehearsal's files, and no double."""
    base = office.settings.messaging.twilio.base_url
    return office.settings.messaging.provider == "twilio" and (base is None or base.startswith("https://"))


def messages_per_second(office: Office) -> float:
    """A text a second is what one number may send; a rehearsal's files, and a double's, need no pace."""
    return 1.0 if reaches_patients(office) else 1000.0
