package import SystemPackage

/// What belongs to one machine and is never synced, whatever anybody's filters say.
package enum MachineRules {
  /// Below any home: each fits wherever its components are the last ones of a path.
  package static let inHomes =
    [
      ".ssh/id_*", ".ssh/authorized_keys*", ".ssh/known_hosts*", ".config/tailscale",
      ".local/share/tailscale", ".config/pc-switcher", ".local/share/pc-switcher",
      ".local/share/keyrings", ".local/share/kwalletd", ".fontconfig", ".cache/fontconfig", ".nv",
      ".cache/nvidia", ".cache/mesa_shader_cache*", ".cache/radv_builtin_shaders*",
      ".cache/qtshadercache*",
    ] + locksOfPrograms

  /// Locks and sockets that name a process of one machine: with another machine's lock a browser
  /// or a mail program refuses to start.
  ///
  /// Chromium and everything made with Electron, then Mozilla's programs, as packages, snaps and
  /// flatpaks; a file called `lock` is only theirs in a profile.
  private static let locksOfPrograms = [
    "SingletonLock", "SingletonSocket", "SingletonCookie", ".parentlock",
    ".mozilla/firefox/*/lock", ".config/mozilla/firefox/*/lock", "config/mozilla/firefox/*/lock",
    ".thunderbird/*/lock", ".librewolf/*/lock", ".waterfox/*/lock", ".zen/*/lock",
    ".floorp/*/lock",
  ]

  /// By their place in the system.
  package static let inSystem = [
    "/etc/machine-id", "/etc/hostname", "/etc/adjtime", "/etc/fstab", "/etc/crypttab",
    "/etc/ssh/ssh_host_*", "/etc/NetworkManager", "/etc/netplan", "/etc/network",
    "/etc/systemd/network", "/etc/pc-switcher", "/var/lib/dbus/machine-id", "/var/lib/tailscale",
    "/var/lib/NetworkManager", "/var/lib/pc-switcher", "/var/log/pc-switcher", "/run",
    "/.snapshots",
  ]

  /// The rules for a transfer of `folder`, whose root is what patterns are anchored at.
  package static func rules(for folder: FilePath) -> [FilterRule] {
    let place = components(folder.string)
    let anchored = inSystem.compactMap { remainder(of: components($0), below: place) }
    let reaching = inHomes.flatMap { pattern -> [String] in
      let parts = components(pattern)
      return (1..<parts.count).compactMap { count in
        guard fits(parts.prefix(count), place.suffix(count)) else { return nil }
        return "/" + parts.dropFirst(count).joined(separator: "/")
      }
    }
    return (inHomes + reaching + anchored).map { .exclude($0, .machine) }
  }

  /// The rule that makes the whole of `folder` this machine's own, if one does.
  package static func owner(of folder: FilePath) -> String? {
    let place = components(folder.string)
    if let rule = inSystem.first(where: { rule in
      let parts = components(rule)
      return fits(parts[...], place.prefix(parts.count))
    }) {
      return rule
    }
    return inHomes.first { rule in
      let parts = components(rule)
      guard parts.count <= place.count else { return false }
      return (0...(place.count - parts.count)).contains { start in
        fits(parts[...], place[start..<(start + parts.count)])
      }
    }
  }

  private static func components(_ path: String) -> [String] {
    path.split(separator: "/").map(String.init)
  }

  private static func remainder(of rule: [String], below place: [String]) -> String? {
    guard place.count < rule.count, Array(rule.prefix(place.count)) == place else { return nil }
    return "/" + rule.dropFirst(place.count).joined(separator: "/")
  }

  /// Whether each component fits its pattern, which has a star at its end or none.
  private static func fits(_ patterns: ArraySlice<String>, _ names: ArraySlice<String>) -> Bool {
    guard patterns.count == names.count else { return false }
    return zip(patterns, names).allSatisfy { pattern, name in
      pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
    }
  }
}
