#!/bin/bash
# Taking Doorward out of a lab workstation leaves no account open: the real agent binary and the script that the package
# runs, on accounts as an agent that died would have left them.
# usage: remove_test.sh AGENT PAM_MODULE NSS_MODULE
set -euo pipefail
# shellcheck source=tests/desktop-client/workstation_of_build.sh
. "$(dirname "${BASH_SOURCE[0]}")/../workstation_of_build.sh"
start_workstation remove "$@"

failed=0
check() { # WHAT COMMAND_INSIDE
    if inside "$2" >/dev/null 2>&1; then echo "ok: $1"; else
        echo "FAILED: $1"
        failed=1
    fi
}
remove=/usr/lib/doorward/configure-agent' remove'

inside 'mkdir -p -m 755 /var/lib/doorward; mkdir -p -m 700 /var/lib/doorward/agent
        uid=52001
        for name in msp-nik msp-eva; do
            groupadd -g $uid $name
            useradd -m -u $uid -g $uid -G sudo,doorward -s /bin/bash $name
            echo "$name:left-open" | chpasswd
            echo "$name $uid 0190a1b2-0000-7000-8000-00000000000$((uid - 52000))" >>/var/lib/doorward/agent/accounts
            uid=$((uid + 1))
        done
        useradd -m -G sudo nina; echo nina:secret | chpasswd
        setsid setpriv --reuid 52001 --regid 52001 --clear-groups sleep 1000 >/dev/null 2>&1 & sleep 0.2'

check "removal is refused while a technician is signed in, and says who" \
    "! $remove 2>/run/said && grep -q 'signed in here: msp-nik' /run/said"
check "and then nothing was removed" 'grep -q pam_doorward /etc/pam.d/common-auth && id -nG msp-nik | grep -qw sudo'

inside 'mv /usr/sbin/doorward-agent /run/away; printf "#!/bin/sh\nexit 1\n" >/usr/sbin/doorward-agent
        chmod 755 /usr/sbin/doorward-agent'
check "where the accounts cannot be locked, nothing is removed" \
    "! $remove --force && grep -q pam_doorward /etc/pam.d/common-auth"
inside 'mv /run/away /usr/sbin/doorward-agent'

check "with --force it goes through" "$remove --force"
for account in msp-nik msp-eva; do
    check "$account is locked" "passwd -S $account | grep -q ' L '"
    check "$account is expired" "chage -l $account | grep -q '1970'"
    check "$account is no administrator" "! id -nG $account | grep -qw sudo"
    check "$account keeps its home" "[ -d /home/$account ]"
done
check "no process of theirs is left" '! ps -u 52001'
check "nobody else was touched" "passwd -S nina | grep -q ' P ' && id -nG nina | grep -qw sudo"
check "the module is out of every stack" '! grep -rq pam_doorward /etc/pam.d'
check "names are not asked for any more" '! grep -q doorward /etc/nsswitch.conf'
check "a second time does no harm" "$remove"
exit $failed
