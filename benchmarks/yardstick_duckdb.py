"""The yardstick: the worklist's sums in one query of DuckDB.

python yardstick_duckdb.py FOLDER AS_OF
"""

import json
import sys
from pathlib import Path

import duckdb

BUCKETS = ["days_0_30", "days_31_60", "days_61_90", "over_90"]

QUERY = """
WITH patients AS (
    SELECT patient_id, guarantor_id,
           CAST((coalesce(insurance_estimate, 0) + coalesce(writeoff_estimate, 0)) * 100 AS BIGINT) AS estimate
    FROM read_csv($patients, header = true, types = {
        'patient_id': 'VARCHAR', 'guarantor_id': 'VARCHAR', 'insurance_estimate': 'DECIMAL(12, 2)',
        'writeoff_estimate': 'DECIMAL(12, 2)'})
    WHERE status <> 'deleted'
), by_patient AS (
    SELECT patient_id, sum(cents) AS balance, -coalesce(sum(cents) FILTER (cents < 0), 0) AS credit,
           coalesce(sum(cents) FILTER (cents > 0 AND age <= 30), 0) AS b0,
           coalesce(sum(cents) FILTER (cents > 0 AND age BETWEEN 31 AND 60), 0) AS b1,
           coalesce(sum(cents) FILTER (cents > 0 AND age BETWEEN 61 AND 90), 0) AS b2,
           coalesce(sum(cents) FILTER (cents > 0 AND age > 90), 0) AS b3
    FROM (
        SELECT patient_id, date_diff('day', date, CAST($as_of AS DATE)) AS age, CAST(amount * 100 AS BIGINT) AS cents
        FROM read_csv($ledger, header = true, dateformat = '%m/%d/%Y', types = {
            'entry_id': 'VARCHAR', 'patient_id': 'VARCHAR', 'date': 'DATE', 'amount': 'DECIMAL(12, 2)'})
    ) WHERE age >= 0 GROUP BY patient_id
), sums AS (
    SELECT guarantor_id, sum(coalesce(balance, 0)) AS balance, sum(coalesce(credit, 0)) AS credit,
           sum(estimate) AS estimate, sum(coalesce(b0, 0)) AS b0, sum(coalesce(b1, 0)) AS b1,
           sum(coalesce(b2, 0)) AS b2, sum(coalesce(b3, 0)) AS b3
    FROM patients LEFT JOIN by_patient USING (patient_id) GROUP BY guarantor_id
), paid AS (
    -- Credits pay the oldest bucket first.
    SELECT guarantor_id, balance, estimate,
           greatest(0, b3 - credit) AS b3,
           greatest(0, b2 - greatest(0, credit - b3)) AS b2,
           greatest(0, b1 - greatest(0, credit - b3 - b2)) AS b1,
           greatest(0, b0 - greatest(0, credit - b3 - b2 - b1)) AS b0
    FROM sums
), portions AS (
    -- Estimates come off the newest first.
    SELECT guarantor_id, balance - estimate AS portion,
           greatest(0, b0 - estimate) AS b0,
           greatest(0, b1 - greatest(0, estimate - b0)) AS b1,
           greatest(0, b2 - greatest(0, estimate - b0 - b1)) AS b2,
           greatest(0, b3 - greatest(0, estimate - b0 - b1 - b2)) AS b3
    FROM paid
)
SELECT guarantor_id, CAST(portion AS BIGINT), CAST(b0 AS BIGINT), CAST(b1 AS BIGINT), CAST(b2 AS BIGINT),
       CAST(b3 AS BIGINT)
FROM portions WHERE portion > 2500 AND b1 + b2 + b3 > 0
"""


def main(folder: Path, as_of: str) -> None:
    duckdb.sql("SET enable_progress_bar = false")
    values = {"patients": str(folder / "patients.csv"), "ledger": str(folder / "ledger.csv"), "as_of": as_of}
    rows = duckdb.execute(QUERY, values).fetchall()
    names = ["guarantor_id", "patient_portion_cents", *BUCKETS]
    accounts = [dict(zip(names, row, strict=True)) for row in rows]
    answer = {
        "count": len(accounts),
        "total_cents": sum(each["patient_portion_cents"] for each in accounts),
        **{name: sum(each[name] for each in accounts) for name in BUCKETS},
        "accounts": accounts,
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
