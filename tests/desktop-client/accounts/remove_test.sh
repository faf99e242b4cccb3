#!/bin/bash
# Taking Doorward out of a lab workstation leaves none of its accounts, rights and lines, and a system that people sign in
# to: the real agent binary and the script that the package and `doorward purge` run, on accounts as an agent that died
# would have left them.
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
        echo mine >/home/msp-nik/notes; chown msp-nik: /home/msp-nik/notes
        useradd -m -G sudo nina; echo nina:secret | chpasswd
        useradd -m -u 52077 stranger; echo stranger:secret | chpasswd
        setsid setpriv --reuid 52001 --regid 52001 --clear-groups sleep 1000 >/dev/null 2>&1 & sleep 0.2'

check "the plan names what would go, who is in its way, and changes nothing" \
    "! /usr/lib/doorward/configure-agent plan >/run/plan 2>&1 && grep -q 'account msp-eva' /run/plan &&
     grep -q 'PAM /etc/pam.d/common-auth' /run/plan && grep -q 'Signed in here: msp-nik' /run/plan &&
     ! grep -q 'nina\|stranger' /run/plan && id msp-nik && grep -q pam_doorward /etc/pam.d/common-auth"
check "row 86: removal is refused while a technician is signed in, and says who" \
    "! $remove 2>/run/said && grep -q 'Signed in here: msp-nik' /run/said"
check "and then nothing was removed" 'grep -q pam_doorward /etc/pam.d/common-auth && id -nG msp-nik | grep -qw sudo'

inside 'mv /usr/sbin/doorward-agent /run/away; printf "#!/bin/sh\nexit 1\n" >/usr/sbin/doorward-agent
        chmod 755 /usr/sbin/doorward-agent'
check "where the accounts cannot be removed, nothing else is" \
    "! $remove --force && grep -q pam_doorward /etc/pam.d/common-auth && [ -e /var/lib/doorward/agent/accounts ]"
inside 'mv /run/away /usr/sbin/doorward-agent'

# Killed in the middle: the first account is gone, and nobody was told of the rest.
inside 'printf "#!/bin/sh\nkill -KILL \$(pgrep -x doorward-agent)\n" >/run/killer; chmod 755 /run/killer
        cp /usr/sbin/pam-auth-update /run/pam-auth-update; cp /run/killer /usr/sbin/pam-auth-update'
check "a removal that is killed between accounts and PAM fails" "! $remove --force"
check "and says so by leaving its state" '[ -e /var/lib/doorward/agent/accounts ] && ! id msp-nik'
inside 'cp /run/pam-auth-update /usr/sbin/pam-auth-update'

check "the next one goes through" "$remove >/run/report"
check "and reports both accounts" 'grep -q "removed: account msp-nik" /run/report && grep -q "removed: account msp-eva" /run/report'
for account in msp-nik msp-eva; do
    check "$account is gone, with its group and rights" "! grep -qw $account /etc/passwd /etc/shadow /etc/group /etc/gshadow"
    check "the home of $account is kept for root" "[ -d /home/.doorward-kept/$account ] && [ ! -e /home/$account ]"
done
check "what was in a home is there" '[ "$(cat /home/.doorward-kept/msp-nik/notes)" = mine ]'
check "nobody else enters that place" '! setpriv --reuid nina --clear-groups ls /home/.doorward-kept'
check "no process of theirs is left" '! ps -u 52001'
check "nobody else was touched" "passwd -S nina | grep -q ' P ' && id -nG nina | grep -qw sudo && passwd -S stranger | grep -q ' P '"
check "the module is out of every stack" '! grep -rq pam_doorward /etc/pam.d'
check "names are not asked for any more" '! grep -q doorward /etc/nsswitch.conf'
check "sudoers, sshd drop-in, users and groups are gone" \
    '! ls /etc/sudoers.d/doorward /etc/ssh/sshd_config.d/50-doorward.conf && ! getent passwd doorward-link && ! getent group doorward'
check "uids are free again" 'grep -Eq "^UID_MAX[[:space:]]+60000" /etc/login.defs'
check "keys and state are gone" '[ ! -e /var/lib/doorward/agent ] && [ ! -e /etc/doorward/keys ]'
check "local people sign in and are administrators" \
    'echo secret | pamtester sshd nina authenticate acct_mgmt && su nina -c "echo secret | sudo -S -p \"\" id -u" | grep -qx 0'
check "sshd and sudo have valid configurations" 'sshd -t && visudo -c -q'
check "a second time does no harm" "$remove"
check "and it can be put back" "/usr/lib/doorward/configure-agent install && grep -q pam_doorward /etc/pam.d/common-auth && visudo -c -q && sshd -t"
exit $failed
