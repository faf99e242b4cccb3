#!/bin/bash
# Puts the verifier's files into DESTDIR.
# usage: install-verify.sh BUILD_FOLDER DESTDIR
set -euo pipefail

if [ $# -ne 2 ]; then
    echo "usage: install-verify.sh BUILD_FOLDER DESTDIR" >&2
    exit 2
fi
build=$1 dest=${2%/}
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

put() { # MODE FROM TO
    install -D -m "$1" "$2" "$dest$3"
}

put 0755 "$build/verify/doorward-verify" /usr/bin/doorward-verify
put 0644 "$source/man/doorward-verify.1" /usr/share/man/man1/doorward-verify.1
put 0644 "$source/completion/doorward.bash" /usr/share/bash-completion/completions/doorward-verify
