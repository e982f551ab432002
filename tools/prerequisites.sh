#!/usr/bin/env bash
# Installs on Debian and Ubuntu what the tests need beyond Go, and nothing that
# is there already: PostgreSQL, Chromium, Japanese fonts, and a C compiler for
# the race detector. Elsewhere it says what is missing and lets the tests skip.
set -euo pipefail

missing=()
command -v gcc >/dev/null && [ -e /usr/include/stdlib.h ] || missing+=(gcc libc6-dev)
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || command -v postgres >/dev/null || missing+=(postgresql)
chromium=
for name in chromium chromium-browser google-chrome; do
	command -v "$name" >/dev/null && chromium=$name && break
done
[ -n "$chromium" ] || missing+=(chromium)
compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null || missing+=(fonts-noto-cjk)
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "NOT INSTALLED, and this is not Debian or Ubuntu: ${missing[*]}. Tests that need them skip." >&2
	exit 0
fi
as_root=()
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "NOT INSTALLED, and neither root nor sudo is at hand: ${missing[*]}. Tests that need them skip." >&2
		exit 0
	fi
	as_root=(sudo)
fi
echo "installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q
"${as_root[@]}" apt-get install -qy --no-install-recommends "${missing[@]}"
