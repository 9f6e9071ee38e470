# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2154  # used and expanded elsewhere
# Trees that are synced between machines of the lab, and what may be left of a sync in them; after
# two-machines.bash.

manifest=$(realpath -- "$(dirname -- "${BASH_SOURCE[0]}")/manifest")
readonly manifest
readonly sending='"current_item":"Sending '

# at_file NUMBER CMD…: on vega, does CMD while the commit waits to replace a file of `many`, and says
# `there` before it.
at_file() {
  local script
  script=$(<"${manifest%/*}/at-file")
  on vega -- python3 -c "$script" "/home/ada/many/$1" '/home/.pcs-commit-*/put-*' \
    sh -c 'echo there; exec "$@"' - "${@:2}"
}

# tree HOST: everything that can be observed of what is synced.
tree() {
  on "$1" -- python3 - /home ada/.ssh ada/.config/pc-switcher <"$manifest"
}

# same_trees WHAT [HOST HOST]
same_trees() {
  local one=${2:-atlas} other=${3:-vega}
  tree "$one" >"$root/$one.tree"
  tree "$other" >"$root/$other.tree"
  diff "$root/$one.tree" "$root/$other.tree" >"$root/diff" ||
    { head -n 5 "$root/diff"; fail "$1: the machines differ"; }
}

# Nothing of a sync lies about: no stage, no directory of a commit, no commit that waits.
no_leftovers() {
  local left
  left=$(on "${2:-vega}" -- sh -c \
    'ls -d /.snapshots/.pc-switcher/stage-* /home/.pcs-* /root/.pcs-* /var/lib/pc-switcher/commits/*' 2>/dev/null || true)
  [[ -z $left ]] || fail "$1: left behind: $left"
}

# Never a full comparison: the last sync began with the base of the one before.
is_incremental() {
  ! grep -q 'comparing everything' "$root/out" || fail "$1: compared everything"
  ! grep -q '"type":"conflict"' "$root/out" || fail "$1: conflicts with nobody"
}

# converged WHAT [OPTION]…: the next sync completes from the same base, and clears up.
converged() {
  lab mend vega
  sync_expecting 0 vega --yes "${@:2}"
  is_incremental "$1"
  no_leftovers "$1"
  same_trees "$1"
}

# base [MODULES]: a first sync of a small tree.
base() {
  configure "${@:2}" <<<"sync_modules: {user_data: true${1-}}"
  on atlas -- sh -c 'cd /home/ada && mkdir small && for i in $(seq 200); do echo $i >small/$i; done
    chown -R ada: small'
  sync_expecting 0 vega --yes --allow-first-sync
}

# Changes of every kind on atlas, with a file that takes its time at 2 Mbit/s.
edit() {
  on atlas -- sh -c 'cd /home/ada/small && echo "$1" | tee 1 2 3 >/dev/null && rm -f "$((10 + $1))" &&
    mkdir -p "new$1" && echo "$1" >"new$1/file" && mv "$((40 + $1))" "moved$1" &&
    chmod 600 "$((60 + $1))" && head -c 6M /dev/urandom >/home/ada/big' - "$1"
}
