/// A program on the balancer's host that speaks to a unix socket for us. libssh2 1.10 cannot forward one
/// (direct-streamlocal), so a usual companion of HAProxy does it, or an interpreter that is there anyway.
enum SocketHelper: String, Sendable, CaseIterable {
    case socat, nc, python3, perl

    /// Prints the first helper there is; status 127 when there is none. An `nc` without unix sockets does not count.
    static let choice = """
        command -v socat >/dev/null 2>&1 && { echo socat; exit 0; }
        command -v nc >/dev/null 2>&1 && nc -h 2>&1 | grep -q -e '-U' && { echo nc; exit 0; }
        command -v python3 >/dev/null 2>&1 && { echo python3; exit 0; }
        command -v perl >/dev/null 2>&1 && perl -MIO::Socket::UNIX -e 1 2>/dev/null && { echo perl; exit 0; }
        exit 127
        """

    /// The script for one exchange. `$1` is the socket's path, `$2` the line of commands, which goes over stdin: a shell
    /// builtin writes it, so that no process list shows it. The answer is copied to stdout.
    var script: String {
        switch self {
        case .socat: Self.feeding(#"socat -t10 - "UNIX-CONNECT:$1""#)
        case .nc: Self.feeding(#"nc -w10 -U "$1""#)
        case .python3: Self.feeding(#"python3 -c '\#(Self.pythonProgram)' "$1""#)
        case .perl: Self.feeding(#"perl -MIO::Socket::UNIX -e '\#(Self.perlProgram)' "$1""#)
        }
    }

    /// Whether a path means itself to every helper: socat reads `, : ! " ' \` and brackets as its own syntax.
    static func takesPath(_ path: String) -> Bool {
        path.hasPrefix("/") && path.utf8.count <= 103
            && path.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "/._-+@%=".utf8.contains(byte)
                }
            }
    }

    private static func feeding(_ program: String) -> String { #"printf '%s\n' "$2" | \#(program)"# }

    private static let pythonProgram = """
        import socket, sys
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(10)
        s.connect(sys.argv[1])
        s.sendall(sys.stdin.buffer.read())
        s.shutdown(socket.SHUT_WR)
        while True:
            b = s.recv(65536)
            if not b: break
            sys.stdout.buffer.write(b)
        """

    private static let perlProgram = """
        alarm 10;
        my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "$!\\n";
        print $s <STDIN>;
        shutdown($s, 1);
        print while <$s>;
        """
}
