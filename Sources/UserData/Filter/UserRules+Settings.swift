package import SyncFilter

extension UserRules {
  package init(_ settings: UserDataSettings) {
    self.init(exclude: settings.exclude, filterFile: settings.filterFile)
  }
}
