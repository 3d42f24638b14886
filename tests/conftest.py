"""Profiles of properties: `pytest --hypothesis-profile long` tries four times as many examples of each."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A busy computer is slow to make examples and to try them; that says nothing of the property.
settings.register_profile("usual", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("usual"), max_examples=400)
settings.load_profile("usual")
