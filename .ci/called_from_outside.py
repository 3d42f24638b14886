"""What nothing in src calls by its name, and who does: vulture reads this beside src and takes it for called.

Nobody runs it. mypy reads it too, so that what goes from src must go from here. Names by which libraries call
(`on_...`) are in pyproject.toml, under [tool.vulture].
"""

from __future__ import annotations

from dipay.domain.fields import EntryKind, PatientStatus
from dipay.domain.lint_kinds import Kind
from dipay.render.data import AgingData, CampaignData
from dipay.state.requests import Request
from dipay.wire import Wire

# And of each kind of text or link that `check` speaks against why, a bad and a good one.
kind: Kind
kind.bad
kind.good

# Profiles (YAML) name what a PMS's words mean, and the value of a member is looked up by that name.
PatientStatus.ARCHIVED
PatientStatus.PROSPECTIVE
PatientStatus.NON_PATIENT
EntryKind.PAYMENT
EntryKind.INSURANCE_PAYMENT
EntryKind.WRITE_OFF

# msgspec writes these fields into the answer of --json.
AgingData.days_0_30
AgingData.days_31_60
AgingData.days_61_90
AgingData.over_90
CampaignData.last_sent
CampaignData.next_day
CampaignData.due

# A column of the state file, read into the record of its row; staff see what it means, not the moment.
request: Request
request.outcome_at

# The provider's library asks its client for it.
Wire.is_async
