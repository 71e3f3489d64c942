# Sourced by the other scripts: a virtual environment in the clone, with the locked, hash-checked packages of $1: run (the base), serve
# (and every extra), dev (and the tools), api (and what asks the whole API), browser (dev, and what drives a browser).
# Leaves $PY pointing at its Python. Safe to run again; does nothing when the lock has not changed.
set -euo pipefail
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$ROOT"
setup_wanted="${1:-run}"

setup_python() {
  local candidate
  for candidate in "${CAREFHIR_PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$candidate"; return; fi
  done
  echo "carefhir needs Python 3.11 or newer, and found none on this machine (set CAREFHIR_PYTHON to one)." >&2
  return 1
}

if [ ! -x .venv/bin/python ]; then
  setup_found="$(setup_python)"
  echo "setting up: a virtual environment in .venv ($("$setup_found" --version))" >&2
  "$setup_found" -m venv .venv || { echo "could not make a virtual environment: on Debian and Ubuntu, install python3-venv" >&2; exit 1; }
fi
PY="$ROOT/.venv/bin/python"
setup_mark=".venv/installed-$setup_wanted"
if ! cmp -s "requirements/$setup_wanted.txt" "$setup_mark" || ! cmp -s pyproject.toml .venv/installed-project; then
  echo "setting up: locked packages for '$setup_wanted' (a minute the first time)" >&2
  "$PY" -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$setup_wanted.txt"
  # Not again where it is there already: other runs may be using it.
  cmp -s pyproject.toml .venv/installed-project ||
    "$PY" -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --no-index -e .
  cp "requirements/$setup_wanted.txt" "$setup_mark"
  cp pyproject.toml .venv/installed-project
  case "$setup_wanted" in  # each holds the ones before it, in the same versions
    serve) setup_held="run" ;;
    dev) setup_held="run serve" ;;
    api | browser) setup_held="run serve dev" ;;
    *) setup_held="" ;;
  esac
  for setup_each in $setup_held; do cp "requirements/$setup_each.txt" ".venv/installed-$setup_each"; done
fi
