import PCSCore
import SystemPackage

/// What an installation on a target has to know of it, and what there is to do.
package struct TargetInstallation: Sendable, Equatable {
  /// A package manager that put the tools where they are.
  package struct Package: Sendable, Equatable {
    /// What upgrades it, as one would type it there.
    package let command: String
  }

  /// How a command becomes root there.
  package enum Become: String, Sendable, Equatable {
    /// The login user is root.
    case root
    /// `sudo -n` allows `pcs-leash`, and perhaps nothing else.
    case leash
    /// `sudo -n` allows a shell.
    case sudo
  }

  /// What the versions and what lies there ask for.
  package enum Step: Sendable, Equatable {
    case equal
    case missing
    case outdated(String)
    case otherBuild
    case damaged
    case newer(String)
    case packaged(Package)
  }

  package var machine: String
  /// The version of glibc; nil where there is another C library.
  package var glibc: String?
  /// Whether an installer of ours has been there.
  package var isInstalled: Bool
  /// The SHA-256 of the `MANIFEST` there; nil when there is none.
  package var manifest: String?
  /// Whether every file of the manifest is there, unchanged, with its link.
  package var isWhole: Bool
  /// Who else installed the tools that are there.
  package var owner: Package?
  package var become: Become?

  /// Succeeds when what is installed is whole; quick, since every sync asks it.
  ///
  /// The installer touches `MANIFEST` last, and nothing changes a file without its ctime: sums are
  /// computed only where something is newer, such as an installation that was copied.
  static var isIntact: String {
    """
    prefix=\(ShellWord.quote(Places.prefix.string))
    cd "$prefix/lib/pc-switcher/current" || exit
    for each in bin/*; do
      [ -x "$each" ] && [ "$prefix/$each" -ef "$each" ] || exit
    done
    new=$(find . -newercc MANIFEST) && [ -z "$new" ] ||
      sha256sum --check --strict --quiet MANIFEST
    """
  }

  /// Asks for all of it; works in any POSIX shell.
  package static var script: String {
    let prefix = ShellWord.quote(Places.prefix.string)
    return """
      prefix=\(prefix)
      echo "machine $(uname -m)"
      getconf GNU_LIBC_VERSION 2>/dev/null # glibc 2.36
      for each in "$prefix/bin/pcs-sync" /usr/bin/pcs-sync; do
        if name=$(dpkg-query -S "$each" 2>/dev/null); then
          echo "package apt-get install --only-upgrade ${name%%:*}"
        elif name=$(rpm -qf --queryformat '%{NAME}' "$each" 2>/dev/null); then
          echo "package dnf upgrade $name"
        elif name=$(pacman -Qqo "$each" 2>/dev/null); then
          echo "package pacman -Syu $name"
        fi
      done
      if [ "$(id -u)" = 0 ]; then
        echo become root
      elif sudo -n "$prefix/bin/pcs-leash" --version >/dev/null 2>&1; then
        echo become leash
      elif sudo -n true 2>/dev/null; then
        echo become sudo
      fi
      [ ! -L "$prefix/lib/pc-switcher/current" ] || echo installed
      cd "$prefix/lib/pc-switcher/current" 2>/dev/null && {
        sum=$(sha256sum MANIFEST 2>/dev/null) && echo "manifest ${sum%% *}"
        sha256sum --check --strict --quiet MANIFEST >/dev/null 2>&1 &&
          for each in bin/*; do
            [ -x "$each" ] || exit 0
            [ "$(readlink "$prefix/$each")" = "../lib/pc-switcher/current/$each" ] || exit 0
          done && echo whole
      }
      exit 0

      """
  }

  /// Reads what the script printed; nil when that says nothing.
  package init?(output: String) {
    let lines = output.split(separator: "\n").map(String.init)
    func value(_ name: String) -> String? {
      lines.first { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(name.count + 1)) }
    }
    guard let machine = value("machine") else { return nil }
    self.machine = machine
    glibc = value("glibc")
    isInstalled = lines.contains("installed")
    manifest = value("manifest")
    isWhole = lines.contains("whole")
    owner = value("package").map { Package(command: "sudo " + $0) }
    become = value("become").flatMap(Become.init(rawValue:))
  }

  /// What brings the target, whose tools say that they are of version `theirs`, to our version.
  ///
  /// Without a manifest of ours, in a build folder, the version alone decides.
  package func step(ours: String, manifest ourManifest: String?, theirs: String?) -> Step {
    if let theirs, Version.isNewer(theirs, than: ours) { return .newer(theirs) }
    if let owner { return theirs == ours ? .equal : .packaged(owner) }
    switch theirs {
    case nil: return isInstalled ? .damaged : .missing
    case ours?:
      if !isWhole { return .damaged }
      return ourManifest == nil || ourManifest == manifest ? .equal : .otherBuild
    case let theirs?: return .outdated(theirs)
    }
  }

  /// Why programs made for `platform`, the content of a bundle's `PLATFORM`, cannot run there; nil
  /// when they can.
  package func obstacle(to platform: String) -> String? {
    let needed = platform.split(whereSeparator: \.isWhitespace).map(String.init)
    guard needed.count >= 2 else { return nil }
    if needed[0] != machine { return "made for \(needed[0]), that machine is \(machine)" }
    guard let glibc else { return "glibc \(needed[1]) or newer is needed, there is none" }
    if Version.isNewer(needed[1], than: glibc) {
      return "glibc \(needed[1]) or newer is needed, there is \(glibc)"
    }
    return nil
  }
}
