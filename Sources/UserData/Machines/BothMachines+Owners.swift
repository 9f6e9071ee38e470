package import SystemPackage

extension BothMachines {
  /// What keeps a sync from working because a person of the folders has another number on the
  /// target, or the number is somebody else's there.
  package func ownerProblems(_ folders: [FilePath]) -> [String] {
    guard let here = source.accounts, let there = target.accounts else { return [] }
    return OwnerFinding.all(of: source.owners(folders), source: here, target: there)
      .filter(\.isPerson).map { finding in
        let remedy = finding.remedy(source: here, target: there)
        return finding.text(target: target.hostname)
          + (remedy.map { "; on \(target.hostname), as root: \($0)" } ?? "")
      }
  }
}

extension MachineSurvey {
  /// The people whose homes lie in the folders, and the owners of the folders themselves.
  package func owners(_ folders: [FilePath]) -> Owners {
    var owners = accounts.map { Owners(atHomeIn: folders, $0) } ?? Owners()
    for folder in self.folders where folder.problem == nil {
      owners.users.insert(folder.owner)
      owners.groups.insert(folder.group)
    }
    return owners
  }
}
