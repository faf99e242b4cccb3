#!/bin/bash
# What the package's maintainer scripts do, and the lab as well: wires the installed files into the system, or takes
# them out again. Safe to run twice.
# usage: configure-agent install | remove [--force]
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin

booted_with_systemd() { [ -d /run/systemd/system ]; }

# A replacement beside the file and a rename, so that nobody ever reads half of it.
rewrite() { # FILE SED_SCRIPT
    sed "$2" "$1" >"$1.doorward-new"
    chmod --reference="$1" "$1.doorward-new"
    if cmp -s "$1" "$1.doorward-new"; then rm "$1.doorward-new"; else mv "$1.doorward-new" "$1"; fi
}

reload_sshd() {
    if ! sshd -t; then
        echo "doorward-agent: sshd's configuration has errors, so it was not reloaded" >&2
    elif booted_with_systemd; then
        systemctl try-reload-or-restart ssh.service
    elif [ -s /run/sshd.pid ]; then
        kill -HUP "$(cat /run/sshd.pid)"
    fi
}

configure() {
    getent group doorward >/dev/null || groupadd --system doorward
    # A static user, never systemd's dynamic range: the agent knows its carrier by this uid.
    getent passwd doorward-link >/dev/null ||
        useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin doorward-link
    rewrite /etc/nsswitch.conf '/^\(passwd\|group\):/{/doorward/!s/\bfiles\b/files doorward/}'
    # useradd gives a new user the highest uid plus one: without this limit the next local user would get one of ours,
    # and be taken for a technician.
    rewrite /etc/login.defs '/^[UG]ID_MAX[[:space:]]/s/\b60000$/51999/'
    visudo -c -q -f /etc/sudoers.d/doorward
    pam-auth-update --package
    [ ! -x /usr/sbin/sshd ] || reload_sshd
    if booted_with_systemd; then
        systemctl daemon-reload
        systemctl enable --now doorward-agent.service doorward-link.service
    fi
}

# The names of those whose processes run here with a uid of ours.
signed_in() {
    local status
    for status in /proc/[0-9]*/status; do
        # A process may end while it is looked at; then it is not signed in.
        awk '/^State:/ { if ($2 == "Z") exit } /^Uid:/ { if ($2 >= 52000 && $2 <= 59999) print $2; exit }' "$status" \
            2>/dev/null || true
    done | sort -u | while read -r uid; do getent passwd "$uid" | cut -d: -f1; done
}

close_accounts() { # FORCE
    local names
    names=$(signed_in)
    if [ -n "$names" ] && [ "$1" != --force ]; then
        echo "doorward-agent: signed in here: ${names//$'\n'/, }. Let them sign out, or end their sessions with" \
            "'/usr/lib/doorward/configure-agent remove --force'." >&2
        exit 1
    fi
    if booted_with_systemd; then
        systemctl disable --now doorward-link.service doorward-agent.service
    fi
    if ! /usr/sbin/doorward-agent --close-accounts; then
        echo "doorward-agent: not every account could be locked; nothing was removed. Lock them by hand with" \
            "'usermod -L -e 1970-01-02 NAME' and 'gpasswd -d NAME sudo', then try again." >&2
        exit 1
    fi
}

unconfigure() {
    close_accounts "${1-}"
    pam-auth-update --package --remove doorward
    rewrite /etc/nsswitch.conf '/^\(passwd\|group\):/s/ doorward\b//'
    rewrite /etc/login.defs '/^[UG]ID_MAX[[:space:]]/s/\b51999$/60000/'
}

case "${1-}" in
install) configure ;;
remove) unconfigure "${2-}" ;;
*)
    echo "usage: configure-agent install | remove [--force]" >&2
    exit 2
    ;;
esac
