"""Machines of bin/pcs-lab, and what can be measured of them."""
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[3]
TREE = (ROOT / "bin/lib/bench/tree.py").read_bytes()
CONFIGURATION = """\
sync_modules: {user_data: true}
user_data: {folders: [{path: /home/bench}, {path: /root}], compress: %s, exclude: [%s]}
btrfs_snapshots: {subvolumes: ["@home", "@root"]}
disk: {min_free: 1%%, reserve_minimum: 1%%}
"""


class Failure(Exception):
    """A command of the benchmark failed."""


class Lab:
    """Machines that last as long as the `with` block."""

    def __init__(self, stage, size, hosts=2, ahead=False):
        self.stage, self.size, self.hosts = stage, size, hosts
        self.ahead = ["chrt", "--rr", "1"] if ahead else []

    def __enter__(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="pcs-bench."))
        self.directory = self.scratch / "lab"
        try:
            self._pcs_lab("up", "--size", self.size, "--hosts", str(self.hosts), "--install",
                          str(self.stage), str(self.directory))
            for host in self.names():
                self.on(host, "sh", "-c", "mkdir -p ~/.config/pc-switcher /home/bench /srv/rsync")
                self.configure(host)
                if self.ahead:  # what comes in by ssh, too
                    self.on(host, "sh", "-c", "chrt --rr --pid 1 $(cat /run/sshd.pid)")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._pcs_lab("down", str(self.directory))
        shutil.rmtree(self.scratch)

    def names(self):
        return ["atlas", "vega", "lyra"][:self.hosts]

    def _pcs_lab(self, *words):
        done = subprocess.run([ROOT / "bin/pcs-lab", *words], capture_output=True, check=False)
        if done.returncode:
            raise Failure("pcs-lab %s: %s" % (words[0], done.stderr.decode().strip()))

    def on(self, host, *command, input=b""):
        """What a command prints that has to succeed."""
        words = [ROOT / "bin/pcs-lab", "in", self.directory, host, "--", *command]
        done = subprocess.run(words, input=input, capture_output=True, check=False)
        if done.returncode:
            said = (done.stderr or done.stdout[-2000:]).decode(errors="replace").strip()
            raise Failure("%s: %s: status %d: %s" % (host, command[0], done.returncode, said))
        return done.stdout

    def configure(self, host, exclude="", compress="auto"):
        self.on(host, "sh", "-c", "cat >~/.config/pc-switcher/config.yaml",
                input=(CONFIGURATION % (compress, exclude)).encode())

    def slow(self, host, rate):
        """Lets the host's network carry no more than a rate."""
        self._pcs_lab("slow", str(self.directory), host, rate)

    def mend(self, host):
        self._pcs_lab("mend", str(self.directory), host)

    @contextlib.contextmanager
    def started(self, host, *command):
        """A command that runs in the `with` block, and may fail."""
        words = [ROOT / "bin/pcs-lab", "in", self.directory, host, "--", *command]
        with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            yield process

    def tree(self, host, *words):
        """Runs tree.py, and puts on disk what it made."""
        self.on(host, "python3", "-", *map(str, words), input=TREE)
        self.on(host, "sync", "-f", "/home")

    def timed(self, *command):
        """Seconds that a command on atlas takes, and what it prints."""
        script = ('TIMEFORMAT=%R; exec 3>&2 2>/run/seconds; time "$@" 2>&3; status=$?;'
                  ' exec 2>&3; exit $status')
        output = self.on("atlas", *self.ahead, "bash", "-c", script, "-", *command)
        return float(self.on("atlas", "tail", "-n", "1", "/run/seconds")), output

    def sync(self, target="vega"):
        """A sync to its end: seconds of it, of its user-data module, and its lines."""
        seconds, output = self.timed(
            "pcs-sync", target, "--yes", "--allow-first-sync", "--format", "json")
        lines = [json.loads(line) for line in output.splitlines()]
        module = [line["duration"] for line in lines
                  if line["type"] == "module_result" and line["module"] == "user-data"]
        return seconds, module[0], lines

    def rsync(self, *words):
        """Seconds of an rsync over ssh from atlas."""
        return self.timed("rsync", "-aHAX", "--delete", "--numeric-ids", *words)[0]

    def pid(self, host):
        return (self.directory / (host + ".pid")).read_text().split()[0]

    def wire(self):
        """Bytes that atlas has sent and received so far."""
        lines = pathlib.Path("/proc/%s/net/dev" % self.pid("atlas")).read_text().splitlines()
        fields = next(line for line in lines if "eth0:" in line).split(":")[1].split()
        return int(fields[8]) + int(fields[0])

    def settle(self, cold=False):
        """What one has written is on disk before the other is measured, who would wait for it.

        With `cold`, everything is read from disk from then on; the disk being a file of the host,
        that goes for all of it.
        """
        for host in self.names():
            self.on(host, "sync", "-f", "/")
            subprocess.run(["sync", "-f", self.directory / (host + ".img")], check=True)
        if cold:
            pathlib.Path("/proc/sys/vm/drop_caches").write_text("3\n")


class Memory:
    """The most memory that each program on the machines has while the `with` block runs.

    It is looked at from outside, again and again; a process counts as its program and verb.
    """

    def __init__(self, lab, interval):
        self.interval = interval
        self.spaces = {os.readlink("/proc/%s/ns/pid" % lab.pid(host)): host for host in lab.names()}
        self.peaks = {}

    def __enter__(self):
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()

    def _watch(self):
        while not self.stopped.wait(self.interval):
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    self._look(pid)
                except (OSError, StopIteration):
                    continue  # it has ended

    def _look(self, pid):
        with open("/proc/%s/comm" % pid, "rb") as file:
            comm = file.read().strip().decode(errors="replace")
        if not comm.startswith(("pcs-", "rsync", "unison")):
            return
        host = self.spaces.get(os.readlink("/proc/%s/ns/pid" % pid))
        if host is None:
            return
        with open("/proc/%s/status" % pid, "rb") as file:
            peak = int(next(line for line in file if line.startswith(b"VmHWM:")).split()[1])
        with open("/proc/%s/cmdline" % pid, "rb") as file:
            words = file.read().decode(errors="replace").split("\0")
        name = os.path.basename(words[0])
        if comm.startswith("pcs-") and len(words) > 1 and words[1].isalpha():
            name += " " + words[1]
        self.peaks[host, name] = max(self.peaks.get((host, name), 0), peak)

    def megabytes(self):
        return {"%s: %s" % key: round(peak / 1024, 1) for key, peak in sorted(self.peaks.items())}

    def highest(self):
        """The highest of ours."""
        return max((peak / 1024 for (_, name), peak in self.peaks.items()
                    if name.startswith("pcs-")), default=0.0)
