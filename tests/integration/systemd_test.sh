#!/bin/bash
# The units under a real systemd: a container (systemd-nspawn) with this machine's /usr read through an overlay and an
# /etc and /var of its own boots agent, link, portal and sshd; systemd_guest.ts does the rest inside.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$source/build/release
skip() {
    echo "skipped: $*"
    exit 77
}
[ "$(id -u)" -eq 0 ] || skip "needs root"
for program in systemd-nspawn dbus-daemon; do
    command -v $program >/dev/null || skip "needs $program"
done
[ -x /lib/systemd/systemd-logind ] || skip "needs systemd-logind"

# A mount namespace of its own, so that nothing stays behind.
if [ "${1-}" != --private ]; then
    folder=$(mktemp -d)
    trap 'rmdir "$folder"' EXIT
    unshare --mount --propagation private -- bash "${BASH_SOURCE[0]}" --private "$folder"
    exit
fi
folder=$2
mount -t tmpfs -o mode=755 tmpfs "$folder"
root=$folder/root
mkdir -p "$root"/{usr,var,etc,run,tmp,dev,proc,sys,root,home,mnt,srv} "$folder"/{usr,usr-work,var,var-work}
mkdir "$root/run/sshd"
chmod 1777 "$root/tmp"
for link in bin sbin lib lib64; do ln -s "usr/$link" "$root/$link"; done
for part in usr var; do
    mount -t overlay -o "lowerdir=/$part,upperdir=$folder/$part,workdir=$folder/$part-work" overlay "$root/$part" ||
        skip "this kernel gives no overlay for /$part"
done
cp -a /etc/. "$root/etc/"
(
    cd "$root"
    rm -rf etc/systemd/system etc/doorward var/lib/doorward var/lib/systemd etc/*.lock etc/machine-id usr/sbin/policy-rc.d
    mkdir -p etc/systemd/system/multi-user.target.wants
    : >etc/fstab
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >etc/machine-id
    echo w11-s >etc/hostname
    echo '127.0.0.1 localhost w11-s portal.localhost app.localhost' >etc/hosts
    [ -e etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N '' -f etc/ssh/ssh_host_ed25519_key
)
"$source/packaging/install-agent.sh" "$build" "$root"
"$source/packaging/install-portal.sh" "$build" "$source/build/web" "$root"
for package in agent portal; do
    install -m 0755 "$source/packaging/deb/doorward-$package/postinst" "$root/root/postinst"
    chroot "$root" /root/postinst configure ''
done
units=$root/etc/systemd/system
for unit in doorward-agent doorward-link ssh; do
    ln -s "/lib/systemd/system/$unit.service" "$units/multi-user.target.wants/"
done
ln -s /lib/systemd/system/multi-user.target "$units/default.target"
cat >"$units/guest.service" <<TEXT
[Unit]
After=multi-user.target systemd-logind.service
[Service]
Type=oneshot
TimeoutStartSec=180
ExecStart=$(command -v node) $source/tests/integration/systemd_guest.ts
StandardOutput=file:/root/said
StandardError=inherit
ExecStopPost=/bin/sh -c 'echo \$EXIT_STATUS >/root/status; exec systemctl --no-block poweroff'
TEXT
ln -s ../guest.service "$units/multi-user.target.wants/guest.service"
mkdir -p "$root$source"
# Without registration, because no manager may be running outside. Its own status says nothing: how the guest ended stands
# in /root/status.
timeout --kill-after=10 240 systemd-nspawn --quiet --directory="$root" --boot --bind-ro="$source" --register=no --keep-unit \
    --private-network --console=pipe </dev/null >"$folder/console" 2>&1 || true
[ -e "$root/root/status" ] || {
    cat "$folder/console" "$root/root/said" 2>/dev/null
    echo "the container did not come so far"
    exit 1
}
cat "$root/root/said"
exit "$(cat "$root/root/status")"
