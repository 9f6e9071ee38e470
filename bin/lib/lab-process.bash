# shellcheck shell=bash disable=SC2154,SC2164
# Finding, starting and awaiting the processes of a lab; sourced by pcs-lab.

# When pid started, in clock ticks since boot: a recycled pid has another start.
start_of() {
  local stat fields
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  read -ra fields <<<"${stat##*) }"
  printf '%s\n' "${fields[19]}"
}

# Notes this process as NAME's, by its pid on the host also in a pid namespace.
record_self() {
  local pid rest
  read -r pid rest </proc/self/stat
  printf '%s %s\n' "$pid" "$(start_of "$pid")" >"$dir/$1.pid.new"
  mv -- "$dir/$1.pid.new" "$dir/$1.pid"
}

pid_of() {
  local pid start
  { read -r pid start <"$dir/$1.pid"; } 2>/dev/null || return 1
  [[ $(start_of "$pid") == "$start" ]] && printf '%s\n' "$pid"
}

require_pid_of() { pid_of "$1" || die 1 "$dir: $1 is not running"; }

# Everything that is started from now on can be found by its environment: `down`
# finds also what was killed before it could note its pid.
mark_children() { export PCS_LAB_OF=$dir; }

marked_pids() { grep -lsxzF -- "PCS_LAB_OF=$dir" /proc/[0-9]*/environ | cut -d/ -f3 || true; }

# Starts CMD as a daemon that logs to NAME.log; `job` is its pid. SIGINT is ignored
# in a script's background jobs: every process in a machine would be born that way.
spawn() {
  local name=$1
  shift
  setsid env --default-signal "$@" </dev/null >>"$dir/$name.log" 2>&1 &
  job=$!
  disown
}

# Waits for FILE, which JOB makes.
await() {
  local name=$1 job=$2 file=$3 tries=1500
  until [[ -e $file ]]; do
    if ((tries-- == 0)) || [[ ! -e /proc/$job ]]; then
      tail -n 5 -- "$dir/$name.log" >&2
      die 1 "$dir: $name does not come up"
    fi
    sleep 0.02
  done
}

# Waits until CMD prints nothing.
await_end() {
  local tries=500
  while [[ -n $("$@") ]]; do
    ((tries-- > 0)) || return 1
    sleep 0.02
  done
}
