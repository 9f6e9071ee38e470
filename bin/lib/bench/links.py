"""What depends on the link between the machines: how much is sent, and how often."""
import time

from common import BENCH, both, equal, measured, say

TAR = "tar -C %s -c . | ssh vega 'mkdir -p /srv/rsync/tar && tar -x -C /srv/rsync/tar && sync -f /srv'"
SEND = "btrfs send -q -p /srv/rsync/before /srv/rsync/after | ssh vega 'cat >/srv/rsync/stream'"
SLOW = "100mbit"


def piped(lab, script):
    """Seconds of a pipe on atlas, every part of which has to succeed."""
    return lab.timed("bash", "-o", "pipefail", "-c", script)[0]


def tar(lab):
    """The tree of small files by tar over ssh, and unpacked by tar alone; both written to disk."""
    say("the same by tar")
    lab.settle(cold=True)
    over_ssh = piped(lab, TAR % BENCH)
    lab.on("atlas", "tar", "-C", BENCH, "-cf", "/srv/rsync/tree.tar", ".")
    lab.on("atlas", "mkdir", "/srv/rsync/untarred")
    lab.settle()
    local = piped(lab, "tar -x -C /srv/rsync/untarred -f /srv/rsync/tree.tar && sync -f /srv")
    lab.on("atlas", "rm", "-r", "/srv/rsync/untarred", "/srv/rsync/tree.tar")
    lab.on("vega", "rm", "-r", "/srv/rsync/tar")
    lab.settle()
    # tar has given every file another time of access, which the kernel names once.
    return {"tar": over_ssh, "untar": local, "after_reading": lab.sync()[1]}


def compared(lab):
    """Everything compared, since the filter changed, with nothing different."""
    result = {}
    for number, kind in enumerate(["warm", "cold"]):
        say("comparing everything, %s cache" % kind)
        both(lambda host: lab.configure(host, exclude="nothing-%d" % number))
        lab.settle()
        lab.rsync("--dry-run", BENCH + "/", "vega:/home/bench/")
        lab.settle(kind == "cold")
        rsync = lab.rsync("--dry-run", BENCH + "/", "vega:/home/bench/")
        lab.settle(kind == "cold")
        whole, module, _ = lab.sync()
        result[kind] = {
            "user_data": module, "sync": whole, "rsync": rsync, "ratio": rsync / module}
    both(lab.configure)
    lab.sync()
    return result


def sent(lab, poke):
    """Seconds and bytes of `btrfs send -p` of what `poke` changes, which nobody receives."""
    snapshot = ("btrfs", "-q", "subvolume", "snapshot", "-r", "/home")
    lab.on("atlas", *snapshot, "/srv/rsync/before")
    poke()
    lab.on("atlas", *snapshot, "/srv/rsync/after")
    lab.settle()
    seconds, size = measured(lab, lambda: piped(lab, SEND))
    for name in ("before", "after"):
        lab.on("atlas", "btrfs", "-q", "subvolume", "delete", "/srv/rsync/" + name)
    lab.on("vega", "rm", "/srv/rsync/stream")
    return {"seconds": seconds, "bytes": size}


def text(lab, size):
    """A tree of text over a slow link, compressed and not."""
    say("text over a link of 100 Mbit/s")
    result = {}
    for compress in ("auto", "never"):
        lab.tree("atlas", "text", BENCH + "/" + compress, size)
        both(lambda host: lab.configure(host, compress=compress))
        lab.slow("vega", SLOW)
        (whole, module, _), count = measured(lab, lab.sync)
        lab.mend("vega")
        result[compress] = {"user_data": module, "sync": whole, "bytes": count}
    return result


def cut(lab, files, file_size):
    """A first copy that is cut when four fifths of its bytes are sent, and the next one."""
    say("cut at 80 %")
    lab.tree("atlas", "make", BENCH + "/small", files, 1)
    for number in range(4):
        lab.tree("atlas", "file", "%s/large%d" % (BENCH, number), file_size)
    total = int(lab.on("atlas", "du", "-sb", BENCH).split()[0])
    lab.slow("vega", "800mbit")
    before = lab.wire()
    with lab.started("atlas", "pcs-sync", "vega", "--yes", "--allow-first-sync") as sync:
        while lab.wire() - before < 0.8 * total and sync.poll() is None:
            time.sleep(0.01)
        lab.on("atlas", "pkill", "-KILL", "-f", "pcs-module-user-data execute")
    lab.on("vega", "sh", "-c", "while pgrep 'pcs-(leash|module)' >/dev/null; do sleep 0.1; done")
    _, again = measured(lab, lab.sync)
    lab.mend("vega")
    equal(lab)
    return {"bytes": total, "again": again, "share": again / total}
