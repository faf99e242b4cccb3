#!/bin/bash
# './dev run' as a person meets it: at a terminal, until Ctrl-C. What it prints has to be true, './dev browser' has to open
# the portal without a certificate error, and nothing may be left behind.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
[ "$(id -u)" -eq 0 ] || {
    echo "skipped: the lab needs root for its namespaces"
    exit 77
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0
check() { # WHAT TEST...
    local what=$1
    shift
    if "$@"; then echo "ok: $what"; else
        echo "FAILED: $what"
        failed=1
    fi
}

# What this machine would remember of a lab.
traces() {
    # grep and pgrep fail where they find nothing, which is what is hoped for.
    ip -oneline link | cut -d' ' -f2 | grep '^dw' || true
    grep -E 'doorward|rooms' /proc/self/mounts || true
    find /tmp -maxdepth 1 -name 'doorward-*' ! -path "$folder"
    pgrep -l doorward- || true
    find /etc -newer "$folder/begin" -type f ! -path '/etc/ssl/*' ! -name resolv.conf
    md5sum /etc/passwd /etc/shadow /etc/group /etc/nsswitch.conf /etc/pam.d/common-* /etc/ssh/sshd_config
}
touch "$folder/begin"
traces >"$folder/before"

echo "without root"
cp "$source/dev" "$folder/dev"
chmod 755 "$folder"
started=$(date +%s%N)
status=0
setpriv --reuid 65534 --regid 65534 --clear-groups bash "$folder/dev" run >"$folder/said" 2>&1 || status=$?
check "it says no at once" [ $((($(date +%s%N) - started) / 1000000)) -lt 2000 ]
check "with a status" [ $status -eq 1 ]
check "in one line" [ "$(wc -l <"$folder/said")" -eq 1 ]
check "that says what to type" grep -q "sudo ./dev run" "$folder/said"

echo "with root, at a terminal"
export LAB_SOURCE=$source LAB_FOLDER=$folder
status=0
expect >"$folder/screen" 2>&1 <<'SCRIPT' || status=$?
set timeout 240
spawn node $env(LAB_SOURCE)/packaging/lab/run.ts
expect {
    "Ctrl-C ends it and leaves nothing behind." {}
    timeout { puts "\nNOT UP"; exit 90 }
    eof { puts "\nENDED EARLY"; exit 91 }
}
expect "start w11-m"
catch {exec bash $env(LAB_SOURCE)/packaging/lab/browser.sh https://portal.localhost:8443/ --headless=new --disable-gpu \
    --virtual-time-budget=10000 --dump-dom >$env(LAB_FOLDER)/page 2>$env(LAB_FOLDER)/browser}
exec ip -oneline link >$env(LAB_FOLDER)/links
send "\003"
expect {
    eof {}
    timeout { puts "\nSTILL RUNNING"; exit 92 }
}
exit [lindex [wait] 3]
SCRIPT
check "Ctrl-C is a clean end (status $status)" [ $status -eq 0 ]
says() { grep -qE -- "$1" "$folder/screen"; }
check "it shows both sign-ins" says 'Both sign-ins happened'
check "it shows who they became" says 'uid=5[0-9]{4}\(msp-nik\).*\(sudo\)'
check "it says where the portal, the phone and the mail are" says 'Portal .*https://portal.localhost:8443'
check "it gives the command to sign in" says 'ssh .*msp-nik@10\.89\.[0-9]+\.2'
check "it says that it stops" says 'Stopping the lab'
check "the workstation's network was there meanwhile" grep -q ' dw[0-9]' "$folder/links"
check "the browser shows the portal and no certificate error" grep -q '<title>[^<]*Doorward' "$folder/page"
traces >"$folder/after"
check "nothing is left behind" diff "$folder/before" "$folder/after"
[ $failed -eq 0 ] || tail -n 40 "$folder/screen" "$folder/browser" "$folder/page"
exit $failed
