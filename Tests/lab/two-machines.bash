# shellcheck shell=bash disable=SC2030,SC2031  # each case has a root of its own
# Machines of the lab, syncs between them, and what may be left of one; for the scripts beside
# this file.

lab_tool=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../bin" && pwd)/pcs-lab
root=$(mktemp -d /tmp/pcs-lab-check.XXXXXX)
trap 'rm -rf -- "$root"' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

lab() { "$lab_tool" "$1" "$root/lab" "${@:2}"; }
on() { lab in "$@"; }
ok() { printf 'ok %s\n' "$*"; }
fail() {
  printf 'not ok %s\n' "$*"
  tail -n 5 "$root/out" "$root/err" 2>/dev/null || true
  exit 1
}

# in_labs CASE…: each function in a lab of its own, a few at the same time, since most of them
# wait most of the time; LAB_OPTIONS go to the lab.
in_labs() {
  local each status=0
  for each; do
    while (($(jobs -rp | wc -l) >= 5)); do wait -n || true; done
    (
      root=$root/$each
      mkdir -p "$root"
      trap 'lab down >/dev/null; exit' EXIT
      "$lab_tool" up --size 2G ${LAB_OPTIONS[@]+"${LAB_OPTIONS[@]}"} \
        ${PCS_LAB_STAGE:+--install "$PCS_LAB_STAGE"} "$root/lab" >/dev/null
      "$each"
      touch "$root/passed"
    ) >"$root/$each.said" 2>&1 &
  done
  wait
  for each; do
    cat "$root/$each.said"
    [[ -e $root/$each/passed ]] || status=1
  done
  return "$status"
}

# without_rsync HOST…: hides rsync from everything that runs there.
without_rsync() {
  local host
  for host; do
    on "$host" -- mount --bind /dev/null "$(command -v rsync)"
    ! on "$host" -- rsync --version >/dev/null 2>&1 || fail "$host: rsync still runs"
  done
}

# within SECONDS CMD…: waits until a command succeeds.
within() {
  local limit=$1 start=$SECONDS
  shift
  until "$@"; do
    ((SECONDS - start < limit)) || return 1
    sleep 0.1
  done
}

# What runs on HOST and is ours by its name or by the session in its environment, or is rsync, an
# ssh client or what keeps the machine awake.
left_on() {
  local listing
  # shellcheck disable=SC2016
  listing=$(on "$1" -- sh -c 'ps axo stat=,pid=,args= || exit
      for each in $(grep -lszE "^PCS_(SESSION_ID|LEASH)=" /proc/[0-9]*/environ); do
        each=${each%/environ}
        echo "S by its environment: ${each#/proc/} $(cat "$each/comm" 2>/dev/null) pcs-"
      done') || {
    echo "nobody could look at $1"
    return
  }
  awk '$1 !~ /^Z/' <<<"$listing" | grep -E '(^|/| )(pcs-|rsync|ssh[: ]|systemd-inhibit)' |
    grep -v 'sh -c ps axo' || true
}
is_quiet() { [[ -z $(left_on "$1") ]]; }
is_free() { [[ $(on "$1" -- pcs-lock status --format json) =~ '"state":"'(free|stale)'"' ]]; }

# settled WHAT SECONDS [HOST…]: nothing of ours is left, and the locks are free.
settled() {
  local what=$1 limit=$2 host
  shift 2
  (($# > 0)) || set -- atlas vega
  for host; do
    within "$limit" is_quiet "$host" || fail "$what: left on $host: $(left_on "$host")"
    is_free "$host" || fail "$what: the lock of $host is not free"
  done
}

# Writes a configuration on atlas, for root or --user NAME, with as little room asked for as can be.
configure() {
  # shellcheck disable=SC2016
  { cat && printf '%s\n' 'btrfs_snapshots: {subvolumes: ["@home", "@root"]}' \
    'disk: {min_free: 1%, reserve_minimum: 1%}'; } |
    on atlas "$@" -- sh -c 'mkdir -p "$HOME/.config/pc-switcher" &&
      cat >"$HOME/.config/pc-switcher/config.yaml"'
}

# start WHAT WORDS [--user NAME] [OPTION]…: a sync that has said WORDS; `sync` is its pid here.
start() {
  local what=$1 words=$2 user=()
  shift 2
  if [[ ${1-} == --user ]]; then
    user=(--user "$2")
    shift 2
  fi
  : >"$root/out" # before the shell that runs the sync gets to it: the last one's lines are there
  # Below a shell: what enters the machine would stop with a driver that is stopped.
  # shellcheck disable=SC2016
  on atlas "${user[@]}" -- sh -c 'pcs-sync vega --yes --allow-first-sync "$@"; exit $?' - "$@" \
    >"$root/out" 2>"$root/err" &
  sync=$!
  within 60 grep -q "$words" "$root/out" || fail "$what: the sync did not get going"
}

# ended WHAT STATUS…: waits for the sync; its status must be one of these.
ended() {
  local what=$1 status=0
  wait "$sync" || status=$?
  [[ " ${*:2} " == *" $status "* ]] || fail "$what: exit $status instead of ${*:2}"
}

# Runs a sync to its end, with an expected status.
sync_expecting() {
  local expected=$1 status=0
  shift
  on atlas -- pcs-sync "$@" >"$root/out" 2>"$root/err" || status=$?
  ((status == expected)) || fail "pcs-sync $*: exit $status instead of $expected"
}

# Whether some line of the last sync satisfies a jq condition.
says() { jq -se "any(.[]; $1)" "$root/out" >/dev/null || fail "no line with: $1"; }
