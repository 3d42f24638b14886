"""The yardstick: the worklist's sums with Polars' streaming engine.

python yardstick_polars.py FOLDER AS_OF    (patients and ledger as .csv, or as .xlsx)
"""

import json
import sys
from datetime import date
from pathlib import Path

import polars as pl

BUCKETS = ["days_0_30", "days_31_60", "days_61_90", "over_90"]


def cents(name: str) -> pl.Expr:
    return (pl.col(name).cast(pl.Decimal(12, 2)) * 100).cast(pl.Int64)


def scan(folder: Path, name: str) -> pl.LazyFrame:
    path = folder / f"{name}.csv"
    if path.exists():
        return pl.scan_csv(path, infer_schema=False)
    return pl.read_excel(folder / f"{name}.xlsx", infer_schema_length=0).lazy()


def main(folder: Path, as_of: date) -> None:
    patients = scan(folder, "patients").filter(pl.col("status") != "deleted")
    patients = patients.select(
        "patient_id", "guarantor_id",
        estimate=cents("insurance_estimate").fill_null(0) + cents("writeoff_estimate").fill_null(0),
    ).collect()  # fmt: skip
    # As the ledgers of the United States write days, and as Polars writes those of a workbook.
    written = pl.col("date").str
    is_text = (folder / "ledger.csv").exists()
    day = written.to_date("%m/%d/%Y") if is_text else written.head(10).str.to_date("%Y-%m-%d")
    age, amount = (pl.lit(as_of) - pl.col("date")).dt.total_days(), pl.col("cents")
    charged = pl.when(amount > 0).then(amount).otherwise(0)
    by_patient = (
        scan(folder, "ledger")
        .select("patient_id", date=day, cents=cents("amount"))
        .filter(pl.col("date") <= as_of)
        .with_columns(age=age)
        .group_by("patient_id")
        .agg(
            balance=amount.sum(),
            credit=charged.sum() - amount.sum(),
            b0=charged.filter(pl.col("age") <= 30).sum(),
            b1=charged.filter(pl.col("age").is_between(31, 60)).sum(),
            b2=charged.filter(pl.col("age").is_between(61, 90)).sum(),
            b3=charged.filter(pl.col("age") > 90).sum(),
        )
        .collect(engine="streaming")
    )
    sums = (
        patients.join(by_patient, on="patient_id", how="left")
        .drop("patient_id")
        .group_by("guarantor_id")
        .agg(pl.all().fill_null(0).sum())
    )
    credit, estimate = pl.col("credit"), pl.col("estimate")
    b0, b1, b2, b3 = (pl.col(f"b{number}") for number in range(4))

    def less(bucket: pl.Expr, taken: pl.Expr) -> pl.Expr:
        return (bucket - taken.clip(lower_bound=0)).clip(lower_bound=0)

    # Credits pay the oldest bucket first, estimates come off the newest first.
    paid = sums.with_columns(
        b3=less(b3, credit), b2=less(b2, credit - b3), b1=less(b1, credit - b3 - b2), b0=less(b0, credit - b3 - b2 - b1)
    )
    portions = paid.select(
        "guarantor_id",
        patient_portion_cents=pl.col("balance") - estimate,
        days_0_30=less(b0, estimate),
        days_31_60=less(b1, estimate - b0),
        days_61_90=less(b2, estimate - b0 - b1),
        over_90=less(b3, estimate - b0 - b1 - b2),
    )
    older = pl.col("days_31_60") + pl.col("days_61_90") + pl.col("over_90")
    asked = portions.filter((pl.col("patient_portion_cents") > 2500) & (older > 0))
    answer = {
        "count": len(asked),
        "total_cents": asked["patient_portion_cents"].sum(),
        **{name: asked[name].sum() for name in BUCKETS},
        "accounts": asked.to_dicts(),
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]))
