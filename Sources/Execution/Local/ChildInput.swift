import DeployModel
import SystemPackage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What a child finds on its standard input, as a file that nobody else can open.
///
/// A pipe would have to be written while the child runs: one that ends without reading it breaks the pipe, and one that
/// neither reads nor ends holds the writer.
enum ChildInput {
    /// A descriptor at the beginning of the bytes, for the one who spawns the child to close.
    ///
    /// - Throws: ``DeployError`` where the file cannot be written.
    static func descriptor(of bytes: [UInt8]) throws(DeployError) -> FileDescriptor {
        do {
            guard !bytes.isEmpty else {
                return try FileDescriptor.open("/dev/null", .readOnly, options: .closeOnExec)
            }
            let file = try unlinkedFile()
            do {
                try file.writeAll(bytes)
                try file.seek(offset: 0, from: .start)
            } catch {
                try? file.close()
                throw error
            }
            return file
        } catch {
            throw DeployError(
                .localCommandFailed, "what a program is to read cannot be written to a file for it: \(error)",
                hint: "is there room in TMPDIR?")
        }
    }

    // MARK: Private

    private static func unlinkedFile() throws -> FileDescriptor {
        let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        let path = "\(folder)/deploy-input-\(UUID().uuidString)"
        let file = try FileDescriptor.open(
            FilePath(path), .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite
        )
        unlink(path)
        return file
    }
}
