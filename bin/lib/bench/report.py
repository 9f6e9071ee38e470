"""The table of a benchmark: times, ratios, and whether what is to be reached was."""

MILLION, HUNDRED_THOUSAND, TEN_THOUSAND = 1_000_000, 100_000, 10_000


def count(files):
    return "%d M" % (files // MILLION) if files >= MILLION else "%d k" % (files // 1000)


def size(number):
    for unit in ("B", "kB", "MB"):
        if number < 1000:
            return "%.3g %s" % (number, unit)
        number /= 1000
    return "%.3g GB" % number


def row(what, times):
    print("%-42s %9.2f %9.2f %9.2f %7.1f %9s %9s" % (
        what, times["user_data"], times["sync"], times["rsync"], times["ratio"],
        size(times["bytes"]) if "bytes" in times else "",
        size(times["rsync_bytes"]) if "rsync_bytes" in times else ""))


def title():
    print("%-42s %9s %9s %9s %7s %9s %9s" % (
        "", "user-data", "pcs-sync", "rsync", "ratio", "sent", "rsync"))
    print("%-42s %9s %9s %9s" % ("", "s", "s", "s"))


def tree(found):
    files = count(found["files"])
    first, changes, nothing = found["first_copy"], found["changes"], found["nothing"]
    if "empty" in first:
        row(files + " files: first copy, empty target", first["empty"])
    if "little" in first:
        row(files + " files: first copy, a little there", first["little"])
    if "others" in first:
        print("%-42s %9s %9s %9s   tar over ssh: %.2f s, untar: %.2f s" % (
            files + " files: the same by tar", "", "", "", first["others"]["tar"],
            first["others"]["untar"]))
        print("%-42s %9.2f" % (
            files + " files: all were read since the last", first["others"]["after_reading"]))
        for kind, times in first["compared"].items():
            row("%s files: everything compared, %s" % (files, kind), times)
    row(files + " files: changes, warm", changes["warm"])
    row(files + " files: changes, cold", changes["cold"])
    print("%-42s %9.2f" % (files + " files: only times of access changed", changes["after_reading"]))
    if "unison" in changes:
        print("%-42s %9s %9s %9.2f" % (files + " files: changes, warm: unison", "", "",
                                      changes["unison"]))
    print("%-42s %9.2f %9.2f           ssh vega true: %.2f s" % (
        files + " files: nothing changed", nothing["user_data"], nothing["sync"], nothing["ssh"]))


def large(found):
    row("directory of %s renamed" % size(found["folder_bytes"]), found["rename"])
    row("1,000 random writes into %s" % size(found["file_bytes"]), found["random_writes"])
    print("%-42s %9s %9s %9.2f %7s %9s %9s" % (
        "the same by btrfs send -p, not received", "", "", found["send"]["seconds"], "", "",
        size(found["send"]["bytes"])))


def text(found):
    for compress, times in found.items():
        print("%-42s %9.2f %9.2f %9s %7s %9s" % (
            "text over 100 Mbit/s, compress: " + compress, times["user_data"], times["sync"], "", "",
            size(times["bytes"])))


def cut(found):
    print("%-42s %37s %9s" % (
        "%s cut at 80 %%: sent by the next sync" % size(found["bytes"]), "", size(found["again"])))


def memory(found):
    print("\npeak memory, MB, %s files%28s %9s" % (count(found["files"]), "first copy", "changes"))
    first, later = found["first_copy"]["peak_memory"], found["changes"]["peak_memory"]
    for name in sorted({*first, *later}):
        print("%-42s %9s %9s" % (name, first.get(name, ""), later.get(name, "")))


def reach(results):
    """What is to be reached: words, the limit, what was measured or None, and whether that does."""
    trees = {each["files"]: each for each in results["trees"]}

    def of(files, *keys):
        value = trees.get(files)
        for key in keys:
            value = value and value[key]
        return value

    def ratio_of_times():
        small, great = of(TEN_THOUSAND, "changes", "warm"), of(MILLION, "changes", "warm")
        return small and great and great["user_data"] / small["user_data"]

    def first_copy(*keys):
        return of(HUNDRED_THOUSAND, "first_copy", *keys) if "others" in (
            of(HUNDRED_THOUSAND, "first_copy") or {}) else None

    def inverse(value):
        return value and 1 / value

    copied, tar = first_copy("empty", "user_data"), first_copy("others", "tar")
    found_large, slow = results.get("large", {}), results.get("text")
    send, writes = found_large.get("send"), found_large.get("random_writes")
    smallest = trees[min(trees)]["nothing"] if trees else None
    rename = results.get("large", {}).get("rename")
    is_whole = rename and results["large"]["folder_bytes"] >= 10 ** 10
    memory = of(MILLION) and max(
        of(MILLION, "first_copy", "highest"), of(MILLION, "changes", "highest"))
    rows = [
        ("100 k files, first copy: the module, times of rsync", "<=", 0.75,
         inverse(first_copy("empty", "ratio"))),
        ("the same, times of tar over ssh", "<=", 1.2, copied and copied / tar),
        ("100 k files, everything compared, warm: of rsync", "<=", 0.4,
         inverse(first_copy("compared", "warm", "ratio"))),
        ("the same, cold", "<=", 0.5, inverse(first_copy("compared", "cold", "ratio"))),
        ("1,000 random writes: times of btrfs send -p", "<=", 2,
         send and writes["user_data"] / send["seconds"]),
        ("the same: bytes of those of btrfs send -p", "<=", 1.1,
         send and writes["bytes"] / send["bytes"]),
        ("the same: times faster than rsync", ">=", 10, writes and writes["ratio"]),
        ("text over 100 Mbit/s: times faster than uncompressed", ">=", 2,
         slow and slow["never"]["user_data"] / slow["auto"]["user_data"]),
        ("cut at 80 %: share that the next sync sends", "<=", 0.22,
         results["cut"]["share"] if "cut" in results else None),
        ("1 M files, changes, warm: times faster than rsync", ">=", 60,
         of(MILLION, "changes", "warm", "ratio")),
        ("1 M files, changes, cold", ">=", 100, of(MILLION, "changes", "cold", "ratio")),
        ("100 k files, changes, warm", ">=", 15, of(HUNDRED_THOUSAND, "changes", "warm", "ratio")),
        ("100 k files, changes, cold", ">=", 15, of(HUNDRED_THOUSAND, "changes", "cold", "ratio")),
        ("1 M files against 10 k, same changes: times longer", "<=", 1.5, ratio_of_times()),
        ("directory of 10 GB renamed: s", "<=", 1, rename["user_data"] if is_whole else None),
        ("the same: MB sent", "<=", 1, rename["bytes"] / 1e6 if is_whole else None),
        ("1 M files: peak memory of a process of ours, MB", "<=", 50, memory),
        ("nothing changed: whole pcs-sync, s", "<=", 1, smallest and smallest["sync"]),
        ("the same, in times of ssh vega true", "<=", 5, smallest and smallest["ratio"]),
    ]
    return [{"what": what, "relation": relation, "limit": limit, "measured": value,
             "met": None if value is None else
             (value >= limit if relation == ">=" else value <= limit)}
            for what, relation, limit, value in rows]


def verdicts(rows):
    print("\n%-52s %8s %9s" % ("to reach", "limit", "measured"))
    for each in rows:
        value = "-" if each["measured"] is None else "%.2f" % each["measured"]
        verdict = {None: "not measured", True: "met", False: "not met"}[each["met"]]
        print("%-52s %s %5g %9s  %s" % (
            each["what"], each["relation"], each["limit"], value, verdict))


def show(results):
    title()
    for each in results["trees"]:
        tree(each)
    if "large" in results:
        large(results["large"])
        text(results["text"])
        cut(results["cut"])
    for each in results["trees"]:
        memory(each)
    verdicts(results["reach"])
    if not any("unison" in each["changes"] for each in results["trees"]):
        print("\nunison is left out: it is not installed, or was not asked for")
