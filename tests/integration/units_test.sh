#!/bin/bash
# The service units are understood by systemd without a word, and expose no more than was agreed.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
command -v systemd-analyze >/dev/null || {
    echo "skipped: needs systemd-analyze"
    exit 77
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The programs need not be installed where the test runs; everything else is verified as it is.
for unit in "$source"/packaging/systemd/*.service; do
    sed 's|^ExecStart=/usr/[^ ]*|ExecStart=/bin/true|' "$unit" >"$folder/$(basename "$unit")"
done

failed=0
# verify warns about an unknown key and still exits with 0.
complaints=$(systemd-analyze verify --man=no "$folder"/*.service 2>&1) || failed=1
if [ -n "$complaints" ] || [ $failed -ne 0 ]; then
    printf 'systemd-analyze verify says:\n%s\n' "$complaints"
    failed=1
fi

exposure_at_most() { # UNIT LIMIT (tenths)
    local report
    if report=$(systemd-analyze security --offline=true --no-pager --threshold="$2" "$folder/$1.service" 2>&1); then
        printf '%s\n' "$report" | tail -n 1
    else
        printf '%s\n%s: exposed more than %s tenths\n' "$report" "$1" "$2"
        failed=1
    fi
}
# One tenth is the TPM, the one device it may open.
exposure_at_most doorward-agent 23
exposure_at_most doorward-link 13
exposure_at_most doorward-portal 17

# systemd's own default, which a machine may have lowered: without it libsodium would leave keys to be swapped, silently.
for unit in doorward-agent doorward-portal; do
    limit=$(sed -n 's/^LimitMEMLOCK=//p' "$folder/$unit.service")
    if [ "$(numfmt --from=iec "${limit:-0}")" -lt $((8 * 1024 * 1024)) ]; then
        echo "$unit: may lock only ${limit:-what the machine allows} of memory"
        failed=1
    fi
done
exit $failed
