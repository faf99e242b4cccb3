#!/bin/bash
# What the package's maintainer scripts, `doorward purge` and the lab do: wires the installed files into the system, or
# takes Doorward out again. Safe to run twice, and after it was killed.
# usage: configure-agent install | plan | remove [--force] [--archive-homes] | unwire
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin

state=/var/lib/doorward

booted_with_systemd() { [ -d /run/systemd/system ]; }

# A replacement beside the file and a rename, so that nobody ever reads half of it.
rewrite() { # FILE SED_SCRIPT
    sed "$2" "$1" >"$1.doorward-new"
    chmod --reference="$1" "$1.doorward-new"
    if cmp -s "$1" "$1.doorward-new"; then rm "$1.doorward-new"; else mv "$1.doorward-new" "$1"; fi
}

reload_sshd() {
    [ -x /usr/sbin/sshd ] || return 0
    if ! sshd -t; then
        echo "doorward-agent: sshd's configuration has errors, so it was not reloaded" >&2
    elif booted_with_systemd; then
        systemctl try-reload-or-restart ssh.service
    elif [ -s /run/sshd.pid ]; then
        kill -HUP "$(cat /run/sshd.pid)" 2>/dev/null || true
    fi
}

configure() {
    getent group doorward >/dev/null || groupadd --system doorward
    # A static user, never systemd's dynamic range: the agent knows its carrier by this uid.
    getent passwd doorward-link >/dev/null ||
        useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin doorward-link
    # Not files of the package itself: they go when Doorward is taken out, whether the package stays or not.
    install -m 0440 /usr/share/doorward/agent/sudoers /etc/sudoers.d/doorward
    install -D -m 0644 /usr/share/doorward/agent/sshd.conf /etc/ssh/sshd_config.d/50-doorward.conf
    visudo -c -q -f /etc/sudoers.d/doorward
    rewrite /etc/nsswitch.conf '/^\(passwd\|group\):/{/doorward/!s/\bfiles\b/files doorward/}'
    # useradd gives a new user the highest uid plus one: without this limit the next local user would get one of ours,
    # and be taken for a technician.
    rewrite /etc/login.defs '/^[UG]ID_MAX[[:space:]]/s/\b60000$/51999/'
    pam-auth-update --package
    reload_sshd
    if booted_with_systemd; then
        systemctl daemon-reload
        systemctl enable --now doorward-agent.service doorward-link.service
    fi
}

# Everything but the program, its keys and its state. The agent calls it, between the accounts and the statement.
unwire() {
    pam-auth-update --package --remove doorward
    rewrite /etc/nsswitch.conf '/^\(passwd\|group\):/s/ doorward\b//'
    rewrite /etc/login.defs '/^[UG]ID_MAX[[:space:]]/s/\b51999$/60000/'
    rm -f /etc/sudoers.d/doorward /etc/ssh/sshd_config.d/50-doorward.conf
    reload_sshd
}

stop() { # PROGRAM
    if booted_with_systemd; then
        systemctl stop "$1.service"
    else
        pkill --ns $$ --nslist pid -x "$1" || true
        for _ in $(seq 100); do
            pgrep --ns $$ --nslist pid -x "$1" >/dev/null || break
            sleep 0.05
        done
    fi
}

remove_agent() {
    local status=0
    # Before the agent is stopped for nothing; it looks again, into its own store, when nobody can come in any more.
    [[ " $* " == *" --force "* ]] || /usr/sbin/doorward-agent --plan-removal >/dev/null || exit $?
    # Nobody begins a session meanwhile: without the agent the module refuses. The link stays, to carry the statement.
    stop doorward-agent
    /usr/sbin/doorward-agent --remove "$@" || status=$?
    if [ $status -ne 0 ]; then
        if booted_with_systemd; then systemctl start doorward-agent.service; fi
        exit $status
    fi
    # In one step: whoever comes after a crash finds the whole state, or none.
    mv -T $state/agent $state/removed.$$
}

remove() {
    [ ! -d $state/agent ] || remove_agent "$@"
    unwire
    stop doorward-link
    if booted_with_systemd; then
        systemctl disable doorward-link.service doorward-agent.service
    fi
    # Where somebody had taken the record of accounts away, nobody can tell whose these are.
    left=$(getent passwd | awk -F: '$3 >= 52000 && $3 <= 59999 { print $1 }')
    [ -z "$left" ] || echo "doorward-agent: left, because there is no record of them here: ${left//$'\n'/, }." >&2
    rm -rf $state/removed.* $state/names /etc/doorward/keys /run/doorward
    if getent passwd doorward-link >/dev/null; then userdel doorward-link; fi
    if getent group doorward-link >/dev/null; then groupdel doorward-link; fi
    if getent group doorward >/dev/null; then groupdel doorward; fi
}

verb=${1-}
[ $# -eq 0 ] || shift
case "$verb" in
install) configure ;;
plan)
    status=0
    /usr/sbin/doorward-agent --plan-removal || status=$?
    [ $status -ne 0 ] || echo "Nothing was changed. To do it: doorward purge --yes"
    exit $status
    ;;
remove) remove "$@" ;;
unwire) unwire ;;
*)
    echo "usage: configure-agent install | plan | remove [--force] [--archive-homes] | unwire" >&2
    exit 2
    ;;
esac
