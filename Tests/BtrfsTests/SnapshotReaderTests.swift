import Btrfs
import FileTrees
import PCSCore
import PCSTestSupport
import SystemPackage
import Testing

/// What the items of a snapshot's tree say of its entries, beside what the entries say themselves.
@Suite(.enabled(if: ScratchBtrfs.isPossible, "needs root, loop devices and btrfs"))
struct SnapshotReaderTests {
  private static let script = """
    printf 1 > one; truncate -s 5M hole; head -c 3000000 /dev/urandom > large; : > empty
    for n in $(seq 1300); do echo $n > many$n; done; rm many7* many1??; ln one other; mkdir -p in/deep
    ln many50 in/linked; echo 1 > in/file; chmod 4750 many51; chown 1000:100 many52; ln -s one link
    mkfifo fifo; mknod null c 1 3; touch -d '1960-01-01 00:00:00.123456789' old
    setfattr -n user.a -v 1 many53; setfattr -n user.long -v "$(printf %03000d 1)" many53
    setfattr -n trusted.t -v 2 many53; setfacl -m u:1000:r,g:7:rw many54; chattr +C empty; chattr +d many58; chattr +A many59
    setcap cap_net_raw+ep many55; btrfs property set many56 compression zstd
    printf x > "$(printf 'caf\\351\\nnew')"; python3 - <<'END'
    import os, zlib
    for n in range(300): os.setxattr('many57', 'user.%d' % n, b'x' * n)
    END
    """

  @Test func tellsWhatLookingTells() async throws {
    try await ScratchBtrfs.with { btrfs in
      try await btrfs.sh("btrfs -q subvolume create tree", in: btrfs.root)
      try await btrfs.sh(Self.script, in: btrfs.root.appending("tree"))
      try await btrfs.sh(
        "btrfs -q subvolume snapshot -r tree read-only",
        in: btrfs.root)
      let root = try #require(try Directory.ifPresent(btrfs.root.appending("read-only")))
      for path in ["", "in"] as [FilePath] {
        let directory = path.isEmpty ? root : try #require(try root.beneath(path))
        let looked = try Self.entries(EntryTree(root), path)
        let read = try Self.entries(EntryTree(root, reader: SnapshotReader()), path)
        #expect(read.count == looked.count)
        for (one, other) in zip(read, looked) {
          #expect(one.name == other.name)
          #expect(one.entry == other.entry)
          let flags = try Self.flags(of: one.name, in: directory)
          #expect(one.mayHaveFlags || flags == 0, "\(one.name)")
        }
        #expect(read.contains { !$0.mayHaveFlags })
      }
    }
  }

  private static func flags(of name: FilePath, in directory: Directory) throws -> UInt32 {
    guard let handle = try EntryHandle(name, in: directory) else { return 0 }
    return InodeFlags.toTell(handle, try handle.read().kind)
  }

  private static func entries(_ tree: EntryTree, _ path: FilePath) throws -> [NamedEntry] {
    var entries = try tree.entries(in: path)
    var all: [NamedEntry] = []
    while let next = try entries.next() { all.append(next) }
    return all
  }
}
