"""The bundled profiles: files with a profile's own captions are taken for that system's, and for no other's."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from dipay.domain.fields import FileKind
from dipay.domain.problems import CannotGoOn
from dipay.exports.layout.finding import Layout, choose_profile, find_layouts, open_source
from dipay.exports.layout.profiles import Profile, bundled_profiles
from dipay.exports.sources.files import look_at
from tests.exports.reading import BALANCES, PATIENTS, read, stopped, write

PROFILES = bundled_profiles()
PAGE = Path(__file__).parents[2] / "docs" / "exports.md"
#: The kinds that stand beside the patients.
BESIDE: tuple[FileKind, ...] = ("ledger", "balances")
FILES = {"patients": "patients.csv", "balances": "balances.csv"}
USUAL = [(each, kind) for each, kind in product(PROFILES, BESIDE) if kind in each.files]


def captions(profile: Profile, kind: FileKind, choice: int) -> list[str]:
    """A header in the profile's captions: each field's best, second best and so on, the last where it has no more."""
    chosen = (choices[min(choice, len(choices) - 1)] for choices in profile.files[kind].columns.values())
    return list(dict.fromkeys(source.caption for columns in chosen for source in columns))


def layouts(folder: Path, kind: FileKind, header: list[str]) -> dict[str, Layout]:
    path = folder / f"{kind}.txt"
    path.write_text("\t".join(header) + "\n" + "\t".join("1" for _ in header) + "\n", "utf-8")
    return find_layouts(open_source(look_at(path)), kind, PROFILES, {})


@pytest.mark.parametrize("choice", range(3))
@pytest.mark.parametrize(("profile", "beside"), USUAL, ids=lambda each: getattr(each, "name", each))
def test_a_profiles_own_files_fit_no_other(tmp_path: Path, profile: Profile, beside: FileKind, choice: int) -> None:
    kinds: tuple[FileKind, ...] = ("patients", beside)
    fitting = {kind: layouts(tmp_path, kind, captions(profile, kind, choice)) for kind in kinds}
    files = {kind: look_at(tmp_path / f"{kind}.txt") for kind in kinds}
    chosen = choose_profile(fitting, files)
    assert {each.profile.name for each in chosen.values()} == {profile.name}


@pytest.mark.parametrize("with_guarantors", [True, False])
def test_plain_captions_beside_columns_named_by_hand_never_fit_several_profiles(
    tmp_path: Path, with_guarantors: bool
) -> None:
    patients = PATIENTS if with_guarantors else PATIENTS.replace("guarantor_id,", "payer,")
    own = {"guarantor_id": "Who", "days_0_30": "A", "days_31_60": "B", "days_61_90": "C", "over_90": "D"}
    balances = BALANCES
    for field, caption in own.items():
        balances = balances.replace(field, caption)
    write(tmp_path, {"balances.csv": balances})
    try:
        found = read(tmp_path, patients, files=FILES, columns={"balances": own})
    except CannotGoOn as stop:
        assert not with_guarantors
        assert not any("more than one profile" in each.message for each in stop.problems)
    else:
        assert {each.guarantor_id for each in found.accounts} >= {"0100", "0200"}


NAMES = [
    (
        'Chart #,Last Name,First Name,Guarantor,Cell Phone\n101,Ames,Ann,"Ames, Ann",207-555-0101\n',
        "Guarantor Chart #,0-30,31-60,61-90,91+\n101,0,50,0,0\n",
        "Dentrix wrote names in place of ids",
    ),
    (
        'Ascend Patient ID,Patient,Primary Guarantor\n101,"Ames, Ann","Ames, Ann"\n',
        "Primary Guarantor ID,0-30,31-60,61-90,91+\n101,0,50,0,0\n",
        "Dentrix Ascend wrote the guarantors' names in place of ids",
    ),
    (
        'PatNum,Guarantor,LName,FName\n101,"Ames, Ann",Ames,Ann\n',
        "PatNum,Bal_0_30,Bal_31_60,Bal_61_90,BalOver90\n101,0,50,0,0\n",
        "Open Dental wrote names in place of ids",
    ),
]


@pytest.mark.parametrize(("patients", "balances", "words"), NAMES)
def test_names_in_place_of_guarantors_ids_are_said(tmp_path: Path, patients: str, balances: str, words: str) -> None:
    write(tmp_path, {"balances.csv": balances})
    [problem] = stopped(tmp_path, patients, files=FILES)
    assert words in problem.message
    assert "Ames" not in str(problem)


def test_the_profile_reads_every_column_of_the_queries_for_open_dental() -> None:
    [profile] = (each for each in PROFILES if each.name == "open-dental")
    queries = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    kinds: tuple[FileKind, ...] = ("patients", "ledger", "balances")
    for kind, query in zip(kinds, queries, strict=True):
        # What the first SELECT names; a query within it names its own sums.
        named = set(re.findall(r"\bAS (\w+)", re.sub(r"\n  SELECT .*\n", "\n", query)))
        assert named, kind
        choices = profile.files[kind].columns.values()
        known = {source.caption for columns in choices for each in columns for source in each}
        assert named <= known, kind
