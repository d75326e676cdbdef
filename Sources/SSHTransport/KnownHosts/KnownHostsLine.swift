/// One line of a `known_hosts` file that says something.
///
/// Source: [sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"](https://man.openbsd.org/sshd.8#SSH_KNOWN_HOSTS_FILE_FORMAT), and
/// OpenSSH's `hostfile.c` where the page leaves a question open.
struct KnownHostsLine {
    enum Marker: String {
        case none = ""
        case revoked = "@revoked"
        case certificateAuthority = "@cert-authority"
    }

    enum Names {
        case hashed(HashedHostName)
        case patterns([HostPattern])
    }

    enum Failure: Error {
        case malformed(String)
    }

    let marker: Marker
    let names: Names
    let keyType: String
    let blob: [UInt8]

    /// Reads a line without its end.
    ///
    /// - Returns: nil for an empty line or a comment.
    init?(_ text: some BidirectionalCollection<UInt8>) throws(Failure) {
        // A NUL ends the line for OpenSSH; a CR is left behind by editors of other systems.
        var fields = text.prefix { $0 != 0 }.trimmingCarriageReturn.fields(atMost: 5)[...]
        guard let first = fields.first, first.first != UInt8(ascii: "#") else { return nil }
        if first.first == UInt8(ascii: "@") {
            guard let marker = Marker(rawValue: String(decoding: first, as: UTF8.self)) else {
                throw .malformed("an unknown marker")
            }
            self.marker = marker
            fields = fields.dropFirst()
        } else {
            marker = .none
        }
        guard fields.count >= 3 else { throw .malformed("a line without names, key type and key") }
        let (nameField, typeField, keyField) = (fields.removeFirst(), fields.removeFirst(), fields.removeFirst())
        names = try Names(nameField)
        keyType = String(decoding: typeField, as: UTF8.self)
        guard let blob = Base64.decode(keyField), PublicKeyBlob.isWellFormed(blob, keyType: keyType) else {
            throw .malformed("a key that is not what its type says")
        }
        self.blob = blob
    }

    /// Whether the line speaks of a name, in lower case: `web-1`, `[web-1]:2222`.
    func speaks(of name: [UInt8]) -> Bool {
        switch names {
        case .hashed(let hash): return hash.matches(name)
        case .patterns(let patterns):
            guard !patterns.contains(where: \.isTooLong) else { return false }
            let matching = patterns.filter { $0.matches(name) }
            return !matching.isEmpty && matching.allSatisfy { !$0.isNegated }
        }
    }
}

extension KnownHostsLine.Names {
    fileprivate init(_ field: some Collection<UInt8>) throws(KnownHostsLine.Failure) {
        guard field.first == UInt8(ascii: "|") else {
            self = .patterns(field.split(separator: UInt8(ascii: ",")).map { HostPattern($0) })
            return
        }
        guard let hash = HashedHostName(field) else { throw .malformed("a hashed name that is none") }
        self = .hashed(hash)
    }
}

extension BidirectionalCollection<UInt8> {
    fileprivate var trimmingCarriageReturn: SubSequence { last == UInt8(ascii: "\r") ? dropLast() : self[...] }

    /// The fields between blanks; the last takes the rest of the line.
    fileprivate func fields(atMost count: Int) -> [SubSequence] {
        split(maxSplits: count - 1) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }
}
