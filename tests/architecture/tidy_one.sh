#!/bin/bash
# clang-tidy on one source, unless this very text was found clean before.
set -euo pipefail
source=$1
command=$(jq -r --arg file "$PWD/$source" 'first(.[] | select(.file == $file)) | .command' build/dev/compile_commands.json)
preprocess=$(sed -E 's/^[^ ]*ccache //; s/ -o [^ ]+ / /; s/ -c / -E -P /' <<<"$command")
stamp=$( (
    eval "$preprocess" 2>/dev/null
    cat .clang-tidy
    clang-tidy-19 --version
) | sha256sum | cut -c1-40)
[ -e "$stamps/$stamp" ] && exit 0
if ! findings=$(clang-tidy-19 --quiet -p build/dev "$source" 2>/dev/null); then
    printf '%s\n' "$findings"
    exit 255
fi
touch "$stamps/$stamp"
