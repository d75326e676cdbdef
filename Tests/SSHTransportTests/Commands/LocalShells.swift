import Foundation
import TestSupport

/// The POSIX shells of this machine that can read a payload.
enum LocalShells {
    /// Argv prefixes, `/bin/sh` first.
    static let all: [[String]] = [
        ["sh"], ["dash"], ["bash"], ["bash", "--posix"], ["ksh"], ["mksh"], ["zsh"], ["busybox", "sh"],
    ]
    .filter { argv in
        Lab.searchPath.split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(argv[0])")
        }
    }
}

/// Text that breaks careless quoting, as arguments and as values of variables.
enum HostileText {
    static let all = [
        "", " ", "  two  spaces  ", "-n", "-e", "--", "'", "''", "it's", "'\\''", "\\", "\\'", "\\\\", "\"", "\"'\"",
        "`id`",
        "$(id)", "$HOME", "${x}", "$", "!", "!!", "!echo", "#", "a#b", "~", "~root", "*", "?", "[a-z]", "{a,b}", "a;id",
        "a&", "a|b",
        "a>b", "<a", "(", ")", "((", "\n", "a\nb", "\n\n", "a\\\nb", "\t", "\r", "\r\n", "\u{1}", "\u{1b}[31m",
        "\u{7f}", "%s%n",
        "=ls", "a=b", "ü", "日本", "e\u{301}", "'\u{301}", "🚀", "\\n", "\\'; touch x #", "$'x'", "; exit 9", "EOF",
        "\u{1e}",
    ]
}
