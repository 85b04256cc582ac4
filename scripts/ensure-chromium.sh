#!/bin/sh
# Finds a Chromium for the browser tests, or installs one: Debian's own where apt is there, else Playwright's.
set -eu

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root="false"; fi
fi

if command -v apt-get >/dev/null 2>&1 && [ "$as_root" != "false" ]; then
    echo "Installing Chromium for the browser tests …"
    $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null && exit 0
fi
echo "Fetching Playwright's Chromium for the browser tests …"
.venv/bin/python -m playwright install chromium || {
    echo "No Chromium could be installed: the browser tests will be skipped. Install one and run make test again." >&2
}
