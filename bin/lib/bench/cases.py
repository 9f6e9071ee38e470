"""What is measured: each case returns what it found as numbers under names."""
import shutil
import statistics
import subprocess

import links
from common import BENCH, both, equal, measured, say
from lab import Memory

UNISON = "/var/tmp/unison"


def pair(lab, name, cold=False):
    """The same work by rsync, into the subvolume NAME on vega, and by a sync, in that order."""
    lab.settle(cold)
    rsync, rsync_bytes = measured(
        lab, lambda: lab.rsync(BENCH + "/", "vega:/srv/rsync/%s/bench/" % name))
    lab.settle(cold)
    ours, bytes_sent = measured(lab, lab.sync)
    return {"user_data": ours[1], "sync": ours[0], "rsync": rsync, "ratio": rsync / ours[1],
            "bytes": bytes_sent, "rsync_bytes": rsync_bytes}


def snapshot(lab, host="vega", name="round"):
    lab.on(host, "btrfs", "-q", "subvolume", "snapshot", "/home", "/srv/rsync/" + name)


def drop(lab, host="vega", name="round"):
    lab.on(host, "btrfs", "-q", "subvolume", "delete", "/srv/rsync/" + name)
    lab.on(host, "btrfs", "-q", "subvolume", "sync", "/srv")


def same_trees(lab, files):
    """The whole tree on both machines from the start, for who has no time for a first copy."""
    say("%d files: making them twice" % files)
    both(lambda host: lab.tree(host, "make", BENCH, files, 1))
    say("first sync of equal trees")
    with Memory(lab, 0.05) as memory:
        lab.sync()
    return {"peak_memory": memory.megabytes(), "highest": memory.highest()}


def first_copy(lab, files, little):
    """The whole tree to a machine that has nothing of it, and to one that has a little."""
    say("%d files: making them" % files)
    lab.tree("atlas", "make", BENCH, files, 1)
    say("first copy")
    lab.on("vega", "sh", "-c", "btrfs -q subvolume create /srv/rsync/first; mkdir /srv/rsync/first/bench")
    with Memory(lab, 0.05) as memory:
        result = {"empty": pair(lab, "first", cold=True)}
    drop(lab, name="first")
    equal(lab)
    result["others"] = links.tar(lab)
    result["compared"] = links.compared(lab)
    if little:
        say("first copy to a machine that has a little of it")
        lab.tree("lyra", "make", BENCH, 100, 1)
        snapshot(lab, "lyra", "little")
        lab.settle(cold=True)
        rsync = lab.rsync(BENCH + "/", "lyra:/srv/rsync/little/bench/")
        lab.settle(cold=True)
        whole, module, _ = lab.sync("lyra")
        result["little"] = {
            "user_data": module, "sync": whole, "rsync": rsync, "ratio": rsync / module}
    result["peak_memory"] = memory.megabytes()
    result["highest"] = memory.highest()
    return result


def unison(lab, *options):
    return lab.timed(
        "env", "UNISON=" + UNISON, "unison", BENCH, "ssh://vega//srv/rsync/unison/bench", "-ui",
        "text", "-batch", "-force", BENCH, "-confirmbigdel=false", "-owner", "-group",
        "-numericids", "-times", "-servercmd", "env UNISON=%s unison" % UNISON, *options)[0]


def after_reading(lab):
    """Seconds of user-data when all that changed since is when each directory was last read.

    With relatime a walk does that once a day, and the kernel names every inode it did it to; done
    here, it does not come in between later.
    """
    say("no change but that everything was read")
    lab.on("atlas", "find", BENCH, "-newermt", "2100-01-01")
    lab.settle()
    return lab.sync()[1]


def changes(lab, rounds, with_unison):
    """100 files changed, 10 deleted and a directory of 1,000 renamed, again and again."""
    result = {"warm": [], "cold": []}
    if with_unison:
        say("unison gets to know both sides")
        snapshot(lab, name="unison")
        unison(lab)
        result["unison"] = []
    result["after_reading"] = after_reading(lab)
    seed = 1
    for kind in ["warm", "cold"] * rounds:
        seed += 1
        say("changes, %s cache" % kind)
        snapshot(lab)
        if kind == "warm":  # also what the snapshot has in the cache is its own
            lab.rsync("--dry-run", BENCH + "/", "vega:/srv/rsync/round/bench/")
        lab.tree("atlas", "change", BENCH, seed)
        if with_unison and kind == "warm":
            result["unison"].append(unison(lab))
        result[kind].append(pair(lab, "round", cold=kind == "cold"))
        drop(lab)
    say("changes, with an eye on memory")
    lab.tree("atlas", "change", BENCH, seed + 1)
    with Memory(lab, 0.002) as memory:
        lab.sync()
    result["peak_memory"] = memory.megabytes()
    result["highest"] = memory.highest()
    equal(lab)
    return {key: median(value) if isinstance(value, list) else value
            for key, value in result.items()}


def median(found):
    """Of numbers, or of each of the numbers under names."""
    if isinstance(found[0], dict):
        return {key: statistics.median(each[key] for each in found) for key in found[0]}
    return statistics.median(found)


def nothing(lab, rounds):
    """No change at all, beside the least that an ssh connection takes."""
    say("no change")
    lab.sync()
    syncs = [lab.sync() for _ in range(rounds)]
    ssh = median([lab.timed("ssh", "vega", "true")[0] for _ in range(rounds)])
    whole = median([each[0] for each in syncs])
    return {"sync": whole, "user_data": median([each[1] for each in syncs]), "ssh": ssh,
            "ratio": whole / ssh}


def tree(lab, files, options):
    """Everything about a tree of small files."""
    with_unison = shutil.which("unison") is not None and options.unison
    if options.first_copy:
        first = first_copy(lab, files, little=lab.hosts > 2)
    else:
        first = same_trees(lab, files)
    return {
        "files": files, "first_copy": first,
        "changes": changes(lab, options.rounds, with_unison),
        "nothing": nothing(lab, options.rounds)}


def large(lab, folder_size, image_size):
    """A large directory that is renamed, and a large file of which a little is written."""
    say("large files: making them")
    lab.on("atlas", "mkdir", BENCH + "/films")
    for number in range(10):
        lab.tree("atlas", "file", "%s/films/%d" % (BENCH, number), folder_size // 10)
    lab.tree("atlas", "file", BENCH + "/image", image_size)
    say("first copy")
    lab.sync()
    result = {"folder_bytes": folder_size, "file_bytes": image_size}
    say("renaming the directory")
    snapshot(lab)
    lab.on("atlas", "mv", BENCH + "/films", BENCH + "/movies")
    result["rename"] = pair(lab, "round")
    drop(lab)
    say("writing at random")
    snapshot(lab)
    result["send"] = links.sent(
        lab, lambda: lab.tree("atlas", "poke", BENCH + "/image", 1000, 1))
    result["random_writes"] = pair(lab, "round")
    drop(lab)
    equal(lab)
    return result


def machine():
    """What this ran on."""
    model = subprocess.run(
        ["sed", "-n", "s/^model name.*: //p", "/proc/cpuinfo"], capture_output=True, text=True,
        check=True).stdout.splitlines()
    return {"cpus": len(model), "model": model[0] if model else ""}
