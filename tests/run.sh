#!/bin/bash
# Runs every test suite and prints one line each; called by ./dev test, which has built everything. With --tsan only what
# has threads, from build/tsan.
# A suite that ends with status 77 was skipped; its last line says why.
set -uo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/logs
outcomes=build/logs/outcomes
: >"$outcomes"
longest=1200  # seconds of one suite; one that hangs fails with status 124
only_threads=${1:+yes}
# The lab runs a build with sanitizers, so that they watch the real path, too.
build=build/dev units='.*' integration=(tests/integration/*.test.ts tests/integration/*_test.sh)
if [ "$only_threads" ]; then
    build=build/tsan units='(agent|link|platform_[a-z]+|portal|relay)_tests'
    integration=(tests/integration/{sign_in,agent_faults,portal_faults}.test.ts)
fi
export DOORWARD_BUILD="$PWD/$build"

# suite NAME COMMAND...: one suite, one line; that it began, and how it ended, are words in $outcomes.
suite() {
    local name=$1 log started status seconds
    shift
    echo began >>"$outcomes"
    log="build/logs/test-${name//[^A-Za-z0-9]/-}.log"
    started=$(date +%s.%N)
    timeout --kill-after=30 "$longest" "$@" >"$log" 2>&1 </dev/null
    status=$?
    seconds=$(awk -v a="$started" -v b="$(date +%s.%N)" 'BEGIN { printf "%7.1f s", b - a }')
    case $status in
    0) outcome passed "$name" "$seconds" ;;
    77) outcome skipped "$name" "$seconds   $(tail -n 1 "$log")" ;;
    *) outcome failed "$name" "$seconds   FAILED (status $status), the end of $log:
$(tail -n "${DOORWARD_TEST_LINES:-80}" "$log")" ;;
    esac
}

# In one write, so that two suites at once do not share a line.
outcome() {
    echo "$1" >>"$outcomes"
    printf '    %-52s%s\n' "$2" "$3"
}

# grep fails where it counts none.
count() {
    grep -cx "$1" "$outcomes" || true
}

# Says so, and succeeds, where the lab cannot run.
needs_root() {
    [ "$(id -u)" -ne 0 ] || return 1
    suite "$1" sh -c 'echo "skipped: the lab needs root for its namespaces"; exit 77'
}

echo "Tests:"
# Two at once, beginning with the longest: most of its time it waits.
two_at_once() {
    while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
    suite "$@" &
}
names=$(ctest --test-dir "$build" -N | sed -nE "s/^ *Test +#[0-9]+: ($units)\$/\1/p")
for name in $(grep -x agent_tests <<<"$names") $(grep -vx agent_tests <<<"$names"); do
    two_at_once "unit: $name" ctest --test-dir "$build" --output-on-failure --no-tests=error -R "^$name\$"
done

packages=(protocol/typescript mobile-bridge/app msp-portal/web packaging/lab/phone)
[ -z "$only_threads" ] || packages=()
for package in "${packages[@]}"; do
    grep -q '"test"' "$package/package.json" && two_at_once "typescript: $package" npm run --workspace "$package" test
done
wait
for package in "${packages[@]}"; do
    grep -q '"e2e"' "$package/package.json" && suite "browser: $package" npm run --workspace "$package" e2e
done

for test in "${integration[@]}"; do
    case "$test" in
    *.ts) needs_root "integration: $(basename "$test" .test.ts)" || suite "integration: $(basename "$test" .test.ts)" node --test --test-reporter spec "$test" ;;
    *.sh) suite "integration: $(basename "$test" _test.sh)" bash "$test" ;;
    esac
done

[ "$only_threads" ] || needs_root "journey 1: run --check" || suite "journey 1: run --check" node packaging/lab/run.ts --check

echo
echo "$(count passed) passed, $(count failed) failed, $(count skipped) skipped"
# One that began and left no word was killed together with its shell.
lost=$(($(count began) - $(count passed) - $(count failed) - $(count skipped)))
[ "$lost" -eq 0 ] || echo "$lost never ended"
[ "$(count failed)" -eq 0 ] && [ "$lost" -eq 0 ]
