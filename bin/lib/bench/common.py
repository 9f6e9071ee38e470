"""What all cases use."""
import sys
import threading
import time

from lab import ROOT, Failure

BENCH = "/home/bench"
MANIFEST = (ROOT / "Tests/lab/manifest").read_bytes()
START = time.monotonic()


def say(what):
    """What comes next, for who waits for it."""
    print("%4d s: %s" % (time.monotonic() - START, what), file=sys.stderr, flush=True)


def measured(lab, action):
    """Runs something that returns seconds first; with the bytes it sent."""
    before = lab.wire()
    result = action()
    return result, lab.wire() - before


def equal(lab):
    """Fails unless the folder is the same on both machines in everything that can be seen."""
    say("comparing")
    sums = {}

    def add(host):
        sums[host] = lab.on(host, "bash", "-o", "pipefail", "-c",
                            'python3 - "$1" | sha256sum', "-", BENCH, input=MANIFEST)

    both(add)
    if len(sums) < 2 or len(set(sums.values())) > 1:
        raise Failure("%s differs between the machines after a sync" % BENCH)


def both(action):
    """Does something on both machines at the same time."""
    threads = [threading.Thread(target=action, args=[host]) for host in ("atlas", "vega")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
