"""The yardstick: the worklist's sums as most people would write them with pandas.

python yardstick_pandas.py FOLDER AS_OF    (patients and ledger as .csv, or as .xlsx read with openpyxl)
"""

import json
import sys
from pathlib import Path

import pandas as pd

MINIMUM, BUCKETS = 25_00, ["days_0_30", "days_31_60", "days_61_90", "over_90"]


def read(folder: Path, name: str) -> pd.DataFrame:
    path = folder / f"{name}.csv"
    if path.exists():
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    return pd.read_excel(folder / f"{name}.xlsx", dtype=str, keep_default_na=False, engine="openpyxl")


def cents(texts: pd.Series) -> pd.Series:
    """$1,234.56, (12.34) and -12.34 to whole cents; blank is 0."""
    numbers = texts.str.replace(r"[$, ]", "", regex=True).str.replace(r"^\((.*)\)$", r"-\1", regex=True)
    return (pd.to_numeric(numbers.replace("", "0")) * 100).round().astype("int64")


def main(folder: Path, as_of: pd.Timestamp) -> None:
    patients = read(folder, "patients")
    patients = patients[patients.status != "deleted"]
    ledger = read(folder, "ledger")
    ledger["cents"] = cents(ledger.amount)
    ledger["date"] = pd.to_datetime(ledger.date)
    ledger = ledger[ledger.date <= as_of].merge(patients[["patient_id", "guarantor_id"]], on="patient_id")

    estimates = cents(patients.insurance_estimate) + cents(patients.writeoff_estimate)
    estimates = estimates.groupby(patients.guarantor_id).sum()
    credit = -ledger[ledger.cents < 0].groupby("guarantor_id").cents.sum()
    charges = ledger[ledger.cents > 0].groupby(["guarantor_id", "date"]).cents.sum().reset_index()
    charges = charges.sort_values(["guarantor_id", "date"])
    # Credits pay the oldest charges first.
    charges["left"] = charges.groupby("guarantor_id").cents.cumsum() - charges.guarantor_id.map(credit).fillna(0)
    charges["left"] = charges["left"].clip(lower=0).clip(upper=charges.cents).astype("int64")
    # Estimates come off the newest first.
    charges = charges[charges.left > 0].sort_values(["guarantor_id", "date"], ascending=[True, False])
    newer = charges.groupby("guarantor_id").left.cumsum() - charges.guarantor_id.map(estimates).fillna(0)
    charges["left"] = newer.clip(lower=0).clip(upper=charges.left).astype("int64")
    charges = charges[charges.left > 0]

    balance = ledger.groupby("guarantor_id").cents.sum()
    age = (as_of - charges.date).dt.days
    bucket = pd.cut(age, [-1, 30, 60, 90, 1_000_000], labels=BUCKETS)
    accounts = charges.pivot_table(
        index="guarantor_id", columns=bucket, values="left", aggfunc="sum", fill_value=0, observed=False
    )
    accounts["patient_portion_cents"] = balance - estimates.reindex(balance.index).fillna(0).astype("int64")
    asked = accounts[(accounts.patient_portion_cents > MINIMUM) & (accounts[BUCKETS[1:]].sum(axis=1) > 0)]
    answer = {
        "count": len(asked),
        "total_cents": int(asked.patient_portion_cents.sum()),
        **{name: int(asked[name].sum()) for name in BUCKETS},
        "accounts": asked.reset_index().to_dict("records"),
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), pd.Timestamp(sys.argv[2]))
