#!/bin/bash
# Copies the README's pictures from what the browser tests photographed (./dev test puts them into build/pictures).
set -euo pipefail
cd "$(dirname "$0")"
for name in phone-real-request phone-real-code portal-devices-wide-light; do
    cp "../../build/pictures/$name.png" "$name.png"
done
