# shellcheck shell=bash disable=SC2154,SC2164
# What runs in the namespaces of a lab; sourced by pcs-lab, whose hidden verbs
# these functions are.

# The network of a lab: a bridge in a namespace of its own, kept by this process.
run_switch() {
  ip link add lab type bridge
  ip link set lab up
  record_self switch
  exec sleep infinity
}

# Plugs this network namespace into the switch and boots HOST in it. The pid
# namespace comes after that: `ip` must see the switch by its pid.
wire_machine() {
  local host=$1 switch address
  switch=$(require_pid_of switch)
  address=$(address_of "$host")
  ip link set lo up
  # The same card after a reboot, else the others look for the old one for a minute.
  ip link add eth0 address "02:00:00:00:00:0${address##*.}" type veth \
    peer name "$host" netns "$switch"
  ip address add "$address/24" dev eth0
  ip link set eth0 up
  on_switch ip link set "$host" master lab up
  exec unshare --mount --uts --ipc --pid --fork --kill-child -- "$self" _boot "$dir" "$host"
}

# Mounts HOST's disk, which it makes first when there is none, and becomes its init.
boot_machine() {
  local host=$1 top=$dir/root new='' device device2='' root
  record_self "$host"
  umask 022
  [[ -e $dir/$host.img ]] || new=yes
  attach_disk "$host" 1 "$top"
  device=$(findmnt -nvo SOURCE --mountpoint "$top")
  root=$(root_subvolume_of "$host")
  if has_second_disk "$host"; then
    mkdir -p "$top/$root/mnt"
    attach_disk "$host" 2 "$top/$root/mnt"
    device2=$(findmnt -nvo SOURCE --mountpoint "$top/$root/mnt")
  fi
  if [[ -n $new ]]; then build_machine "$host" "$top" "$device" "$device2"; fi
  mount -o "subvol=$root" "$device" "$top/$root"
  cd "$top/$root"
  mount_host_directories
  mount_kernel_directories
  make_devices "$device" "$device2"
  if [[ -n $device2 ]]; then # held until fstab has mounted it
    mkdir run/second
    mount -o subvolid=5 "$device2" run/second
  fi
  printf '%s\n' "$host" >/proc/sys/kernel/hostname
  # Not chroot: btrfs tools look their mount points up in /proc/self/mounts.
  pivot_root . mnt
  umount -l /mnt
  run_init
}

# Mounts the top level of a disk of HOST at TOP; a new one gets its subvolumes.
attach_disk() {
  local host=$1 disk=$2 top=$3 image
  image=$(image_of "$host" "$disk")
  if [[ ! -e $image ]]; then
    truncate -s "$PCS_LAB_SIZE" "$image"
    mkfs.btrfs -q -L "$host" "$image" >/dev/null
    mount -o loop,subvolid=5 "$image" "$top"
    make_subvolumes "$host" "$disk" "$top"
  else
    mount -o loop,subvolid=5 "$image" "$top"
  fi
}

# Starts sshd, again when it dies, and reaps every orphan, as bash does by itself.
run_init() {
  mount -a
  [[ ! -e /run/second ]] || { umount /run/second && rmdir /run/second; }
  mkdir -p /run/sshd /run/user
  install -d -m 1777 /run/lock
  install -d -m 700 -o ada -g ada /run/user/1000
  install -m 664 -g utmp /dev/null /run/utmp # sshd notes its logins there, `who` reads it
  limit_open_files
  # shellcheck disable=SC2016
  exec -a init bash --norc -c 'while :; do
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin /usr/sbin/sshd -D -e
    sleep 0.2
  done'
}

# Each directory of /usr by itself, so that /usr/local is the machine's own.
mount_host_directories() {
  local each
  for each in /usr/* /opt; do
    [[ -d $each && ! -L $each && $each != /usr/local ]] || continue
    mkdir -p ".$each"
    mount --bind -o ro "$each" ".$each"
  done
  for each in $(swift_directories); do
    [[ ! -d $each ]] || mount -t tmpfs -o ro,mode=755 tmpfs ".$each"
  done
}

# The Swift toolchains: a binary that finds its runtime in one would pass for
# self-contained.
swift_directories() {
  local swift tree
  for swift in "$(command -v swift || true)" /opt/*/usr/bin/swift /usr/bin/swift; do
    tree=$(realpath -qe -- "$swift") || continue
    tree=${tree%/bin/*}
    case ${tree%/usr} in
    "") printf '%s\n' /usr/lib/swift /usr/lib/swift_static /usr/libexec/swift ;;
    /opt/* | /usr/*) printf '%s\n' "${tree%/usr}" ;;
    esac
  done | sort -u
}

mount_kernel_directories() {
  mount -t proc proc proc
  mount -t sysfs -o ro sysfs sys
  mount -t tmpfs -o mode=755 tmpfs run
  mount -t tmpfs -o mode=1777 tmpfs tmp
  mount -t tmpfs -o mode=755 tmpfs dev
  mkdir dev/pts dev/shm
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
  mount -t tmpfs -o mode=1777 tmpfs dev/shm
}

make_devices() {
  local each
  for each in null zero full random urandom tty btrfs-control fuse "${@#/dev/}"; do
    [[ -n $each ]] || continue
    [[ ! -e /dev/$each ]] || cp -a "/dev/$each" dev/
  done
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
  ln -s fd/0 dev/stdin
  ln -s fd/1 dev/stdout
  ln -s fd/2 dev/stderr
  mkdir -p dev/disk/by-uuid
  for each; do
    [[ -z $each ]] || ln -s "../../${each#/dev/}" "dev/disk/by-uuid/$(blkid -p -o value -s UUID "$each")"
  done
}
