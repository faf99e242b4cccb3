#!/bin/bash
# Which process asks for which phase, seen with Debian's own sshd, sudo, su and login in a lab workstation. The agent
# relies on each fact that is checked here.
# usage: phases_test.sh OBSERVING_AGENT PAM_MODULE NSS_MODULE
set -euo pipefail
# shellcheck source=tests/desktop-client/workstation_of_build.sh
. "$(dirname "${BASH_SOURCE[0]}")/../workstation_of_build.sh"
start_workstation phases "$@" --with agent
address=$("$workstation" list | awk '{print $2}')

inside 'groupadd -g 52001 msp-nik; useradd -m -u 52001 -g 52001 -G sudo,doorward -s /bin/bash msp-nik
        useradd -m -s /bin/bash nina; echo nina:secret | chpasswd
        install -d -m 700 -o msp-nik -g msp-nik /home/msp-nik/.ssh'

failed=0
check() { # WHAT TEST...
    local what=$1
    shift
    if "$@"; then echo "ok: $what"; else
        echo "FAILED: $what"
        failed=1
    fi
}
observed=''
observe() { # runs "$@" and keeps what the agent saw meanwhile
    inside ': >/var/log/doorward-agent.log'
    output=$("$@" 2>&1) || true
    sleep 0.3
    observed=$(inside 'cat /var/log/doorward-agent.log')
    printf '%s\n' "$observed" | sed 's/^/    /'
}
lines() { grep -c -- "$1" <<<"$observed" || true; }
field() { grep -m1 -- "$1" <<<"$observed" | grep -o " $2=[^ ]*" | cut -d= -f2; }
is() { [ "$1" = "$2" ]; }
says() { grep -q -- "$1" <<<"$output"; }
nothing_seen() { [ -z "$observed" ]; }
options=(-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o NumberOfPasswordPrompts=1)
client() { # METHOD SECRET USER COMMAND
    timeout 20 sshpass -P 'offline code' -p "$2" ssh "${options[@]}" -o PreferredAuthentications="$1" "$3@$address" "$4"
}
password_client() { timeout 20 sshpass -p "$1" ssh "${options[@]}" -o PreferredAuthentications=password "$2@$address" "$3"; }

echo "sshd, keyboard-interactive, then sudo"
observe client keyboard-interactive 12345678 msp-nik 'id -un; sudo -n id -un'
check "the code lets the technician in, and sudo asks nothing" is "$output" $'msp-nik\nroot'
check "the prompt may be answered" is "$(field 'sshd authenticate' conversation)" interactive
check "the agent learns from where" is "$(field 'sshd authenticate' rhost)" "10.89.${address:6:1}.1"
check "authenticate and account come from one process" \
    is "$(field 'sshd authenticate' pid)" "$(field 'sshd account' pid)"
check "whose parent opens and closes the session" \
    is "$(field 'sshd authenticate' ppid)" "$(field 'sshd open_session' pid)"
check "the same process" is "$(field 'sshd open_session' pid)" "$(field 'sshd close_session' pid)"
check "sudo tells both of its phases from one process" is "$(field 'sudo authenticate' pid)" "$(field 'sudo account' pid)"
check "and opens its session for root, which is not ours" is "$(lines 'sudo open_session')" 0
check "as root" is "$(field 'sudo authenticate' uid)" 0

echo "sshd, a wrong code"
observe client keyboard-interactive 00000000 msp-nik 'echo in'
check "refuses" is "$(lines account)" 0
check "does not ask a second time" is "$(lines authenticate)" 1

echo "sshd, password"
observe password_client 12345678 msp-nik 'echo in'
check "is recognised as the plain method" is "$(field 'sshd authenticate' conversation)" password
check "a code works there" is "$output" in
observe password_client wrong msp-nik 'echo in'
check "and nothing else" is "$(lines account)" 0

echo "sshd, public key"
ssh-keygen -q -t ed25519 -N '' -f "$scratch/key"
inside "echo '$(cat "$scratch/key.pub")' >/home/msp-nik/.ssh/authorized_keys; chown msp-nik /home/msp-nik/.ssh/authorized_keys"
observe timeout 20 ssh "${options[@]}" -i "$scratch/key" "msp-nik@$address" 'echo in'
check "does not authenticate through PAM" is "$(lines authenticate)" 0
check "asks for the account" is "$(lines account)" 1

echo "sshd, a user who is not managed"
observe timeout 20 sshpass -p secret ssh "${options[@]}" "nina@$address" 'id -un'
check "was not given a uid of ours" [ "$(inside 'id -u nina')" -lt 52000 ]
check "gets in as ever" is "$output" nina
check "and the agent is not asked" nothing_seen

echo "su"
observe inside "timeout 20 runuser -u nina -- expect -c 'spawn su - msp-nik -c {id -un}; expect code:; send 12345678\r; expect eof'"
check "the code works" says msp-nik
check "all phases come from one process" is "$(grep -o ' pid=[0-9]*' <<<"$observed" | sort -u | wc -l)" 1
check "who is asked for is in ruser" is "$(field 'su.* authenticate' ruser)" nina
observe inside 'su msp-nik -c "id -un"'
check "root is not asked, but the account is checked" is "$(lines authenticate) $(lines account)" "0 1"

echo "login"
observe inside "timeout 20 expect -c 'spawn login; expect login:; send msp-nik\r; expect code:; send 12345678\r; expect \"\\\$ \"; send \"id -un\r\"; expect msp-nik; send exit\r; expect eof'"
check "the code works" says msp-nik
check "all phases come from one process" is "$(grep -o ' pid=[0-9]*' <<<"$observed" | sort -u | wc -l)" 1

echo "without an agent"
inside 'kill $(cat /run/agent.pid)'
check "the technician is refused" is "$(client keyboard-interactive 12345678 msp-nik 'echo in' 2>/dev/null || true)" ""
check "other people are not" is "$(timeout 20 sshpass -p secret ssh "${options[@]}" "nina@$address" 'id -un')" nina
exit $failed
