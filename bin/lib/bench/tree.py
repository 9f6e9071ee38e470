"""Makes and changes what a benchmark syncs; fed to python3 inside a machine.

tree.py make DIR COUNT SEED    COUNT small files, a thousand below each directory of DIR
tree.py change DIR SEED        100 files changed, 10 deleted, one of those directories renamed
tree.py file FILE BYTES        a file of random bytes
tree.py text DIR BYTES         files of words, 20 kB each
tree.py poke FILE COUNT SEED   COUNT random writes of 4 KiB
"""
import os
import random
import sys

# Mean of about 3 kB: bytes at most, and how many files of a hundred.
SIZES = [(600, 45), (3000, 35), (9000, 18), (40000, 2)]
# When all of it was made: two machines get equal trees of one seed.
MADE = 1_700_000_000
CHANGED = 100
DELETED = 10
POOL = random.Random(0).randbytes(1 << 20)


def content(chance):
    most = chance.choices([size for size, _ in SIZES], [weight for _, weight in SIZES])[0]
    start = chance.randrange(len(POOL) - most)
    return POOL[start:start + chance.randint(1, most)]


def write(path, data):
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.write(file, data)
    os.close(file)


def make(top, count, seed):
    chance = random.Random(int(seed))
    for number in range(int(count)):
        folder = "%s/d%04d/s%02d" % (top, number // 1000, number // 50 % 20)
        if number % 50 == 0:
            os.makedirs(folder)
        path = "%s/f%02d" % (folder, number % 50)
        write(path, content(chance))
        os.utime(path, (MADE, MADE))
    for folder, _, _ in os.walk(top):
        os.utime(folder, (MADE, MADE))


def any_file(top, chance):
    path = top
    while os.path.isdir(path):
        path += "/" + chance.choice(sorted(os.listdir(path)))
    return path


def change(top, seed):
    chance = random.Random(int(seed))
    files = set()
    while len(files) < CHANGED + DELETED:
        files.add(any_file(top, chance))
    for index, path in enumerate(sorted(files, key=lambda _: chance.random())):
        if index < DELETED:
            os.unlink(path)
        elif index % 2:  # as an editor saves
            write(path + ".new", content(chance))
            os.rename(path + ".new", path)
        else:
            write(path, content(chance))
    moved = chance.choice(sorted(os.listdir(top)))
    os.rename(top + "/" + moved, "%s/moved%s" % (top, seed))


def file(path, size):
    with open(path, "wb", buffering=0) as out:
        for start in range(0, int(size), 1 << 20):
            out.write(os.urandom(min(1 << 20, int(size) - start)))


def text(top, size):
    chance = random.Random(7)
    letters = "etaoinshrdlucmfw"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(4000)]
    common = [1 / (place + 1) for place in range(len(words))]
    os.makedirs(top)
    for number in range(int(size) // 20000):
        lines = chance.choices(words, common, k=3400)
        write("%s/%05d.txt" % (top, number), " ".join(lines).encode())


def poke(path, count, seed):
    chance = random.Random(int(seed))
    pages = os.path.getsize(path) // 4096
    with open(path, "r+b", buffering=0) as out:
        for page in chance.sample(range(pages), int(count)):
            out.seek(page * 4096)
            out.write(chance.randbytes(4096))


if __name__ == "__main__":
    {"make": make, "change": change, "file": file, "text": text, "poke": poke}[sys.argv[1]](*sys.argv[2:])
