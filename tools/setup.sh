#!/bin/sh
# Prepares what the Makefile's targets need; does nothing where it is there already.
#   tools/setup.sh venv requirements.txt [.venv]   a virtual environment with the locked packages
#   tools/setup.sh chromium                        a browser for the tests
set -eu
cd "$(dirname "$0")/.."
VENV=.venv

fail() {
    echo "error: $*" >&2
    exit 1
}

# The first Python that the project supports; PYTHON= chooses another.
find_python() {
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    fail "Descent Lab needs Python 3.11, 3.12 or 3.13, and none was found as ${PYTHON:-python3}."
}

make_venv() {
    "$VENV/bin/python" -m pip --version >/dev/null 2>&1 && return
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        fail "Python's venv module is missing; install it (on Debian and Ubuntu: apt-get install python3-venv)."
    echo "Creating $VENV with $("$python" -V)"
    rm -rf "$VENV"
    "$python" -m venv "$VENV"
}

install_locked() {
    lock=$1
    stamp=$VENV/installed-$(basename "$lock") # a copy of the lock that was installed last
    cmp -s "$lock" "$stamp" && return
    echo "Installing the packages of $lock"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --require-hashes --only-binary=:all: -r "$lock"
    cp "$lock" "$stamp"
}

have_chromium() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null && return
    done
    "$VENV/bin/python" - 2>/dev/null <<'PY'
import os, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not os.path.exists(playwright.chromium.executable_path))
PY
}

install_chromium() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing Chromium with apt-get"
        DEBIAN_FRONTEND=noninteractive
        export DEBIAN_FRONTEND
        apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium </dev/null >/dev/null && return
    fi
    echo "Downloading Chromium with Playwright"
    "$VENV/bin/python" -m playwright install chromium && return
    fail "the tests drive a browser: install Chromium (on Debian: apt-get install chromium) and try again."
}

case ${1:-} in
venv)
    VENV=${3:-$VENV}
    make_venv
    install_locked "$2"
    ;;
chromium) have_chromium || install_chromium ;;
*) fail "usage: tools/setup.sh venv LOCK [FOLDER] | chromium" ;;
esac
