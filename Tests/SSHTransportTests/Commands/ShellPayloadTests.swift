import NIOCore
import SSHTransport
import TestSupport
import Testing

@Suite struct ShellPayloadTests {
    private static let nonce = MarkerNonce()

    private static func payload(_ script: ShellScript) throws -> ShellPayload {
        try ShellPayload(script, nonce: nonce)
    }

    @Test func `everything but a constant line travels on standard input`() throws {
        let payload = try Self.payload(
            ShellScript("echo \"$1\" it's", arguments: ["a b", "it's"], environment: ["B": "2", "A": "$x"]))
        #expect(payload.line == "/bin/sh -s")
        let n = Self.nonce.description
        #expect(
            payload.standardInput == """
                g=
                if [ -r /proc/$$/stat ]; then read -r g </proc/$$/stat; g=${g##*\\) }; g=${g#* }; g=${g#* }; g=${g%% *}; fi
                echo \(n):$$:$g
                (
                export A='$x'
                export B='2'
                set -- 'a b' 'it'\\''s'
                set -eu
                eval 'echo "$1" it'\\''s'
                ) </dev/null
                g=$?
                echo \(n)=$g
                exit $g

                """)
    }

    @Test func `another account's shell is started by sudo without a prompt`() throws {
        let payload = try Self.payload(ShellScript("id", user: "app-1", isStrict: false))
        #expect(payload.line == "sudo -n -u app-1 -- /bin/sh -s")
        #expect(ShellQuoting.isConstantLine(payload.line))
        #expect(!payload.standardInput.contains("set -eu"))
    }

    @Test func `what no shell can hold is refused`() {
        #expect(throws: ShellPayloadError.nul(in: "the script")) { try Self.payload(ShellScript("a\0b")) }
        #expect(throws: ShellPayloadError.nul(in: "argument 2")) {
            try Self.payload(ShellScript("", arguments: ["", "\0"]))
        }
        #expect(throws: ShellPayloadError.nul(in: "the variable `A`")) {
            try Self.payload(ShellScript("", environment: ["A": "\0"]))
        }
        #expect(throws: ShellPayloadError.variableName("A;id")) {
            try Self.payload(ShellScript("", environment: ["A;id": ""]))
        }
        #expect(throws: ShellPayloadError.userName("-x")) { try Self.payload(ShellScript("", user: "-x")) }
    }

    @Test func `a command does not show its values`() {
        let command = SSHCommand(ShellScript("echo secret", environment: ["TOKEN": "secret"]))
        #expect("\(command)" == "script of 11 bytes")
        #expect(!String(reflecting: command).contains("secret"))
        var dumped = ""
        dump(command, to: &dumped)
        #expect(!dumped.contains("secret"))
    }

    @Test(arguments: LocalShells.all)
    func `hostile arguments and values arrive unchanged in`(shell: [String]) async throws {
        let script = ShellScript(
            "printf '<%s>' \"$@\" \"$V\"", arguments: HostileText.all, environment: ["V": HostileText.all.joined()])
        let output = try await Self.run(script, in: shell)
        let expected = (HostileText.all + [HostileText.all.joined()]).map { "<\($0)>" }.joined()
        #expect(output.text == expected)
        #expect(output.status == 0)
    }

    struct Ending: Sendable, CustomTestStringConvertible {
        var script: String
        var status: Int
        var output = ""
        var isStrict = true
        var testDescription: String { script }
    }

    static let endings = [
        Ending(script: "exit 3", status: 3),
        Ending(script: "true", status: 0),
        Ending(script: "false; echo not reached", status: 1),
        Ending(script: "false; echo reached", status: 0, output: "reached\n", isStrict: false),
        Ending(script: "echo $unset_variable; echo not reached", status: 1),
        Ending(script: "f() { return 5; }; f; echo not reached", status: 5),
        // Reading standard input meets its end and leaves the rest of the payload alone.
        Ending(script: "cat; read x || echo end", status: 0, output: "end\n"),
        Ending(script: "exec sh -c 'exit 4'", status: 4),
        Ending(script: "exec sh -s", status: 0),
        Ending(script: "sh -c 'kill -9 $$'", status: 137),
        Ending(script: "trap 'echo bye' EXIT; exit 6", status: 6, output: "bye\n"),
        Ending(script: "exit 7 # a comment without a newline", status: 7),
        Ending(script: "printf 'no newline'", status: 0, output: "no newline"),
        Ending(script: "cat <<EOF\nhello\nEOF", status: 0, output: "hello\n"),
        Ending(script: "case x in x) echo case;; esac", status: 0, output: "case\n"),
        // Nothing in a script can close the compound around it.
        Ending(script: "echo a\n}\n)\n", status: 2, output: "a\n"),
        Ending(script: "PATH=/nowhere; export PATH", status: 0),
        Ending(script: "alias echo=false exit=true; set +e; exit 8", status: 8),
    ]

    @Test(arguments: LocalShells.all, endings)
    func `the exact status comes back`(shell: [String], ending: Ending) async throws {
        let output = try await Self.run(ShellScript(ending.script, isStrict: ending.isStrict), in: shell)
        if ending.status == 2 || ending.script.contains("unset") {
            // Syntax errors and unset variables: any status but success, by POSIX.
            #expect(try #require(output.status) != 0)
        } else {
            #expect(output.status == ending.status)
            #expect(output.text == ending.output)
        }
        #expect(output.process != nil)
    }

    @Test(arguments: LocalShells.all)
    func `an input cut short is no success in`(shell: [String]) async throws {
        let whole = try Self.payload(ShellScript("echo one\necho two")).standardInput
        try await Lab.run { lab in
            for length in stride(from: 0, to: whole.utf8.count - 24, by: 7) {
                let end = whole.utf8.index(whole.startIndex, offsetBy: length)
                let result = try await lab.command(shell, input: String(whole[..<end]))
                var scanner = MarkerScanner(nonce: Self.nonce)
                _ = scanner.consume(.init(bytes: result.output))
                #expect(scanner.status == nil)
            }
        }
    }

    private static func run(
        _ script: ShellScript, in shell: [String]
    ) async throws -> (text: String, status: Int?, process: RemoteProcess?) {
        try await Lab.run { lab in
            let result = try await lab.command(shell + ["-s"], input: try payload(script).standardInput)
            var scanner = MarkerScanner(nonce: nonce)
            let text = String(buffer: scanner.consume(.init(bytes: result.output)))
            return (text, scanner.status, scanner.process)
        }
    }
}
