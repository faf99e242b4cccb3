#!/bin/bash
# Proves ./dev run --check and ./dev test on a bare Debian: debootstrap into a folder of its own, a clone of the
# committed sources, and nothing else. Needs root. usage: fresh.sh [bookworm|trixie] [VERB...]
set -euo pipefail

release=${1:-bookworm}
[ $# -eq 0 ] || shift
case "$release" in
bookworm | trixie) ;;
*)
    echo "fresh: knows bookworm and trixie, not '$release'." >&2
    exit 2
    ;;
esac
command -v debootstrap >/dev/null || apt-get install -y --no-install-recommends debootstrap

source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
mirror=$(find /etc/apt -name '*.list' -o -name '*.sources' | sort | xargs -r sed -nE \
    's/^URIs: *([^ ]+).*/\1/p; s/^deb (\[[^]]*\] )?([^ ]+) .*/\2/p' | sed -n 1p)
base="$source/build/fresh/$release.base"
root="$source/build/fresh/$release"

# The bare system is made once and copied for each proof.
if [ ! -e "$base/.made" ]; then
    rm -rf "$base"
    mkdir -p "$base"
    debootstrap --variant=minbase --include=ca-certificates,git "$release" "$base" "$mirror"
    touch "$base/.made"
fi
rm -rf "$root"
cp -a "$base" "$root"
# How this machine reaches the network and the registries is not part of what is proved.
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
cp -a /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
cp -a /etc/ssl/certs/. "$root/etc/ssl/certs/"
[ ! -f /root/.npmrc ] || cp /root/.npmrc "$root/root/.npmrc"
git clone --quiet "$source" "$root/root/doorward"

# Mounts, processes and names of its own, which end with it.
inside() {
    unshare --mount --pid --fork --kill-child --uts -- sh -euc '
        mount --make-rprivate /
        root=$1; shift
        mount --bind "$root" "$root"
        mount -t proc proc "$root/proc"
        mount -t sysfs sys "$root/sys"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/tmp"
        hostname fresh
        exec chroot "$root" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
            LANG=C.UTF-8 sh -c "cd /root/doorward && exec \"\$@\"" _ "$@"' _ "$root" "$@"
}

if [ $# -gt 0 ]; then
    inside ./dev "$@"
else
    inside ./dev run --check
    inside ./dev test
fi
echo "fresh: $release holds."
