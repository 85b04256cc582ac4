#!/bin/sh
# Finds Dovecot for the tests of the mailbox, or installs it where apt is there; without it those tests are skipped.
set -eu

for place in /usr/sbin /usr/local/sbin; do
    if [ -x "$place/dovecot" ]; then exit 0; fi
done
if command -v dovecot >/dev/null 2>&1; then exit 0; fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root="false"; fi
fi

if command -v apt-get >/dev/null 2>&1 && [ "$as_root" != "false" ]; then
    echo "Installing Dovecot for the tests of the mailbox …"
    $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq dovecot-imapd >/dev/null && exit 0
fi
echo "Dovecot is not installed and cannot be here: the tests of the mailbox will be skipped (apt-get install dovecot-imapd)." >&2
