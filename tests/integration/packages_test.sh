#!/bin/bash
# The Debian packages install, upgrade and leave on this system's own files, seen through an overlay that is thrown
# away; manual pages and completion name everything that the programs say they can.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
[ "$(id -u)" -eq 0 ] || {
    echo "skipped: installing packages needs root"
    exit 77
}
[ "${DOORWARD_PACKAGES_INSIDE:-}" ] || {
    DOORWARD_PACKAGES_INSIDE=1 exec unshare --mount --pid --fork --kill-child --uts --net -- bash "${BASH_SOURCE[0]}"
}
mount --make-rprivate /
work=$(mktemp -d)
trap 'umount -R "$work" 2>/dev/null; rm -rf "$work"' EXIT
mount -t tmpfs tmpfs "$work"
mkdir "$work"/{upper,inner,root,packages}
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/inner" "$work/root" 2>/dev/null || {
    echo "skipped: no overlay file system here"
    exit 77
}
bash "$source/packaging/build_packages.sh" "$source/build/release" "$source/build/web" "$work/packages" >/dev/null
cp "$work"/packages/*.deb "$work/root/root/"
mount -t proc proc "$work/root/proc"
mount --rbind /dev "$work/root/dev"
mount -t tmpfs tmpfs "$work/root/tmp"
mount -t tmpfs tmpfs "$work/root/run"
mkdir "$work/root/run/sshd"

inside() { chroot "$work/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
fail() {
    echo "FAILED: $*"
    exit 1
}
# What the workstation's own users depend on.
state() { (cd "$work/root" && sha256sum etc/pam.d/common-* etc/nsswitch.conf etc/login.defs && ls etc/sudoers.d etc/ssh/sshd_config.d); }

state >"$work/before"
inside sh -c 'dpkg -i /root/doorward-agent_*.deb' || fail "doorward-agent does not install"
grep -q pam_doorward "$work/root/etc/pam.d/common-auth" || fail "no PAM profile after the installation"
grep -Eq '^passwd:.*\bdoorward\b' "$work/root/etc/nsswitch.conf" || fail "no name service after the installation"
inside getent passwd root >/dev/null || fail "root's entry cannot be read any more"
inside visudo -c -q || fail "sudo's configuration has errors"
[ "$(inside stat -c '%U %a' /etc/doorward/agent.toml)" = "root 644" ] || fail "agent.toml has another owner or mode"
state >"$work/installed"

# Again, with a setting changed by hand: it stays, and nothing else differs.
echo '# by hand' >>"$work/root/etc/doorward/agent.toml"
inside sh -c 'dpkg -i /root/doorward-agent_*.deb' || fail "doorward-agent cannot be installed twice"
grep -q '^# by hand' "$work/root/etc/doorward/agent.toml" || fail "an upgrade lost a setting made by hand"
state | diff "$work/installed" - || fail "the second installation changed something"

# The portal beside it, made by root and owned by the service.
inside sh -c 'dpkg -i /root/doorward-portal_*.deb' || fail "doorward-portal does not install"
inside doorward-portal init --portal-origin https://portal.example.com --app-origin https://app.example.com >"$work/link" ||
    fail "init: $(cat "$work/link")"
grep -Eq '^ *https://portal.example.com/set-up#[A-Za-z0-9_-]{43}$' "$work/link" || fail "init printed no set-up link"
[ "$(inside stat -c '%U:%G %a' /etc/doorward/portal.toml)" = "root:doorward-portal 640" ] || fail "portal.toml has another owner or mode"
others=$(inside find /var/lib/doorward/portal /etc/doorward/portal-keys ! -user doorward-portal)
[ -z "$others" ] || fail "not the service's own: $others"
inside doorward-portal check >"$work/check" || fail "check: $(cat "$work/check")"
inside doorward-portal owner recover >/dev/null || fail "owner recover"
inside sh -c 'dpkg -i /root/doorward-verify_*.deb' || fail "doorward-verify does not install"
inside sh -c 'doorward-portal export-log >/tmp/log.jsonl' || fail "export-log"
inside doorward-verify /tmp/log.jsonl >"$work/verify" || fail "verify: $(cat "$work/verify")"
inside doorward-portal init --portal-origin https://portal.example.com --app-origin https://app.example.com 2>/dev/null &&
    fail "a second init was accepted"
others=$(inside find /var/lib/doorward/portal ! -user doorward-portal)
[ -z "$others" ] || fail "a command of root left files that the service cannot write: $others"

# Every verb and long option of the programs is in the manual and in the completion.
named() { # PROGRAM PAGE VERB...
    local program=$1 page=$2 text word
    shift 2
    # The sources, because an image may leave manual pages out; wide, so that no word is broken.
    text=$(MANWIDTH=500 man -l "$source/packaging/man/$page" | col -b)
    for word in $( (inside "$program" --help && for verb in "$@"; do inside "$program" $verb --help; done) |
        grep -Eo -e '--[a-z][a-z-]+' | sort -u) $*; do
        [ "$word" = --version ] || [ "$word" = --help ] && continue
        grep -Fq -e "${word#--}" <<<"$text" || fail "the manual page $page does not name $word"
        grep -Fq -e "$word" "$source/packaging/completion/doorward.bash" || fail "completion of $program does not know $word"
    done
}
named doorward doorward.1 status enrol sync sessions diag code-schemes accounts log-head purge "keys show" "keys move"
named doorward-portal doorward-portal.8 init serve status check export-log backup restore "team create" "owner recover"
named doorward-verify doorward-verify.1
complaints=$(for page in "$source"/packaging/man/*; do groff -mandoc -ww -Tutf8 "$page" 2>&1 >/dev/null; done)
[ -z "$complaints" ] || fail "manual pages: $complaints"

# A technician who is signed in keeps the package in its place; forced, it goes, and purging it leaves a whole system.
inside sh -c 'mkdir -p -m 755 /var/lib/doorward; mkdir -p -m 700 /var/lib/doorward/agent
    groupadd -g 52001 msp-nik; useradd -M -u 52001 -g 52001 -G sudo,doorward -s /bin/bash msp-nik
    echo "msp-nik 52001 0190a1b2-0000-7000-8000-000000000001" >/var/lib/doorward/agent/accounts
    setsid setpriv --reuid 52001 --regid 52001 --clear-groups sleep 1000 >/dev/null 2>&1 &'
sleep 0.5
inside dpkg --remove doorward-agent >"$work/refusal" 2>&1 && fail "row 86: the package went while somebody was signed in"
grep -q 'Signed in here: msp-nik' "$work/refusal" || fail "the refusal names nobody: $(cat "$work/refusal")"
inside dpkg-query -W -f '${Status}' doorward-agent | grep -q 'ok installed' || fail "the refused removal left the package half there"
grep -q pam_doorward "$work/root/etc/pam.d/common-auth" || fail "the refused removal took PAM's lines"
inside doorward purge >"$work/plan" 2>/dev/null && fail "the plan calls nobody signed in"
grep -q 'account msp-nik' "$work/plan" || fail "the plan does not name the account: $(cat "$work/plan")"
inside doorward purge --yes --force || fail "purge --force"
inside grep -qw msp-nik /etc/passwd /etc/shadow /etc/group && fail "row 86: the account is still there"
state | diff "$work/before" - || fail "row 86: a purge left traces, with the package still there"
# Back again, and removed, not purged: the same.
inside sh -c 'dpkg -i /root/doorward-agent_*.deb' || fail "doorward-agent cannot be installed after a purge"
state | diff "$work/installed" - || fail "what was purged did not come back whole"
inside dpkg --remove doorward-agent || fail "doorward-agent cannot be removed"
state | diff "$work/before" - || fail "row 86: removing the package left traces"
[ -e "$work/root/etc/doorward/agent.toml" ] || fail "removing the package took a setting made by hand"

# Gone again: what the workstation's own users depend on is as it was.
inside dpkg --purge doorward-agent doorward-portal doorward-verify || fail "the packages cannot be removed"
state | diff "$work/before" - || fail "removing the packages left traces"
[ ! -e "$work/root/var/lib/doorward/agent" ] || fail "purging the package left its state"
[ ! -e "$work/root/usr/bin/doorward" ] || fail "removing the package left its programs"
echo "packages: install, upgrade, use, purge"
