#!/usr/bin/env bash
# Functions that bring a Debian or Ubuntu machine to what a script needs. Sourced by quickstart.sh and test.sh.

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# ensure_packages PACKAGE...: installs those system packages that are missing, saying so first.
ensure_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if ! command -v apt-get >/dev/null; then
    echo "These packages are missing, and apt-get is not here to install them: ${missing[*]}" >&2
    return 1
  fi
  echo "==> Installing system packages$([ "$(id -u)" = 0 ] || echo ' through sudo'): ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# ensure_node: stops where Node.js is too old.
ensure_node() {
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' || {
    echo "imgpack needs Node.js 20.19 or newer; this is $(node --version 2>/dev/null || echo 'none')" >&2
    return 1
  }
}

# ensure_emulators: what stands in for AWS in tests, in a Python environment of its own.
ensure_emulators() {
  [ -x .emulators/bin/moto_server ] && return 0
  echo '==> Installing the emulator of AWS'
  python3 -m venv .emulators
  .emulators/bin/pip install --quiet --disable-pip-version-check 'moto[server,ec2,iam,sts,ssm,secretsmanager,s3]==5.2.1'
}

# ensure_modules: npm packages as the lock file names them.
ensure_modules() {
  if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    echo '==> Installing npm packages'
    npm ci --no-fund --no-audit --loglevel=error
    touch node_modules/.package-lock.json
  fi
}
