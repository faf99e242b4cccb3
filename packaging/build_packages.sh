#!/bin/bash
# Makes the Debian packages of the workstation, of the portal and of the verifier from a finished build.
# usage: build_packages.sh BUILD_FOLDER WEB_FOLDER OUTPUT_FOLDER
set -euo pipefail

if [ $# -ne 3 ]; then
    echo "usage: build_packages.sh BUILD_FOLDER WEB_FOLDER OUTPUT_FOLDER" >&2
    exit 2
fi
mkdir -p "$3"
build=$(realpath "$1") web=$(realpath "$2") output=$(realpath "$3")
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$(sed -nE 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
[ -n "$version" ] || { echo "build_packages: no build in $build" >&2; exit 1; }
# The same sources make the same packages.
SOURCE_DATE_EPOCH=$(git -C "$source" log -1 --format=%ct)
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The libraries that the programs were linked to, as packages with versions.
libraries_of() { # STAGE
    mkdir -p "$work/shlibs/debian"
    printf 'Source: doorward\n\nPackage: doorward\nArchitecture: any\n' >"$work/shlibs/debian/control"
    find "$1/usr" -type f \( -perm -100 -o -name '*.so*' \) -print0 | xargs -0 file --mime-type |
        sed -nE 's/^(.*): +application\/x-(pie-executable|sharedlib|executable)$/\1/p' >"$work/programs"
    (cd "$work/shlibs" && xargs dpkg-shlibdeps -O <"$work/programs" | sed 's/^shlibs:Depends=//')
}

pack() { # NAME; its files are in $work/NAME
    local stage="$work/$1" libraries
    mkdir -p "$stage/DEBIAN"
    libraries=$(libraries_of "$stage")
    xargs strip --strip-unneeded <"$work/programs"
    find "$stage/usr/share/man" -type f -exec gzip -9n {} +
    install -D -m 0644 "$source/../LICENSE" "$stage/usr/share/doc/$1/copyright"
    sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$(dpkg --print-architecture)/; s/@LIBRARIES@/$libraries/" \
        -e "s/@SIZE@/$(du -sk "$stage" | cut -f1)/" "$source/deb/$1/control" >"$stage/DEBIAN/control"
    for script in postinst prerm postrm; do
        [ ! -e "$source/deb/$1/$script" ] || install -m 0755 "$source/deb/$1/$script" "$stage/DEBIAN/$script"
    done
    [ ! -d "$stage/etc" ] || (cd "$stage" && find etc -type f -printf '/%p\n' | sort) >"$stage/DEBIAN/conffiles"
    (cd "$stage" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum) >"$stage/DEBIAN/md5sums"
    find "$stage" -newermt "@$SOURCE_DATE_EPOCH" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
    dpkg-deb --root-owner-group -Zxz --build "$stage" "$output/$1_${version}_$(dpkg --print-architecture).deb"
}

umask 022
bash "$source/install-agent.sh" "$build" "$work/doorward-agent"
bash "$source/install-portal.sh" "$build" "$web" "$work/doorward-portal"
bash "$source/install-verify.sh" "$build" "$work/doorward-verify"
pack doorward-agent
pack doorward-portal
pack doorward-verify
