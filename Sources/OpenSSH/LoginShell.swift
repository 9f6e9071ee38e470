/// The shell of a user who logs in, by the path in `passwd(5)`.
enum LoginShell {
  /// The file of the user's that a shell reads before a command over ssh.
  static func startFile(of shell: String) -> String {
    switch shell.split(separator: "/").last {
    case "bash": "~/.bashrc"
    case "zsh": "~/.zshenv"
    case "tcsh", "csh": "~/.tcshrc or ~/.cshrc"
    case "fish": "~/.config/fish/config.fish"
    default: "the files that it reads when it starts"
    }
  }
}
