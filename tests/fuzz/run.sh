#!/bin/bash
# Runs each fuzz target of the fuzz preset for SECONDS and keeps the inputs that reached something new.
# usage: run.sh SECONDS
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || {
    echo "fuzz: '$seconds' is not a number of seconds." >&2
    exit 2
}
for target in build/fuzz/tests/fuzz/*_fuzz; do
    name=$(basename "$target")
    mkdir -p "tests/fuzz/corpus/$name"
    echo "$name: $seconds s"
    "$target" -max_total_time="$seconds" -print_final_stats=1 "tests/fuzz/corpus/$name"
done
