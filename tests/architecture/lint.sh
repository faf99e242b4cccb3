#!/bin/bash
# The checks of ./dev lint that look at C++ sources: format | headers | tidy
set -euo pipefail
cd "$(dirname "$0")/../.."
DATABASE=build/dev/compile_commands.json

ours() { git ls-files -z --cached --others --exclude-standard "$@"; }

case "${1:-}" in
format)
    ours '*.cpp' '*.h' | xargs -0 -r clang-format-19 --dry-run -Werror
    echo "formatting: clean"
    ;;
headers)
    # Each header must compile alone, with the flags of a real translation unit but without code generation.
    flags="-std=c++23 -fsyntax-only -Wall -Wextra -Werror -Wno-pragma-once-outside-header -I. -Ibuild/dev/generated -DDOORWARD_VERSION=\\\"0\\\" -DDOORWARD_SOURCE_DIR=\\\".\\\""
    ours '*.h' | xargs -0 -r -n 1 -P "$(nproc)" sh -c '
        printf "#include \"%s\"\n" "$1" | clang++-19 '"$flags"' -x c++ - || { echo "$1 does not stand alone" >&2; exit 255; }' _
    echo "headers: each stands alone"
    ;;
tidy)
    # Only what changed since it was last clean is looked at again: the stamp is a hash of the source as the compiler
    # sees it (preprocessed), the checks and the tool's version.
    stamps=${XDG_CACHE_HOME:-$HOME/.cache}/doorward-tidy
    export stamps
    mkdir -p build/tidy "$stamps"
    jq -r '.[].file' "$DATABASE" | sed "s|^$PWD/||" | grep -Ev '^(build/|/)' | sort -u >build/tidy/list
    xargs -r -n 1 -P "$(nproc)" bash tests/architecture/tidy_one.sh <build/tidy/list
    echo "clang-tidy: clean"
    ;;
*)
    echo "usage: lint.sh format|headers|tidy" >&2
    exit 2
    ;;
esac
