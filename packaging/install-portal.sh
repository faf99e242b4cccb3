#!/bin/bash
# Puts the portal's files into DESTDIR.
# usage: install-portal.sh BUILD_FOLDER WEB_FOLDER DESTDIR
set -euo pipefail

if [ $# -ne 3 ]; then
    echo "usage: install-portal.sh BUILD_FOLDER WEB_FOLDER DESTDIR" >&2
    exit 2
fi
build=$1 web=$2 dest=${3%/}
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

put() { # MODE FROM TO
    install -D -m "$1" "$2" "$dest$3"
}

put 0755 "$build/msp-portal/server/doorward-portal" /usr/bin/doorward-portal
put 0644 "$source/systemd/doorward-portal.service" /usr/lib/systemd/system/doorward-portal.service
put 0644 "$source/man/doorward-portal.8" /usr/share/man/man8/doorward-portal.8
put 0644 "$source/completion/doorward.bash" /usr/share/bash-completion/completions/doorward-portal
for pages in portal app; do
    (cd "$web/$pages" && find . -type f -print) | while read -r page; do
        put 0644 "$web/$pages/$page" "/usr/share/doorward/$pages/${page#./}"
    done
done
