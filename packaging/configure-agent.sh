#!/bin/bash
# What the package's maintainer scripts do, and the lab as well: wires the installed files into the system, or takes
# them out again. Safe to run twice.
# usage: configure-agent install | remove
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

unconfigure() {
    if booted_with_systemd; then
        systemctl disable --now doorward-link.service doorward-agent.service
    fi
    pam-auth-update --package --remove doorward
    rewrite /etc/nsswitch.conf '/^\(passwd\|group\):/s/ doorward\b//'
    rewrite /etc/login.defs '/^[UG]ID_MAX[[:space:]]/s/\b51999$/60000/'
}

case "${1-}" in
install) configure ;;
remove) unconfigure ;;
*)
    echo "usage: configure-agent install | remove" >&2
    exit 2
    ;;
esac
