# shellcheck shell=bash disable=SC2154,SC2164
# How the disks of a machine are divided; sourced by pcs-lab.

# layout NAME: a line for each subvolume: its disk (1 or 2), its path from the top level, where it
# is mounted (- when it is not), its mode (- for 755). The first one holds the system; what lies
# within another one comes after it.
layout() {
  case $1 in
  flat) cat <<'END' ;;
1 @ / -
1 @home /home -
1 @root /root -
1 @snapshots /.snapshots 700
END
  fedora) cat <<'END' ;;
1 root / -
1 home /home -
END
  snapper) cat <<'END' ;;
1 @ / -
1 @home /home -
1 @/.snapshots - 750
END
  opensuse) cat <<'END' ;;
1 @ / -
1 @/home /home -
1 @/root /root -
1 @/.snapshots /.snapshots 750
END
  inside) cat <<'END' ;;
1 @ / -
END
  disk) cat <<'END' ;;
1 @ / -
1 @home - -
1 @snapshots /.snapshots 700
2 @home /home -
END
  users) cat <<'END' ;;
1 @ / -
1 @home /home -
1 @home/ada - -
1 @snapshots /.snapshots 700
END
  *) return 1 ;;
  esac
}

# shellcheck disable=SC2034  # pcs-lab names them
readonly layouts="flat fedora snapper opensuse inside disk users"

# The layout of HOST, from before its first boot on.
layout_of() { layout "$(<"$dir/$1.layout")"; }

image_of() { [[ $2 == 1 ]] && printf '%s\n' "$dir/$1.img" || printf '%s\n' "$dir/$1.2.img"; }

has_second_disk() { layout_of "$1" | grep -q '^2 '; }

root_subvolume_of() { layout_of "$1" | awk '$3 == "/" { print $2 }'; }

# make_subvolumes HOST DISK TOP: those of one disk, below TOP.
make_subvolumes() {
  local disk path point mode
  while read -r disk path point mode; do
    [[ $disk == "$2" ]] || continue
    mkdir -p "$3/$(dirname "$path")"
    btrfs -q subvolume create "$3/$path"
    [[ $mode == - ]] || chmod "$mode" "$3/$path"
  done < <(layout_of "$1")
}

# mount_layout HOST DEVICE DEVICE2: everything but the root, below the current directory.
mount_layout() {
  local disk path point mode device
  while read -r disk path point mode; do
    [[ $point != [/-] ]] || continue
    device=$2
    [[ $disk == 1 ]] || device=$3
    mkdir -p ".$point"
    mount -o "subvol=$path" "$device" ".$point"
  done < <(layout_of "$1")
}

# What fstab says, with the UUIDs of both disks.
write_fstab() {
  local disk path point mode uuid
  while read -r disk path point mode; do
    [[ $point != - ]] || continue
    uuid=$2
    [[ $disk == 1 ]] || uuid=$3
    printf 'UUID=%s %s btrfs defaults,subvol=%s 0 0\n' "$uuid" "$point" "$path"
  done < <(layout_of "$1")
}
