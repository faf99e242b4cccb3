#!/bin/bash
# Runs the fuzz preset's targets, each for SECONDS, from the corpus in tests/fuzz/corpus and from what earlier runs found,
# which stays in build/fuzz/corpus. What crashes is kept in build/fuzz/found.
# usage: run.sh SECONDS [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || {
    echo "fuzz: '$seconds' is not a number of seconds." >&2
    exit 2
}
[ $# -eq 0 ] || shift
programs=build/fuzz/tests/fuzz
[ $# -gt 0 ] || mapfile -t targets < <(cd $programs && ls -d ./*_fuzz | sed 's|^./||')
[ $# -eq 0 ] || targets=("$@")
for name in "${targets[@]}"; do
    [ -x "$programs/$name" ] || {
        echo "fuzz: there is no target '$name'; there are: $(cd $programs && echo ./*_fuzz | sed 's|\./||g')." >&2
        exit 2
    }
done

mkdir -p build/fuzz/found build/logs
failed=0
for name in "${targets[@]}"; do
    corpus=build/fuzz/corpus/$name log=build/logs/fuzz-$name.log
    mkdir -p "$corpus"
    printf '    %-30s' "$name"
    if "$programs/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/found/$name-" "$corpus" "tests/fuzz/corpus/$name" >"$log" 2>&1; then
        awk '/number_of_executed_units/ { runs = $2 } /new_units_added/ { new = $2 } END { printf "%9d runs, %5d new inputs\n", runs, new }' "$log"
    else
        failed=1
        echo "FAILED, see $log"
        grep -m 1 -A 12 -E '^==[0-9]+==ERROR|runtime error|deadly signal' "$log" || tail -n 12 "$log"
        sed -n 's|.*Test unit written to \(.*\)|        fix it, then keep the input: mv \1 tests/fuzz/corpus/'"$name"'/|p' "$log"
    fi
done
exit $failed
