import Foundation

/// An account that exists for the lab's sshd alone, with an empty home folder.
///
/// The lab's sshd then runs in a mount namespace with its own `/etc/passwd`: nothing on the machine is changed. That takes
/// root with CAP_SYS_ADMIN; see ``canBeDefined``.
package struct LabAccount: Sendable {
    package let name: String
    package let shell: String
    /// As crypt(5) has it; nil: no password lets it in.
    package let passwordHash: String?
    /// Its primary group; `nogroup` by default.
    package let group: Int

    package init(name: String, shell: String, passwordHash: String? = nil, group: Int = 65_534) {
        self.name = name
        self.shell = shell
        self.passwordHash = passwordHash
        self.group = group
    }

    /// Whether this machine lets the lab define accounts.
    package static let canBeDefined =
        geteuid() == 0
        && LabProcess.succeeds(["unshare", "--mount", "--propagation", "private", "mount", "--bind", "/etc", "/etc"])

    /// The argv prefix that runs a program with these accounts; root gets an empty home and, unless it is one of them,
    /// `/bin/sh`, because the login files of a developer's account cost a tenth of a second for each command.
    static func namespace(_ accounts: [LabAccount], in lab: Lab, folder: String) throws -> [String] {
        let rootHome = try lab.makeDirectory("\(folder)/root")
        var passwd = LabLog(path: "/etc/passwd").lines.filter { !$0.hasPrefix("root:") }.map(String.init)
        var shadow = LabLog(path: "/etc/shadow").lines.filter { !$0.hasPrefix("root:") }.map(String.init)
        let rootShell = accounts.first { $0.name == "root" }?.shell ?? "/bin/sh"
        passwd.insert("root:x:0:0:root:\(rootHome):\(rootShell)", at: 0)
        shadow.insert("root:*:19000:0:99999:7:::", at: 0)
        for (index, account) in accounts.enumerated() where account.name != "root" {
            let id = 61_000 + index
            let home = try lab.makeDirectory("\(folder)/\(account.name)")
            chown(home, uid_t(id), gid_t(account.group))
            passwd.append("\(account.name):x:\(id):\(account.group)::\(home):\(account.shell)")
            shadow.append("\(account.name):\(account.passwordHash ?? "*"):19000:0:99999:7:::")
        }
        let passwdFile = try lab.write(passwd.joined(separator: "\n") + "\n", to: "\(folder)/passwd")
        let shadowFile = try lab.write(shadow.joined(separator: "\n") + "\n", to: "\(folder)/shadow", mode: 0o600)
        let mount = "mount --bind \"$1\" /etc/passwd && mount --bind \"$2\" /etc/shadow && shift 2 && exec \"$@\""
        return ["unshare", "--mount", "--propagation", "private", "sh", "-c", mount, "sh", passwdFile, shadowFile]
    }
}
