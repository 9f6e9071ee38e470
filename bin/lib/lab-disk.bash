# shellcheck shell=bash disable=SC2154,SC2164
# What is on the disk of a new machine; sourced by pcs-lab.

# Host keys and keys of both users, known to all machines, so made before any.
make_keys() {
  local host each
  for host in "${hosts[@]}"; do
    mkdir -p "$dir/keys/$host"
    for each in host root ada; do
      ssh-keygen -q -t ed25519 -N '' -C "$each@$host" -f "$dir/keys/$host/$each"
    done
    printf '%s,%s %s\n' "$host" "$(address_of "$host")" "$(<"$dir/keys/$host/host.pub")" \
      >>"$dir/keys/known_hosts"
  done
}

# Fills the subvolumes of HOST's layout: of its disk below TOP, and of DEVICE2.
build_machine() {
  local host=$1 top=$2 device=$3 device2=$4
  cd "$top/$(root_subvolume_of "$host")" # what is mounted in it goes with `umount -l` in the end
  build_tree
  mount_layout "$host" "$device" "$device2"
  build_etc
  build_identity "$host"
  write_fstab "$host" "$(blkid -p -o value -s UUID "$device")" \
    "$([[ -z $device2 ]] || blkid -p -o value -s UUID "$device2")" >etc/fstab
  build_accounts
  build_login
  build_home root "$host" root
  build_home ada "$host" home/ada
  [[ -z $PCS_LAB_TREE ]] || {
    cp -a "$PCS_LAB_TREE/usr/local/." usr/local/
    touch -c usr/local/lib/pc-switcher/current/MANIFEST # as the installer does, last of all
  }
}

build_tree() {
  local each
  mkdir -p boot dev home media mnt opt proc root run srv sys usr/local/{bin,sbin,lib,share} \
    var/{backups,cache,lib,local,log,mail,opt,spool} var/cache/apt/archives/partial \
    var/lib/{apt/lists/partial,dpkg/{info,updates},misc}
  install -d -m 1777 tmp var/tmp
  touch var/log/{lastlog,wtmp}
  ln -s /run /run/lock var/
  for each in /bin /sbin /lib* /usr/*; do
    [[ ! -L $each ]] || cp -a "$each" ".$each"
  done
  # What is installed is the host's /usr. The lists of files are too large to copy.
  for each in dpkg/{status,arch,diversions,statoverride,alternatives,triggers} apt/extended_states; do
    [[ ! -e /var/lib/$each ]] || cp -a "/var/lib/$each" "var/lib/$each"
  done
}

# The host's /etc as far as everybody may read it: what is not for all is secret.
build_etc() {
  install -d etc
  (cd /etc && find . -type d ! -perm -5 -prune -o -type f ! -perm -4 -o -print0) |
    rsync -a --from0 --files-from=- --exclude='/ssh/*' --exclude='/cron*' --exclude='/*-' /etc/ etc/
}

# What makes it this machine and not its host.
build_identity() {
  local host=$1 each
  printf '%s\n' "$host" >etc/hostname
  rm -f etc/machine-id etc/mtab etc/crypttab
  tr -d - </proc/sys/kernel/random/uuid >etc/machine-id
  chmod 444 etc/machine-id
  ln -s ../proc/self/mounts etc/mtab
  {
    printf '127.0.0.1 localhost\n::1 localhost ip6-localhost\n'
    for each in "${hosts[@]}"; do printf '%s %s\n' "$(address_of "$each")" "$each"; done
  } >etc/hosts
  mkdir -p etc/ssh
  cp "$dir/keys/$host/host" etc/ssh/ssh_host_ed25519_key
  cp "$dir/keys/$host/host.pub" etc/ssh/ssh_host_ed25519_key.pub
  chmod 644 etc/ssh/ssh_host_ed25519_key.pub
}

# The system's accounts, root and ada, all without a password; the host's people not.
build_accounts() {
  sed -i -E '/^[^:]*:[^:]*:[0-9]{4,}:/{/^(nobody|nogroup):/!d}; /^ada:/d' etc/passwd etc/group
  sed -i -E 's/^([^:]*:[^:]*:[^:]*:).*/\1/' etc/group
  printf 'ada:x:1000:1000:Ada:/home/ada:/bin/bash\n' >>etc/passwd
  printf 'ada:x:1000:\n' >>etc/group
  sed -E 's/^([^:]*):.*/\1:*:19000:0:99999:7:::/' etc/passwd >etc/shadow
  sed -E 's/^([^:]*):.*/\1:*::/' etc/group >etc/gshadow
  chmod 640 etc/shadow etc/gshadow
  chgrp shadow etc/shadow etc/gshadow
  rm -rf etc/sudoers.d
  mkdir etc/sudoers.d
  cat >etc/sudoers <<'END'
Defaults env_reset, secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
root ALL=(ALL:ALL) ALL
@includedir /etc/sudoers.d
END
  printf 'ada ALL=(ALL:ALL) NOPASSWD: ALL\n' >etc/sudoers.d/ada
  chmod 440 etc/sudoers etc/sudoers.d/ada
}

# sshd, ssh and PAM without what needs systemd, asks a name server or greets.
build_login() {
  mkdir -p etc/ssh/{ssh,sshd}_config.d
  cat >etc/ssh/sshd_config <<'END'
Include /etc/ssh/sshd_config.d/*.conf
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM yes
UseDNS no
PrintMotd no
AcceptEnv LANG LC_*
MaxStartups 100
PidFile /run/sshd.pid
Subsystem sftp internal-sftp
END
  cat >etc/ssh/ssh_config <<'END'
Include /etc/ssh/ssh_config.d/*.conf
Host *
    SendEnv LANG LC_*
END
  sed -i /pam_systemd/d etc/pam.d/common-session*
  {
    printf '@include common-%s\n' auth account session
    printf 'session required pam_env.so\n' # /etc/environment
  } >etc/pam.d/sshd
}

# A home directory whose owner is known to the same user of every machine.
build_home() {
  local user=$1 host=$2 home=$3 keys=$dir/keys
  mkdir -p "$home"
  cp -a /etc/skel/. "$home/"
  mkdir -p "$home/.ssh"
  cp "$keys/$host/$user" "$home/.ssh/id_ed25519"
  cp "$keys/$host/$user.pub" "$home/.ssh/id_ed25519.pub"
  cat "$keys"/*/"$user.pub" >"$home/.ssh/authorized_keys"
  cp "$keys/known_hosts" "$home/.ssh/known_hosts"
  chmod 700 "$home" "$home/.ssh"
  chmod 644 "$home/.ssh/"{id_ed25519.pub,authorized_keys,known_hosts}
  chown -R "$(awk -F: -v user="$user" '$1 == user { print $3 ":" $4 }' etc/passwd)" "$home"
}
