# shellcheck shell=bash disable=SC2154,SC2164
# Finding, starting, awaiting and ending the processes of a lab; sourced by pcs-lab.

declare -A jobs=() # the pid of what brought each machine up

# When a living process started, in clock ticks since boot: a recycled pid has
# another start.
start_of() {
  local stat fields
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  read -ra fields <<<"${stat##*) }"
  [[ ${fields[0]} != [ZX] ]] || return 1
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

# Closes what the caller of pcs-lab left open besides the standard streams: a daemon
# that inherits a lock's descriptor keeps the lock.
close_inherited() {
  local fd
  for fd in "/proc/$$/fd/"*; do
    fd=${fd##*/}
    # 255 is this script's, and closes by itself.
    ((fd < 3 || fd == 255)) || exec {fd}>&-
  done
}

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

# A login has 1,024 open files at least, many a host of a lab far more: what needs more
# than a quarter of a login's fails here. The hard limit stays.
limit_open_files() { ulimit -S -n 256; }

address_of() {
  local i
  for i in "${!hosts[@]}"; do
    [[ ${hosts[i]} != "$1" ]] || printf '10.77.0.%d\n' $((i + 1))
  done
}

on_switch() {
  local switch
  switch=$(require_pid_of switch)
  nsenter -t "$switch" -n -- "$@"
}

start_machine() {
  rm -f -- "$dir/$1.pid"
  spawn "$1" unshare --net -- "$self" _wire "$dir" "$1"
  jobs[$1]=$job
}

# sshd writes its pid file when it listens.
await_machine() {
  local pid
  await "$1" "${jobs[$1]}" "$dir/$1.pid"
  pid=$(require_pid_of "$1")
  await "$1" "${jobs[$1]}" "/proc/$pid/root/run/sshd.pid"
}

loop_device_of() {
  losetup -nO NAME -j "$dir/$1.img"
  losetup -nO NAME -j "$dir/$1.2.img"
}

await_unmounted() {
  await_end loop_device_of "$1" || die 1 "$dir: $1's disk is still in use: $(loop_device_of "$1")"
}

# With its init the kernel kills all of a machine; what it had mounted goes then too.
stop_machine() {
  local pid
  ! pid=$(pid_of "$1") || kill -KILL "$pid"
  await_end pid_of "$1" || die 1 "$dir: $1 does not end"
  await_unmounted "$1"
  on_switch ip link delete "$1" 2>/dev/null || true # else it may outlive the machine a little
}
