#!/bin/sh
# The tool without an agent: what it says and with which status it ends.
set -u
tool=$1
failed=0
expect() {
    wanted=$1
    shift
    output=$("$@" 2>&1 </dev/null)
    status=$?
    if [ "$status" -ne "$wanted" ]; then
        echo "expected $wanted, got $status: $*: $output"
        failed=1
    fi
}
expect 0 "$tool" --help
expect 0 "$tool" enrol --help
expect 0 "$tool" --version
expect 2 "$tool"
expect 2 "$tool" nonsense
expect 2 "$tool" enrol
expect 2 "$tool" enrol --token-file /nonexistent --socket /nonexistent
expect 2 "$tool" enrol --token-file - --socket /nonexistent
expect 2 "$tool" enrol --token-file - --kind castle
expect 4 "$tool" status --socket /nonexistent
expect 4 "$tool" --json sessions --socket /nonexistent
"$tool" --help | grep -q 'doorward enrol --token-file' || { echo "--help shows no example"; failed=1; }
exit $failed
