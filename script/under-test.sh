# What scripts share that hold a running service to something: steps that say what failed, and a service of their own.
#
# Read by `.`, from the root of the repository. Before: kit (the script's own files), place (where its tools live), name (what it holds the
# service to). After: work, log, binary; and what was started ends with the script.
# shellcheck shell=bash disable=SC2154 # kit, place and name are the script's

work=$place/work
log=$work/step.log
server=
folder=
step=preparing

# The service under test has a Postgres of its own, whatever this machine is set up for.
unset DATABASE_URL MIGRATION_DATABASE_URL PYTHONPATH NODE_OPTIONS
export PATH="$PATH:${HOME:-}/.cargo/bin" PIP_DISABLE_PIP_VERSION_CHECK=1
# Node.js brings a list of authorities of its own; a machine behind a company's proxy trusts one more.
export NODE_USE_SYSTEM_CA=1

# A step that fails does so with its output turned away; what is said of it goes where the script's own words go.
exec 3>&1 4>&2

# Ends what was started, by its id, however the script ends; says which step failed and what it said.
finish() {
  status=$?
  exec >&3 2>&4
  if [ "$status" -ne 0 ]; then
    if [ -s "$log" ]; then tail -n 200 "$log"; fi
    if [ -n "$folder" ]; then grep -E 'ERROR|WARN|panicked' "$work/server.err" | tail -n 20 || true; fi
    printf 'The %s does not hold: %s.\n' "$name" "$step" >&2
  fi
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  if [ -n "$folder" ]; then rm -rf "$folder"; fi
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# run WHAT COMMAND...: one step; its output shows only where it fails.
run() {
  step=$1
  shift
  local start=$SECONDS
  "$@" >"$log" 2>&1
  printf '  %-58s %4s s\n' "$step" $((SECONDS - start))
}

install_python() {
  cmp -s "$kit/requirements.txt" "$place/venv/installed.txt" && "$place/venv/bin/python" -c '' && return
  rm -rf "$place/venv"
  python3 -m venv "$place/venv"
  "$place/venv/bin/python" -m pip install -q --no-input --require-hashes -r "$kit/requirements.txt"
  cp "$kit/requirements.txt" "$place/venv/installed.txt"
}

# Packed files, checked and unpacked: nothing of them is run to install them.
install_packages() {
  cmp -s "$kit/npm.txt" "$place/npm/installed.txt" && return
  rm -rf "$place/npm"
  mkdir -p "$place/npm"
  grep -v '^#' "$kit/npm.txt" | while read -r package version digest; do
    (cd "$place/npm" && npm pack --silent --ignore-scripts "$package@$version" && unpack "$package" "$version" "$digest")
  done
  cp "$kit/npm.txt" "$place/npm/installed.txt"
}

unpack() {
  local file="$1-$2.tgz" digest
  digest=$(python3 -c 'import base64, hashlib, sys
print("sha512-" + base64.b64encode(hashlib.sha512(open(sys.argv[1], "rb").read()).digest()).decode())' "$file")
  if [ "$digest" != "$3" ]; then
    echo "$file is not the file that $kit/npm.txt names."
    return 1
  fi
  mkdir "$1"
  tar -xzf "$file" -C "$1" --strip-components 1
  rm "$file"
}

build_service() {
  cargo build --locked
  binary=${CARGO_TARGET_DIR:-target}/debug/reciprocity
}

# Limits are no part of what is asked here.
start_service() {
  : >"$work/server.out"
  folder=$(mktemp -d)
  chmod 711 "$folder"
  local most=1000000
  RECIPROCITY_MODE=development RECIPROCITY_DATA_DIR=$folder/data RECIPROCITY_BIND=127.0.0.1 RECIPROCITY_PORT=0 \
    RECIPROCITY_LIMIT_READS=$most RECIPROCITY_LIMIT_WRITES=$most RECIPROCITY_LIMIT_BATCHES=$most \
    RECIPROCITY_LIMIT_ASSESSMENTS=$most RECIPROCITY_LIMIT_PREVIEWS=$most \
    RECIPROCITY_LIMIT_SIGN_INS=$most RECIPROCITY_LIMIT_REFRESHES=$most RECIPROCITY_LIMIT_ACCOUNTS=$most \
    RECIPROCITY_LIMIT_FAILURES=$most RECIPROCITY_LIMIT_FAILURES_ELSEWHERE=$most \
    RECIPROCITY_REGISTRATION=open "$binary" serve >"$work/server.out" 2>"$work/server.err" &
  server=$!
  for _ in $(seq 600); do
    RECIPROCITY_URL=$(sed -n 's/^Reciprocity is ready at //p' "$work/server.out")
    if [ -n "$RECIPROCITY_URL" ]; then
      export RECIPROCITY_URL
      # Good for longer than the run takes; it is made from the key that the service has just made.
      RECIPROCITY_OPERATOR_TOKEN=$(RECIPROCITY_MODE=development RECIPROCITY_DATA_DIR=$folder/data "$binary" operator-token --minutes 60)
      export RECIPROCITY_OPERATOR_TOKEN
      return
    fi
    kill -0 "$server"
    sleep 0.1
  done
  echo 'The service was not ready within a minute.'
  return 1
}

mkdir -p "$work"
: >"$log"
