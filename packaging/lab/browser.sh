#!/bin/bash
# Chromium with a profile of its own that trusts the running lab's authority and nothing of it outside that profile.
# usage: browser.sh [URL [CHROMIUM_OPTION...]]
set -euo pipefail
lab=$(find /tmp -maxdepth 1 -type d -name 'doorward-lab-*' -printf '%T@ %p\n' 2>/dev/null | sort -rn | head -n 1 | cut -d' ' -f2-)
authority="$lab/portal/keys/authority.pem"
if [ -z "$lab" ] || [ ! -r "$authority" ]; then
    echo "browser: no lab runs (or it is another user's): start one with 'sudo ./dev run' and try again." >&2
    exit 1
fi
home="$lab/browser"
mkdir -p "$home/.pki/nssdb"
[ -f "$home/.pki/nssdb/cert9.db" ] || {
    certutil -d "sql:$home/.pki/nssdb" -N --empty-password
    certutil -d "sql:$home/.pki/nssdb" -A -t 'C,,' -n 'Doorward lab' -i "$authority"
}
sandbox=()
[ "$(id -u)" -ne 0 ] || sandbox=(--no-sandbox)
HOME="$home" exec chromium "${sandbox[@]}" --user-data-dir="$home/profile" --no-first-run --disable-sync \
    --disable-background-networking --disable-component-update "${@:2}" "${1:-https://portal.localhost:8443}"
