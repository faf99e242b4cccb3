#!/bin/bash
# The checks of ./dev lint that look at C++ sources: format | headers | tidy
set -euo pipefail
cd "$(dirname "$0")/../.."

ours() { git ls-files -z --cached --others --exclude-standard "$@"; }

case "${1:-}" in
format)
    ours '*.cpp' '*.h' | xargs -0 -r clang-format-19 --dry-run -Werror
    echo "formatting: clean"
    ;;
headers)
    # Each header must compile alone, with the flags of a real translation unit but without code generation. The build
    # has proved it where a source of the same name includes its header first.
    flags="-std=c++23 -fsyntax-only -Wall -Wextra -Werror -Wno-pragma-once-outside-header -I. -Ibuild/dev/generated -DDOORWARD_VERSION=\\\"0\\\" -DDOORWARD_SOURCE_DIR=\\\".\\\""
    ours '*.h' | while read -r -d '' header; do
        source=${header%.h}.cpp
        [ -f "$source" ] && [ "$(grep -m 1 '^#include' "$source")" = "#include \"$header\"" ] || printf '%s\0' "$header"
    done | xargs -0 -r -n 1 -P "$(nproc)" sh -c '
        printf "#include \"%s\"\n" "$1" | clang++-19 '"$flags"' -x c++ - || { echo "$1 does not stand alone" >&2; exit 255; }' _
    echo "headers: each stands alone"
    ;;
tidy)
    node tests/architecture/tidy.ts
    echo "clang-tidy: clean"
    ;;
*)
    echo "usage: lint.sh format|headers|tidy" >&2
    exit 2
    ;;
esac
