#!/bin/bash
# Puts the workstation's files into DESTDIR: the one list that the package and the lab share.
# usage: install-agent.sh BUILD_FOLDER DESTDIR
set -euo pipefail

if [ $# -ne 2 ]; then
    echo "usage: install-agent.sh BUILD_FOLDER DESTDIR" >&2
    exit 2
fi
build=$1 dest=${2%/}
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
libraries=/usr/lib/$(gcc -print-multiarch)

put() { # MODE FROM TO
    install -D -m "$1" "$2" "$dest$3"
}

put 0755 "$build/desktop-client/agent/doorward-agent" /usr/sbin/doorward-agent
put 0755 "$build/desktop-client/link/doorward-link" /usr/sbin/doorward-link
put 0755 "$build/desktop-client/cli/doorward" /usr/bin/doorward
put 0755 "$build/desktop-client/tpm/doorward-tpm" /usr/lib/doorward/doorward-tpm
put 0644 "$build/desktop-client/pam/pam_doorward.so" "$libraries/security/pam_doorward.so"
put 0644 "$build/desktop-client/nss/libnss_doorward.so.2" "$libraries/libnss_doorward.so.2"
put 0644 "$source/pam-configs/doorward" /usr/share/pam-configs/doorward
# configure-agent puts these two in place: they go with a removal, which files of a package's configuration do not.
put 0644 "$source/ssh/50-doorward.conf" /usr/share/doorward/agent/sshd.conf
put 0644 "$source/sudoers/doorward" /usr/share/doorward/agent/sudoers
put 0644 "$source/systemd/doorward-agent.service" /usr/lib/systemd/system/doorward-agent.service
put 0644 "$source/systemd/doorward-link.service" /usr/lib/systemd/system/doorward-link.service
put 0755 "$source/configure-agent.sh" /usr/lib/doorward/configure-agent
for page in doorward.1 doorward-agent.8 doorward-link.8 pam_doorward.8; do
    put 0644 "$source/man/$page" "/usr/share/man/man${page##*.}/$page"
done
put 0644 "$source/completion/doorward.bash" /usr/share/bash-completion/completions/doorward
install -d -m 0755 "$dest/etc/doorward" "$dest/var/lib/doorward"
# A person's own settings survive an upgrade.
[ -e "$dest/etc/doorward/agent.toml" ] || put 0644 "$source/agent.toml" /etc/doorward/agent.toml
