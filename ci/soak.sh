#!/usr/bin/env bash
# Runs the property tests with fresh seeds for a number of minutes (10 unless told otherwise). A failure prints its
# seed, and proptest writes the failing case into proptest-regressions/, to be committed with the fix.
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=${1:-10}
until=$((SECONDS + minutes * 60))
export PROPTEST_CASES="${PROPTEST_CASES:-256}"
round=0
while ((SECONDS < until)); do
    round=$((round + 1))
    PROPTEST_RNG_SEED=$(od -An -N8 -tu8 /dev/urandom | tr -d ' ')
    export PROPTEST_RNG_SEED
    echo "==> round $round: PROPTEST_RNG_SEED=$PROPTEST_RNG_SEED PROPTEST_CASES=$PROPTEST_CASES"
    cargo test --quiet --workspace || {
        echo "repeat with: PROPTEST_RNG_SEED=$PROPTEST_RNG_SEED PROPTEST_CASES=$PROPTEST_CASES cargo test --workspace" >&2
        exit 1
    }
done
echo "$round rounds without a failure"
